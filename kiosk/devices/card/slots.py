"""Which slot is the clients', and what its state means: PC/SC names and bits as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

_SIDE_SLOTS = ("sam", "contactless", "picc", " cl ", "nfc")
"""What readers with several slots call those that take no card from a client's hand (SAM), or through the air."""

# pcsclite.h; the upper half of a state counts insertions and removals.
_PRESENT, _MUTE, _UNKNOWN, _UNAVAILABLE = 0x0020, 0x0200, 0x0004, 0x0008


def choose(readers: Sequence[str], wanted: str) -> str | None:
    """The reader whose name contains ``wanted``, upper or lower case; ``None`` where there is none.

    Of several, and with nothing wanted of all, the first whose name does not tell of a side slot. PC/SC lists the
    slots of one reader in order, the main one first.
    """
    fitting = [name for name in readers if wanted.lower() in name.lower()]
    plain = [name for name in fitting if not any(mark in f" {name.lower()} " for mark in _SIDE_SLOTS)]
    return next(iter(plain or fitting), None)


@dataclass(frozen=True)
class Look:
    """A slot at a moment. ``state`` is handed back to wait for the next change of it."""

    state: int
    atr: bytes = field(default=b"", repr=False)

    @property
    def present(self) -> bool:
        """A card is in it."""
        return bool(self.state & _PRESENT)

    @property
    def mute(self) -> bool:
        """The card in it gave no answer to reset: the wrong way round, dirty, or no smart card."""
        return bool(self.state & _MUTE)

    @property
    def gone(self) -> bool:
        """The slot itself is not there any more."""
        return bool(self.state & (_UNKNOWN | _UNAVAILABLE))

    @property
    def count(self) -> int:
        """Grows with each insertion and removal, so that a quick exchange of cards does not pass for one card."""
        return self.state >> 16
