"""Framing: which bytes of a scanner's endless stream make up one frame, and what text a frame holds. Pure.

Only a read that ended empty proves that the scanner was silent, and only for as long as it read. The clock proves
nothing: while a thread waits for its turn, bytes wait for the thread.
"""

import unicodedata

IDLE_GAP = 0.08
"""Seconds. Scanners set to no suffix end a scan by falling silent: 50-100 ms at 9600 bit/s."""

LONGEST = 4096
"""Bytes. More than any symbol holds (PDF417 and QR stay below 3 kB); beyond it the line is noise."""

CANCEL = 0x18
"""CAN: whoever sends it in a frame says that the frame is broken."""

_ENDS = b"\r\n\t"
_SEPARATORS = frozenset("\x1c\x1d\x1e\x1f")
"""What GS1 symbols (FNC1) and driving licences put between fields."""
_PLAIN_CONTROLS = b"\r\n\t\x02\x03\x04\x1c\x1d\x1e\x1f"
_ODD = bytes(byte for byte in range(256) if (byte < 0x20 or byte >= 0x7F) and byte not in _PLAIN_CONTROLS)


class Framer:
    """Cuts bytes into frames at CR, LF, CRLF, TAB or an idle gap. It never holds more than ``longest`` bytes.

    ``envelope`` is what opens and what closes a reply of this scanner: between them line ends are part of it.
    """

    def __init__(
        self, *, gap: float = IDLE_GAP, longest: int = LONGEST, envelope: tuple[bytes, bytes] = (b"", b"")
    ) -> None:
        self._gap = gap
        self._longest = longest
        self._opening, self._closing = envelope
        self._held = bytearray()
        self._in_envelope = False
        self._dropping = False
        self._silence = 0.0
        self.overlong = 0
        """How many overlong pieces were thrown away so far."""

    @property
    def waiting(self) -> bool:
        """A frame has begun and not ended."""
        return self._dropping or bool(self._held)

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes that came and give the frames that are complete now; none of them is empty."""
        self._silence = 0.0
        frames: list[bytes] = []
        for byte in data:
            if byte in _ENDS and not self._in_envelope:
                self._end(frames)
            elif not self._dropping:
                self._hold(byte, frames)
        return frames

    def quiet(self, seconds: float) -> list[bytes]:
        """Nothing came while somebody read for so long: the frame that the idle gap has ended, if there is one."""
        frames: list[bytes] = []
        self._silence += seconds
        if self.waiting and self._silence >= self._gap:
            self._end(frames)
        return frames

    def cut(self) -> list[bytes]:
        """End the frame here and now."""
        frames: list[bytes] = []
        self._end(frames)
        return frames

    def _hold(self, byte: int, frames: list[bytes]) -> None:
        if len(self._held) >= self._longest:
            self._held.clear()
            self._in_envelope = False
            self._dropping = True
            self.overlong += 1
            return
        self._held.append(byte)
        if self._opening and len(self._held) == len(self._opening):
            self._in_envelope = self._held == self._opening
        if self._in_envelope and self._held.endswith(self._closing):
            self._end(frames)

    def _end(self, frames: list[bytes]) -> None:
        if self._held and not self._dropping:
            frames.append(bytes(self._held))
        self._held.clear()
        self._in_envelope = False
        self._dropping = False


def decode(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1; without control characters, separators as spaces, ends stripped."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    spaced = "".join(" " if letter in _SEPARATORS else letter for letter in text)
    return "".join(letter for letter in spaced if unicodedata.category(letter) != "Cc").strip()


def odd(data: bytes) -> int:
    """How many bytes are such as no symbol of a client holds: control characters, and all beyond ASCII."""
    return len(data) - len(data.translate(None, _ODD))


def garbled(raw: bytes) -> bool:
    """Whether a frame is noise: more than a third of it is odd, and it is not UTF-8 of letters either."""
    if odd(raw) * 3 <= len(raw):
        return False
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return True
    strange = sum(unicodedata.category(letter)[0] == "C" and letter not in _SEPARATORS for letter in text)
    return strange * 3 > len(text)
