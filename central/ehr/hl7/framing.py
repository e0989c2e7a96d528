"""MLLP: a message stands between 0x0B and 0x1C 0x0D. Whatever else comes over the line is noise."""

from dataclasses import dataclass, field

START, END = b"\x0b", b"\x1c\r"


@dataclass(frozen=True)
class Message:
    """The bytes of one message, as they came."""

    content: bytes = field(repr=False)


@dataclass(frozen=True)
class TooLarge:
    """A message that is longer than it may be; it was let go by."""


@dataclass(frozen=True)
class Noise:
    """So many bytes outside of any message."""

    count: int


Piece = Message | TooLarge | Noise


def framed(content: bytes) -> bytes:
    """A message as it goes over the line."""
    return START + content + END


class Deframer:
    """Bytes in any cuts to messages: parts of one, several at once, and rubbish between them.

    A second start before the end means that the first message was broken off: what stood in between is noise.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._held = bytearray()
        self._inside = False
        self._dropping = False

    def feed(self, data: bytes) -> list[Piece]:
        """What is complete by now. Never holds more than ``largest`` bytes and a few."""
        self._held += data
        pieces: list[Piece] = []
        while (piece := self._next()) is not None:
            pieces.append(piece)
        return pieces

    @property
    def waiting(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._inside

    def _next(self) -> Piece | None:
        if not self._inside:
            return self._begin()
        end = self._held.find(END)
        again = self._held.find(START, 0, end if end >= 0 else len(self._held))
        if again >= 0:
            count = again
            del self._held[: again + 1]
            self._dropping = False
            return Noise(count)
        if end >= 0:
            content = bytes(self._held[:end])
            del self._held[: end + len(END)]
            self._inside = False
            dropped, self._dropping = self._dropping, False
            return TooLarge() if dropped or len(content) > self._largest else Message(content)
        if len(self._held) > self._largest:
            # All but what may be the first byte of the end.
            del self._held[: len(self._held) - 1]
            self._dropping = True
        return None

    def _begin(self) -> Piece | None:
        start = self._held.find(START)
        if start < 0:
            count = len(self._held)
            self._held.clear()
            return Noise(count) if count else None
        del self._held[: start + 1]
        self._inside = True
        return Noise(start) if start else self._next()
