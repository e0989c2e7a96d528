"""The steps of a check-in, and how often each goes well. Which facts tell that is said in docs/fleet.md. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """One step, in the order in which a client takes them; the last one is the kiosk's own."""

    SCAN = "scan"
    """A card or a code was read, and nobody had to type."""
    MATCH = "match"
    """An appointment was found."""
    CONFIRM = "confirm"
    """The client took it for their own, and nobody took it back."""
    PRINT = "print"
    SYNC = "sync"
    """The fact was at the centre in time."""


@dataclass(frozen=True)
class Tally:
    """How often something went well, and how often it did not."""

    good: int = 0
    bad: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.good + other.good, self.bad + other.bad)

    @property
    def total(self) -> int:
        """How often it was done at all."""
        return self.good + self.bad

    @property
    def rate(self) -> float:
        """The share that went well; 0 where nothing was done."""
        return self.good / self.total if self.total else 0.0

    @property
    def percent(self) -> int:
        """The share in whole per cent. 100 is said only where all went well, and 0 only where nothing did."""
        whole = round(self.rate * 100)
        return max(min(whole, 99 if self.bad else 100), 1 if self.good else 0)
