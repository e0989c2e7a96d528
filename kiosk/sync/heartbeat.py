"""The heartbeat: once a minute, and soon after the faults have changed, the centre hears how this kiosk is."""

import random
from collections.abc import Callable, Set

from kiosk.ports import Clock
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.pace import Pace

EVERY = 60.0
"""Seconds between two heartbeats."""
JITTER = 0.1
"""The share of it by which they vary, so that kiosks that started together don't call together."""
LONGEST_PAUSE = 60.0
"""Seconds between two tries, however often they failed: a kiosk that is back is soon seen to be."""
SOON = 2.0
"""Seconds after the faults have changed: what comes and goes at once is one change."""
LEAST = 10.0
"""Seconds between two heartbeats, however often the faults change."""


class Heartbeat:
    """``tell`` says how the kiosk is, without a word about anybody; ``codes`` are the faults that stand now."""

    def __init__(
        self,
        centre: Centre,
        *,
        tell: Callable[[], messages.Heartbeat],
        codes: Callable[[], Set[str]],
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._centre = centre
        self._tell = tell
        self._codes = codes
        self._clock = clock
        self._chance = chance
        self._pace = Pace(clock, chance, every=EVERY, jitter=JITTER, longest=LONGEST_PAUSE)
        self._told: Set[str] = frozenset()
        self._not_before = clock.monotonic()

    def seconds_left(self) -> float:
        """Seconds until it is due; 0 where it is."""
        if self._codes() != self._told:
            now = self._clock.monotonic()
            self._pace.hasten(max(SOON * (0.5 + self._chance.random() / 2), self._not_before - now))
        return self._pace.left()

    def beat(self) -> None:
        """Send it, if it is due. Raises ``CentreError``."""
        if self.seconds_left() > 0:
            return
        said = self._tell()
        try:
            self._centre.beat(said)
        except CentreError as error:
            self._pace.failed(error.after)
            raise
        self._told = frozenset(said.faults)
        self._not_before = self._clock.monotonic() + LEAST
        self._pace.worked()

    def line_is_back(self) -> None:
        """Whatever failed may work now."""
        self._pace.line_is_back()
