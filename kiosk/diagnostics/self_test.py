"""The opening self-test: once a day, before the doors open, the kiosk looks at itself and tells the centre. Pure.

Whoever runs it (``Opening``) hands in what the running process knows; nothing here opens a device.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from kiosk.checkin import faults
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.doubts import believed
from kiosk.checkin.facts import Fact, FactKind
from kiosk.checkin.faults import Severity
from kiosk.checkin.health import Health, Light
from kiosk.checkin.rules import DataQuality, is_fresh
from kiosk.checkin.site import Site
from kiosk.ports import Clock, Journal, JournalError

log = structlog.get_logger()

SETTLED_AFTER = 30.0
"""Seconds after the start in which devices and the other process say how they are: no test before that is fair."""
RETRY_AFTER = 300.0
"""Seconds between two tries where the result could not be written."""
_AHEAD = timedelta(hours=1)
_AT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Outcome:
    """What a self-test found: codes of the catalogue in the order of the alphabet, and the light that follows."""

    codes: tuple[str, ...]

    @property
    def light(self) -> Light:
        """Green where all is well or only notes stand, red where nobody can be served."""
        match faults.worst(self.codes):
            case Severity.OUT_OF_ORDER:
                return Light.RED
            case Severity.DEGRADED:
                return Light.YELLOW
        return Light.GREEN

    def details(self) -> dict[str, str]:
        """What the fact says of it: ``light``, and ``codes`` with a blank between them."""
        return {"light": self.light.value, "codes": " ".join(self.codes)}


def read_time(text: str) -> time | None:
    """``06:30`` as a time of day; ``None`` for an empty text, which means never. Raises ``ValueError``."""
    if not text:
        return None
    found = _AT.fullmatch(text)
    if found is None:
        raise ValueError("a time is written as 06:30")
    return time(int(found[1]), int(found[2]))


def moment_before(at: time, zone: str, now: datetime) -> datetime:
    """The latest moment, not after ``now``, at which the wall clock of ``zone`` showed ``at``.

    A time that the clocks jump over in spring counts an hour later, one that they show twice in autumn the first time.
    """
    local = now.astimezone(ZoneInfo(zone))
    for day in (local.date(), local.date() - timedelta(days=1)):
        moment = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
        if moment <= now:
            return moment
    raise AssertionError("yesterday was before now")


def is_due(at: time, zone: str, last: datetime | None, now: datetime) -> bool:
    """Whether the self-test of the latest ``at`` has not been made: at its time, or at the next start after it.

    A last one in the future was made while the clock was wrong, and counts for nothing.
    """
    return last is None or last < moment_before(at, zone, now) or last > now + _AHEAD


def judge(health: Health, site: Site | None, quality: DataQuality, numbers_left: int | None, now: datetime) -> Outcome:
    """What stands on the board, and whether the day can begin: a fresh roster, and numbers lent for today.

    ``numbers_left`` is ``None`` where nobody counted.
    """
    codes = set(health.codes)
    if site is None or quality.roster_as_of is None:
        codes.add(faults.ROSTER_MISSING.code)
    elif not is_fresh(quality, site, now):
        codes.add(faults.ROSTER_STALE.code if quality.clock_trusted else faults.CLOCK_WRONG.code)
    if numbers_left == 0:
        codes.add(faults.NUMBERS_RUN_OUT.code)
    return Outcome(tuple(sorted(codes)))


class Roster(Protocol):
    """What of ``kiosk.ports.Roster`` is needed here."""

    def site(self) -> Site | None:
        """The site as the centre last told it."""

    def quality(self) -> DataQuality:
        """How far the roster may be trusted."""

    def clock_word(self) -> ClockWord | None:
        """The centre's last word on the time."""


class Opening:
    """Runs the self-test in the thread that owns journal and roster.

    ``last`` is when the last one was recorded, read from the journal; ``health`` is the board's; ``numbers_left``
    counts the numbers lent for today.
    """

    def __init__(
        self,
        at: str,
        *,
        clock: Clock,
        journal: Journal,
        roster: Roster,
        health: Callable[[], Health],
        numbers_left: Callable[[], int | None] = lambda: None,
        last: datetime | None = None,
    ) -> None:
        self._at = read_time(at)
        self._clock = clock
        self._journal = journal
        self._roster = roster
        self._health = health
        self._numbers_left = numbers_left
        self._last = last
        self._not_before = clock.monotonic() + SETTLED_AFTER

    def tick(self) -> Outcome | None:
        """Run it if it is due, and give what it found. Cheap otherwise: to be called whenever nobody is served."""
        if self._at is None or self._clock.monotonic() < self._not_before:
            return None
        site, now = self._roster.site(), self._clock.now()
        # A kiosk that has not heard of its site has no time of day, and is not open either.
        if site is None or not is_due(self._at, site.zone, self._last, now):
            return None
        return self._run(site, now)

    def run(self) -> Outcome | None:
        """Run it now, whatever the time of day; ``None`` where the kiosk has not heard of its site."""
        site = self._roster.site()
        return None if site is None else self._run(site, self._clock.now())

    def _run(self, site: Site, now: datetime) -> Outcome:
        quality = believed(self._roster.quality(), self._roster.clock_word(), now, self._clock.monotonic())
        found = judge(self._health(), site, quality, self._numbers_left(), now)
        written = self._record(found)
        if written is None:
            found = Outcome(tuple(sorted({*found.codes, faults.JOURNAL_UNWRITABLE.code})))
            self._not_before = self._clock.monotonic() + RETRY_AFTER
        else:
            self._last = written.at
        log.info("self_test", light=found.light.value, codes=list(found.codes))
        return found

    def _record(self, found: Outcome) -> Fact | None:
        """Write the fact and read it back: that is the test of the database."""
        try:
            fact = self._journal.note(FactKind.SELF_TEST, found.details())
        except JournalError:
            return None
        return fact if self._journal.fact_id(fact.seq) == fact.id else None
