"""Framing: which bytes of a scanner's endless stream make up one scan. Pure.

Only a read that ended empty proves that the scanner was silent, and only for as long as it read. The clock proves
nothing: while a thread waits for its turn, bytes wait for the thread.
"""

import unicodedata

IDLE_GAP = 0.08
"""Seconds. Scanners set to no suffix end a scan by falling silent: 50-100 ms at 9600 bit/s."""

LONGEST = 4096
"""Bytes. More than any symbol holds (PDF417 and QR stay below 3 kB); beyond it the line is noise."""

_ENDS = b"\r\n\t"


class Framer:
    """Cuts bytes into texts at CR, LF, CRLF, TAB or an idle gap. It never holds more than ``longest`` bytes."""

    def __init__(self, *, gap: float = IDLE_GAP, longest: int = LONGEST) -> None:
        self._gap = gap
        self._longest = longest
        self._held = bytearray()
        self._dropping = False
        self._silence = 0.0
        self.overlong = 0
        """How many overlong pieces were thrown away so far."""

    @property
    def waiting(self) -> bool:
        """A text has begun and not ended."""
        return self._dropping or bool(self._held)

    def feed(self, data: bytes) -> list[str]:
        """Take bytes that came and give the texts that are complete now."""
        self._silence = 0.0
        texts: list[str] = []
        for byte in data:
            if byte in _ENDS:
                self._end(texts)
            elif self._dropping:
                continue
            elif len(self._held) < self._longest:
                self._held.append(byte)
            else:
                self._held.clear()
                self._dropping = True
                self.overlong += 1
        return texts

    def quiet(self, seconds: float) -> list[str]:
        """Nothing came while somebody read for so long: the text that the idle gap has ended, if there is one."""
        texts: list[str] = []
        self._silence += seconds
        if self.waiting and self._silence >= self._gap:
            self._end(texts)
        return texts

    def _end(self, texts: list[str]) -> None:
        if not self._dropping and (text := decode(bytes(self._held))):
            texts.append(text)
        self._held.clear()
        self._dropping = False


def decode(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1; without control characters."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return "".join(character for character in text if unicodedata.category(character) != "Cc")
