"""The order of facts: a hybrid logical clock, which grows whatever the wall clock does.

After S. Kulkarni, M. Demirbas, D. Madappa, B. Avva and M. Leone, "Logical Physical Clocks" (OPODIS 2014): milliseconds
of time and a counter in one whole number, kept with every fact, so that a later fact always has the larger one. Such a
clock never goes back, and one moment with a wall clock years ahead would leave it there for years. So the time in it
follows a clock freely only where two clocks agree, the kiosk's and the centre's; after any other it goes in short
steps, at most one for each fact.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COUNTER_BITS = 16

STEP_MS = 60_000
"""The most that one fact moves the order forward by a clock that nobody confirms: a thousand facts, 17 hours."""
AGREED_STEP_MS = 366 * 86_400_000
"""The most that it does where kiosk and centre agree: a kiosk may lie in store for long, yet both may be wrong."""

BEGINNING_MS = 1_767_225_600_000
"""2026-01-01 UTC in milliseconds since 1970: no fact is older than that."""
END_MS = (1 << 46) - 1
"""The year 4199: an order stays within a signed integer of 64 bits, with room for the counter to run over."""


class ClockQuality(StrEnum):
    """How far the wall clock could be believed when a fact was recorded."""

    TRUSTED = "trusted"
    """Within the tolerance of the centre's clock, by a word of the centre that is not too old."""
    DOUBTFUL = "doubtful"
    """Beyond the tolerance, or it has jumped since that word."""
    UNKNOWN = "unknown"
    """There is no word to measure it by."""


@dataclass(frozen=True)
class Stamp:
    """When a fact was recorded.

    ``at`` is the wall clock as it showed, ``offset_ms`` by how much it was ahead of the centre's where that is known:
    ``at`` less the offset is the centre's time. ``order`` is larger than that of any fact before on the same kiosk.
    """

    at: datetime
    order: int
    quality: ClockQuality
    offset_ms: int | None


def next_order(last: int, now_ms: int, step_ms: int = STEP_MS) -> int:
    """The order of the next fact after one with ``last`` (0 for none), at ``now_ms`` (milliseconds since 1970).

    Strictly above ``last``, and its time at most ``step_ms`` ahead of the one in ``last``, but for a counter run over.
    """
    most = max(last >> COUNTER_BITS, BEGINNING_MS) + step_ms
    return max(last + 1, BEGINNING_MS << COUNTER_BITS, min(now_ms, most, END_MS) << COUNTER_BITS)


def time_in(order: int) -> int:
    """The milliseconds since 1970 in an order."""
    return order >> COUNTER_BITS
