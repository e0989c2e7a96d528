"""Which faults it amounts to that the roster or the clock can't be trusted."""

from dataclasses import replace
from datetime import datetime

from kiosk.checkin import faults
from kiosk.checkin.clock_watch import ClockWord, Judgement, judged
from kiosk.checkin.faults import Fault
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.checkin.rules import DataQuality, roster_age
from kiosk.checkin.site import Site


def believed(quality: DataQuality, word: ClockWord | None, wall: datetime, passed: float) -> DataQuality:
    """What the roster says of itself, with what the centre's last word lets say of the wall clock.

    A centre that never tells the time leaves the clock as it is: trusted.
    """
    return quality if word is None else with_clock(quality, judged(word, wall, passed))


def with_clock(quality: DataQuality, clock: Judgement) -> DataQuality:
    """The same with what was found out about the clock."""
    return replace(
        quality,
        clock_trusted=clock.quality is not ClockQuality.DOUBTFUL,
        clock_known=clock.quality is not ClockQuality.UNKNOWN,
        clock_offset=clock.offset,
    )


def clock_doubts(clock: Judgement) -> tuple[Fault, ...]:
    """A clock of which nothing is known is no fault of its own: what keeps the centre's word away is one."""
    if clock.jumped:
        return (faults.CLOCK_JUMPED,)
    return (faults.CLOCK_WRONG,) if clock.quality is ClockQuality.DOUBTFUL else ()


def roster_doubts(quality: DataQuality, site: Site | None, now: datetime, *, unread: int) -> tuple[Fault, ...]:
    """``unread`` counts the appointments that the centre sent and that could not be read."""
    found = (faults.ROSTER_UNREAD,) if unread else ()
    age = roster_age(quality, now)
    if age is None:
        return found or (faults.ROSTER_MISSING,)
    # A clock that is wrong is a fault of its own.
    old = site is not None and abs(age) > site.roster_stale_after
    return (*found, faults.ROSTER_STALE) if quality.clock_trusted and old else found
