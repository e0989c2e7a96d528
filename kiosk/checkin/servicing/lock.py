"""The lock-out of the service code: five free tries, then waits that double up to an hour.

Times are seconds of a clock that only grows, so that nobody opens the lock by setting the wall clock.
"""

from dataclasses import dataclass

FREE = 5
"""Wrong codes before the first wait; each further one brings the next, longer wait at once."""
FIRST = 300.0
LONGEST = 3600.0
FORGOTTEN_AFTER = 24 * 3600.0
"""Seconds after the last wrong code in which the count is forgotten: slips of months must not add up."""


@dataclass(frozen=True)
class Lock:
    """How many wrong codes came since the last right one, and when the last of them did."""

    failures: int = 0
    last: float = 0.0


OPEN = Lock()


def after_wrong(lock: Lock, now: float) -> Lock:
    """The lock after one more wrong code."""
    return Lock(_counted(lock, now) + 1, now)


def after_restart(failures: int, now: float) -> Lock:
    """The lock of a kiosk that has just started: a restart neither opens it nor starts the count anew."""
    return Lock(failures, now)


def tries_left(lock: Lock, now: float) -> int:
    """How many codes may be wrong before the next wait: at least one while it is open."""
    return max(1, FREE - _counted(lock, now))


def seconds_locked(lock: Lock, now: float) -> float:
    """Seconds until a code may be tried; 0 where it may be now."""
    failures = _counted(lock, now)
    if failures < FREE:
        return 0.0
    doubled = min(failures - FREE, 16)
    return max(0.0, lock.last + min(LONGEST, FIRST * float(2**doubled)) - now)


def _counted(lock: Lock, now: float) -> int:
    return lock.failures if now < lock.last + FORGOTTEN_AFTER else 0
