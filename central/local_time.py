"""A day and a time of day as somebody writes them for a site, though its clock is put forward and back. Pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Why(StrEnum):
    """Why it is no moment."""

    NONE = "none"
    SKIPPED = "skipped"
    """The clock goes past it, when it is put forward."""
    TWICE = "twice"
    """The clock shows it twice, when it is put back: which one is meant?"""


class NoMomentError(ValueError):
    """It says no one moment."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


FIRST, SECOND = "first", "second"


def read(text: str, zone: str, which: str = "") -> datetime:
    """``2026-11-23T09:05`` on the wall clock of ``zone``, in UTC. ``which`` tells a time that comes twice.

    Raises ``NoMomentError``.
    """
    try:
        wall = datetime.strptime(text.strip()[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - the zone is laid on below
        first, second = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
        shown = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise NoMomentError(Why.NONE) from error
    if shown != wall:
        raise NoMomentError(Why.SKIPPED)
    if second - first > timedelta(0) and which not in (FIRST, SECOND):
        raise NoMomentError(Why.TWICE)
    return second if which == SECOND else first


def written(moment: datetime, zone: str) -> tuple[str, str]:
    """The same the other way round: the text, and which one it is of a time that comes twice."""
    wall = moment.astimezone(ZoneInfo(zone))
    text = wall.strftime("%Y-%m-%dT%H:%M")
    other = wall.replace(fold=1 - wall.fold)
    return text, "" if other.utcoffset() == wall.utcoffset() else SECOND if wall.fold else FIRST
