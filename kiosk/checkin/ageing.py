"""How long ago something was, by a clock that never runs ahead.

What is deleted too early is gone, so age is counted by what has surely gone by. While the machine runs, time itself
counts, whatever the wall clock shows. What it was off for counts only where the kiosk's clock and the centre's agree
on the time. So a clock that jumps by a year ages nothing, and a kiosk that is off, without a line, keeps things longer.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kiosk.checkin.clock_watch import TOLERANCE, ClockWord
from kiosk.checkin.site import Site

KEPT = timedelta(hours=24)
"""How long the kiosk keeps what says who was here, once the centre has confirmed it."""
START = 1.0
"""Seconds that a start takes at the least: what is seen after it is told from what was seen before."""
ROUND = timedelta(minutes=5)
"""Between two looks at what is too old. What is seen now was confirmed after the look before."""
LONGEST_DAY = timedelta(hours=25)
"""A day on which the clocks go back. After that nothing is of today."""
DISPUTED_KEPT = timedelta(days=30)
"""The same where the centre answered conflict or refused, so that a person can look into it."""
DAYS_IN_ROSTER = timedelta(days=7)
"""Of the days before today, so many stay in the roster: as many as the centre's own window has."""
DAYS_OF_NUMBERS = timedelta(days=1)
"""The same of what was lent for a day: one more than needed, since a site's midnight may be told anew."""


@dataclass(frozen=True)
class Age:
    """``lived`` are the seconds that have surely gone by since this kiosk began to count.

    It is at least ``moment``, where that was ever known. ``passed`` are the seconds since the machine was started, at
    the last look. While the time before a start is not counted yet, ``off`` is how many had been lived until then;
    ``late`` are those that this look has counted late: what came after ``off`` is younger by them.
    """

    lived: float
    moment: datetime | None
    passed: float
    off: float | None = None
    late: float = 0.0


def agreed(word: ClockWord | None, wall: datetime, passed: float) -> datetime | None:
    """The time on which the kiosk's clock and the centre's word since this start agree; ``None`` where they don't."""
    if word is None or word.passed is None or passed < word.passed:
        return None
    centre = word.centre(passed)
    return centre if abs(wall - centre) <= TOLERANCE + word.uncertainty else None


def grown(before: Age | None, agreed: datetime | None, passed: float, *, same_start: bool) -> Age:
    """The age now. ``same_start`` where the machine was not started anew since the last look.

    Within one start an agreed time that is far ahead is not believed: how much has gone by is known without it.
    """
    if before is None:
        return Age(0.0, agreed, passed)
    running = same_start and passed >= before.passed
    lived = before.lived + (passed - before.passed if running else START)
    off = before.off if running or before.off is not None else before.lived
    moment = None if before.moment is None else before.moment + timedelta(seconds=lived - before.lived)
    if agreed is None or (off is None and moment is not None):
        return Age(lived, moment, passed, off)
    late = 0.0 if moment is None else max(agreed - moment, timedelta()).total_seconds()
    return Age(lived + late, agreed if moment is None else max(agreed, moment), passed, None, late)


def confirmed_before(lived: float) -> float:
    """Who was confirmed when no more than this had gone by is to be forgotten now."""
    return lived - (KEPT - 2 * ROUND).total_seconds()


def longest_day_before(lived: float) -> float:
    """What was confirmed by then is of an earlier day, whatever any clock says."""
    return lived - LONGEST_DAY.total_seconds()


def disputed_before(lived: float) -> float:
    """The same for what the centre did not simply take."""
    return lived - DISPUTED_KEPT.total_seconds()


def roster_begins(moment: datetime, site: Site) -> datetime:
    """The earliest appointment that is still kept when it is at least ``moment``."""
    first = site.day(moment) - DAYS_IN_ROSTER
    return datetime.combine(first, time.min, site.local(moment).tzinfo)


def numbers_begin(moment: datetime, site: Site) -> date:
    """The first day of which the lent numbers are still kept when it is at least ``moment``."""
    return site.day(moment) - DAYS_OF_NUMBERS
