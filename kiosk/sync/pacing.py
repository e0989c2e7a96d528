"""When to try again: a pure function of how often it failed and of a random number."""

from datetime import timedelta

FIRST = 1.0
LONGEST = 300.0
"""Seconds."""


def delay(tries: int, chance: float) -> timedelta:
    """The pause after the ``tries``-th failure (from 1), with ``chance`` in [0, 1).

    Doubles up to ``LONGEST``, and lands anywhere in its upper half, so that a thousand kiosks which lost the same
    centre at the same moment don't come back at the same moment.
    """
    ceiling = min(LONGEST, FIRST * 2 ** min(max(tries, 1) - 1, 16))
    return timedelta(seconds=ceiling * (0.5 + chance / 2))
