"""When something that is done again and again is due, by the clock that only grows."""

import random

from kiosk.ports import Clock
from kiosk.sync.pacing import delay


class Pace:
    """Due at once, then every so often; after failures ever later, up to ``longest`` seconds, and never sooner."""

    def __init__(self, clock: Clock, chance: random.Random, *, every: float, jitter: float, longest: float) -> None:
        self._clock = clock
        self._chance = chance
        self._every = every
        self._jitter = jitter
        self._longest = longest
        self._next = clock.monotonic()
        self._tries = 0

    def left(self) -> float:
        """Seconds until it is due; 0 where it is."""
        return max(0.0, self._next - self._clock.monotonic())

    def worked(self) -> None:
        """It was done: next time in ``every`` seconds, give or take that share of it."""
        self._tries = 0
        self._next = self._clock.monotonic() + self._every * (1 + self._jitter * (2 * self._chance.random() - 1))

    def failed(self, asked: float | None = None) -> None:
        """It could not be done; the other side may have ``asked`` for so many seconds of pause."""
        self._tries += 1
        chance = self._chance.random()
        # The longest pause varies too: kiosks that lost the same centre don't come back to it together.
        wait = min(self._longest * (0.5 + chance / 2), delay(self._tries, chance).total_seconds())
        self._next = self._clock.monotonic() + max(wait, asked or 0.0)

    def hasten(self, seconds: float) -> None:
        """Something has changed: due in so many seconds, unless it failed last time."""
        if not self._tries:
            self._next = min(self._next, self._clock.monotonic() + seconds)

    def line_is_back(self) -> None:
        """Whatever failed may work now: due at once."""
        if self._tries:
            self._next = self._clock.monotonic()
