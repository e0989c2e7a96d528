"""When a process counts as alive: all its parts have given a sign of life, none too long ago. No clock, no threads."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Pulses:
    """The heartbeats of a process.

    ``patience`` says for each part for how many seconds it may be silent. Times are seconds on a clock that only grows.
    A part that never beat has not begun yet: the process is not ready, and not alive either.
    """

    patience: Mapping[str, float]
    _last: dict[str, float] = field(default_factory=dict)

    def beat(self, part: str, now: float) -> None:
        """A sign of life of a part. One that nobody waits for is nothing."""
        if part in self.patience:
            self._last[part] = max(now, self._last.get(part, now))

    def missing(self) -> tuple[str, ...]:
        """The parts that have not begun."""
        return tuple(part for part in self.patience if part not in self._last)

    def silent(self, now: float) -> tuple[str, ...]:
        """The parts that may be believed hung: without a sign for longer than they may be, or not begun."""
        return tuple(
            part
            for part, seconds in self.patience.items()
            if part not in self._last or now - self._last[part] > seconds
        )


def asked_within(limit: float) -> float:
    """Seconds after which a part is hung that is asked each round, and so has missed one whole."""
    return 2 * rounds(limit)


def rounds(limit: float) -> float:
    """Seconds between two looks where the watchdog bites after ``limit`` seconds: three chances for each bite."""
    return limit / 3
