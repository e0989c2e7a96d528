"""How often somebody may ask: a token bucket for each of them, in the memory of this process."""

import math
from collections import OrderedDict
from collections.abc import Callable

MOST_KNOWN = 50_000
"""Of those that asked last; who was not among them begins with a full bucket."""


class Throttle:
    """Buckets that hold ``burst`` and fill at ``rate`` a second; a rate of 0 is no limit.

    ``clock`` is a monotonic one, in seconds. Not shared between threads.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> float:
        """Take one out of the bucket of ``who``; 0, or where it is empty the seconds until there is one again."""
        if self._rate <= 0:
            return 0.0
        now = self._clock()
        held, at = self._buckets.pop(who, (self._burst, now))
        held = min(self._burst, held + (now - at) * self._rate)
        wait = 0.0 if held >= 1 else (1 - held) / self._rate
        self._buckets[who] = (held - 1 if wait == 0 else held, now)
        if len(self._buckets) > MOST_KNOWN:
            self._buckets.popitem(last=False)
        return wait


def whole_seconds(wait: float) -> int:
    """As ``Retry-After`` has it: at least one, and never too few."""
    return max(1, math.ceil(wait))
