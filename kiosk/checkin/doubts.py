"""Which faults it amounts to that the roster or the clock can't be trusted."""

from datetime import datetime

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Site


def clock_doubts(quality: DataQuality, *, steady: bool) -> tuple[Fault, ...]:
    """``quality`` as the roster tells it; ``steady`` is whether the wall clock has moved as time itself since then."""
    wrong = () if quality.clock_trusted else (faults.CLOCK_WRONG,)
    return wrong if steady else (*wrong, faults.CLOCK_JUMPED)


def roster_doubts(
    quality: DataQuality, site: Site | None, now: datetime, *, steady: bool, unread: int
) -> tuple[Fault, ...]:
    """``unread`` counts the appointments that the centre sent and that could not be read."""
    found = (faults.ROSTER_UNREAD,) if unread else ()
    if quality.roster_as_of is None:
        return found or (faults.ROSTER_MISSING,)
    # How old it is, only a clock that is trusted can tell; one that is not is a fault of its own.
    trusted = quality.clock_trusted and steady
    old = site is not None and abs(now - quality.roster_as_of) > site.roster_stale_after
    return (*found, faults.ROSTER_STALE) if trusted and old else found
