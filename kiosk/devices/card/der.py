"""Just enough DER (ITU-T X.690) for the directories of a card: definite lengths, one-byte tags, nothing believed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

SEQUENCE = 0x30
OCTET_STRING = 0x04
INTEGER = 0x02

_PADDING = (0x00, 0xFF)


class MalformedError(Exception):
    """No DER, or cut off."""


@dataclass(frozen=True)
class Element:
    """One object: its tag byte and what it holds."""

    tag: int
    content: bytes = field(repr=False)

    @property
    def children(self) -> "tuple[Element, ...]":
        """The objects inside. Raises ``MalformedError`` where there are none."""
        return tuple(elements(self.content))


def total_length(start: bytes) -> int | None:
    """How many bytes the object that begins so takes in all, header included; ``None`` where it begins like none.

    The header has to be there whole; what it holds need not.
    """
    header = _header(start, 0)
    return None if header is None else header[0] + header[1]


def elements(data: bytes) -> Iterator[Element]:
    """The objects in a row, until the end or the padding of a file. Raises ``MalformedError``."""
    at = 0
    while at < len(data) and data[at] not in _PADDING:
        header = _header(data, at)
        if header is None or header[0] + header[1] > len(data):
            raise MalformedError
        begin, length = header
        yield Element(data[at], data[begin : begin + length])
        at = begin + length


def _header(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the content begins, and how long it says that it is."""
    if at + 2 > len(data) or data[at] in _PADDING or data[at] & 0x1F == 0x1F:
        return None
    short = data[at + 1]
    if short < 0x80:
        return at + 2, short
    octets = short & 0x7F
    if not 1 <= octets <= 4 or at + 2 + octets > len(data):
        return None
    return at + 2 + octets, int.from_bytes(data[at + 2 : at + 2 + octets], "big")
