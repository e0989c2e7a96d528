"""When a success rate has fallen: more than chance explains, and enough to matter. Pure.

The usual rate is taken at the lower end of its Wilson interval (E. B. Wilson, JASA 22 (1927) 209–212), so that a short
history promises little. How few successes then still pass as chance is the exact binomial tail: with the few clients of
two hours no approximation by a bell curve holds.
"""

from enum import Enum, auto
from math import exp, lgamma, log, log1p, sqrt

from central.steps import Tally

LEAST_USUAL, LEAST_NOW = 50, 8
"""How often a step must have been done, in the 14 days before and of late, before anything is said of it."""
SURE = 2.576
"""Standard normal quantile of the bound of the usual rate: 99 in 100, two-sided."""
CHANCE = 1e-7
"""How unlikely it must be. 1,000 kiosks with 5 steps are judged some 50,000 times a day on new clients."""
OVER = 1e-3
"""As soon as it is no more unlikely than that, it is over."""
MATTERS = 0.10
"""So much must the share have fallen."""


class Fall(Enum):
    """What is found."""

    NONE = auto()
    GOES_ON = auto()
    """Not so clear that it would be told, and not over where it was."""
    FELL = auto()


def fall(now: Tally, usual: Tally) -> Fall:
    """How it went of late against how it usually goes."""
    if usual.total < LEAST_USUAL or not now.total:
        return Fall.NONE
    if now.total < LEAST_NOW:
        return Fall.GOES_ON if now.rate < usual.rate - MATTERS else Fall.NONE
    promised = wilson_low(usual)
    by_chance = at_most(now.good, now.total, promised)
    if by_chance < CHANCE and usual.rate - now.rate >= MATTERS:
        return Fall.FELL
    return Fall.GOES_ON if by_chance < OVER else Fall.NONE


def wilson_low(tally: Tally, sure: float = SURE) -> float:
    """The lower end of the Wilson score interval of a share."""
    if not tally.total:
        return 0.0
    count, share = tally.total, tally.rate
    middle = share + sure**2 / (2 * count)
    spread = sure * sqrt(share * (1 - share) / count + sure**2 / (4 * count**2))
    return max(0.0, (middle - spread) / (1 + sure**2 / count))


def at_most(good: int, total: int, share: float) -> float:
    """How likely it is that of ``total`` no more than ``good`` go well, where each does with the chance ``share``."""
    if good >= total or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    there, not_there = log(share), log1p(-share)

    def one(count: int) -> float:
        ways = lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
        return exp(ways + count * there + (total - count) * not_there)

    return min(1.0, sum(one(count) for count in range(good + 1)))
