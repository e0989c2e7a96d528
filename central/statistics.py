"""Figures of check-ins without anybody in them: what is counted by the hour, and what is left out. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FEWEST = 5
"""Of fewer clients nothing is told: in a rare unit, at a quiet hour, one of them could be found out."""
FEW = f"<{FEWEST}"
MOST_DAYS = 92

COLUMNS = ("site", "day", "hour", "unit", "service", "source", "measure", "key", "count", "value")
HEAD = (
    "# Check-in figures by site, day and hour, without personal data. Lines with # are comments (W3C CSVW).",
    f"# count {FEW}: one to four clients; how many, and the value, are left out so that nobody can be found out.",
    "# A row that is not there is nought. Counts of measure step are rounded to fives, so that they tell no more.",
    "# hour: when it began on the clock of the site, with its offset; 23 or 25 of them where the clocks are moved.",
    "# value: minutes (median) of wait-to-seen and wait-to-taken-in; per cent of step and kiosks-in-service.",
)


class Measure(StrEnum):
    """What a row tells."""

    CAME = "came"
    """Clients of whose coming a fact tells, by source."""
    OUTCOME = "outcome"
    """What kiosks said instead of a plain check-in, by the code of the reason."""
    SEEN = "wait-to-seen"
    TAKEN_IN = "wait-to-taken-in"
    STEP = "step"
    KIOSKS = "kiosks-in-service"


@dataclass(frozen=True)
class Hour:
    """An hour of a day on a clock."""

    day: date
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Cell:
    """One figure. ``value`` is the median in minutes or a share in per cent, where there is one."""

    site: str
    measure: Measure
    count: int
    unit: str = ""
    service: str = ""
    source: str = ""
    key: str = ""
    value: int | None = None

    @property
    def of_people(self) -> bool:
        """Whether the count is one of clients: of kiosks there is nothing to hide."""
        return self.measure is not Measure.KIOSKS


def hours(zone: str, first: date, last: date) -> Iterator[Hour]:
    """Every hour from the first day to the end of the last, as long as it is: by the clock of the time zone."""
    here, day = ZoneInfo(zone), first
    while day <= last:
        # Reckoned in UTC: between two moments of one zone Python would forget that the clock was moved.
        begins = datetime.combine(day, time(), here).astimezone(UTC)
        ends = datetime.combine(day + timedelta(days=1), time(), here).astimezone(UTC)
        while begins < ends:
            after = min(begins + timedelta(hours=1), ends)
            yield Hour(day, begins.astimezone(here), after.astimezone(here))
            begins = after
        day += timedelta(days=1)


def row(hour: Hour, cell: Cell) -> Sequence[object]:
    """A figure as it leaves the house, in the order of ``COLUMNS``."""
    count, value = shown(cell)
    told = (cell.unit, cell.service, cell.source, cell.measure.value, cell.key, count, value)
    return (cell.site, hour.day.isoformat(), hour.begins.isoformat(timespec="minutes"), *told)


def shown(cell: Cell) -> tuple[str, str]:
    """The count and the value, with what must not be told left out."""
    value = "" if cell.value is None else str(cell.value)
    if not cell.of_people:
        return str(cell.count), value
    if 0 < cell.count < FEWEST:
        return FEW, ""
    if cell.measure is Measure.STEP:
        # With the other cells of the hour an exact sum would give away the one that was left out.
        return str(FEWEST * round(cell.count / FEWEST)), value
    return str(cell.count), value


def key(reason: str) -> str:
    """A reason as a key: the kiosks' own codes; whatever else a fact may hold is not repeated."""
    plain = len(reason) <= 40 and reason.isascii() and reason.replace("-", "").isalpha() and reason.islower()
    return reason if plain else "other" if reason else ""


def in_service(spans: Iterable[tuple[datetime, datetime]], begins: datetime, ends: datetime) -> timedelta:
    """How long of an hour none of these spans, in which a kiosk could not serve, lasted."""
    out, until = timedelta(), begins
    for since, over in sorted(spans):
        since, over = max(since, until), min(over, ends)
        if over > since:
            out += over - since
            until = over
    return (ends - begins) - out
