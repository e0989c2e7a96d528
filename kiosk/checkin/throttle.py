"""Slowing down whoever tries out codes at the keypad of one kiosk, of persons or of appointments.

A client who mistypes once or twice notices nothing.
"""

from collections.abc import Sequence

WINDOW = 600.0
"""Seconds for which a typed code that matched nobody counts."""
FREE = 2
STEP = 1.5
LONGEST = 10.0
"""Codes that cost nothing; seconds that each further one adds; and the longest wait."""


def delay(misses: Sequence[float], now: float) -> float:
    """Seconds to wait before the next typed code is looked up, after misses at these monotonic times."""
    recent = sum(now - miss < WINDOW for miss in misses)
    return min(LONGEST, STEP * max(0, recent - FREE))
