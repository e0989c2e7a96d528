"""Telling a printer's replies apart in the bytes that come from it. Pure.

Source: ESC/POS command reference of Epson (fixed bits of ``DLE EOT``, ``GS r``, ``GS a`` and ``DLE DC4 8``); full
status of Custom and Pyramid (``10 0F`` and four bytes).
"""

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a reply answers."""

    REAL_TIME = auto()
    """``DLE EOT 1`` to ``4``: one byte."""
    FULL = auto()
    """A presenter's full status: the four bytes after its header."""
    AUTOMATIC = auto()
    """``GS a``: four bytes that come unasked."""
    QUEUED = auto()
    """``GS r 1``, in its turn: one byte."""
    CLEARED = auto()
    """``DLE DC4 8`` was obeyed: three bytes."""
    NOISE = auto()
    """Nothing of these."""


@dataclass(frozen=True)
class Reply:
    """One whole reply."""

    kind: Kind
    data: bytes


_CLEARED, _CLEARED_ID = 0x37, 0x25
_FULL, _FULL_ID, _FULL_SIZE = 0x10, 0x0F, 6
_AUTOMATIC_SIZE = 4


def valid(byte: int) -> bool:
    """Whether this can be a reply to ``DLE EOT``: bits 0 and 7 are clear, bits 1 and 4 are set in every one."""
    return byte & 0x93 == 0x12


def is_paper_status(byte: int) -> bool:
    """Whether this can be a reply to ``GS r 1``: bits 4 and 7 are clear, so it never looks like ``DLE EOT``'s."""
    return byte & 0x90 == 0


class Ear:
    """Hears bytes cut anywhere. ``automatic`` and ``presenter`` say which packets the printer may send."""

    def __init__(self, *, automatic: bool = False, presenter: bool = False) -> None:
        self._automatic = automatic
        self._presenter = presenter
        self._packet = bytearray()

    @property
    def amid(self) -> bool:
        """Whether a packet has begun and is not whole."""
        return bool(self._packet)

    def forget(self) -> None:
        """Wait no longer for the rest of a packet."""
        self._packet.clear()

    def hear(self, data: bytes) -> list[Reply]:
        """The replies that are whole now."""
        return [reply for byte in data for reply in self._byte(byte)]

    def _byte(self, byte: int) -> list[Reply]:
        lost: list[Reply] = []
        if self._packet and not self._continues(byte):
            if self._packet[0] != _CLEARED and self._automatic and valid(byte):
                # An answer between the bytes of a packet; it cannot be one of them.
                return [Reply(Kind.REAL_TIME, bytes((byte,)))]
            lost = [Reply(Kind.NOISE, bytes(self._packet))]
            self._packet.clear()
        if not self._packet and not self._begins(byte):
            return [*lost, Reply(_single(byte), bytes((byte,)))]
        self._packet.append(byte)
        if len(self._packet) < self._size:
            return lost
        whole = bytes(self._packet)
        self._packet.clear()
        return [*lost, self._whole(whole)]

    def _begins(self, byte: int) -> bool:
        if byte == _CLEARED or (self._presenter and byte == _FULL):
            return True
        return self._automatic and byte & 0x93 == 0x10

    @property
    def _size(self) -> int:
        if self._packet[0] == _CLEARED:
            return 3
        return _FULL_SIZE if self._presenter else _AUTOMATIC_SIZE

    def _continues(self, byte: int) -> bool:
        at = len(self._packet)
        if self._packet[0] == _CLEARED:
            return at > 1 or byte == _CLEARED_ID
        if self._presenter:
            return at > 1 or byte == _FULL_ID
        return byte & 0x90 == 0

    def _whole(self, packet: bytes) -> Reply:
        if packet[0] == _CLEARED:
            return Reply(Kind.CLEARED, packet)
        return Reply(Kind.FULL, packet[2:]) if self._presenter else Reply(Kind.AUTOMATIC, packet)


def _single(byte: int) -> Kind:
    if valid(byte):
        return Kind.REAL_TIME
    return Kind.QUEUED if is_paper_status(byte) else Kind.NOISE
