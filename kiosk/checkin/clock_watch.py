"""Whether the wall clock can be trusted between two words of the centre: it must move as time itself does."""

from dataclasses import dataclass
from datetime import datetime

JUMP = 120.0
"""Seconds by which the wall clock may part from the time that has passed."""


@dataclass(frozen=True)
class ClockWatch:
    """The wall clock and the passing of time at one moment that was trusted. ``word`` is the centre's word of then."""

    wall: datetime
    passed: float
    word: datetime | None

    def steady(self, wall: datetime, passed: float) -> bool:
        """Whether the wall clock has moved by what has passed since."""
        return abs((wall - self.wall).total_seconds() - (passed - self.passed)) <= JUMP
