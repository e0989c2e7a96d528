"""The opening self-test: when it is due, what it finds, and that it writes and reads."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import faults
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.facts import FactKind
from kiosk.checkin.health import Health, Light, Trouble
from kiosk.checkin.rules import DataQuality
from kiosk.diagnostics import self_test
from kiosk.diagnostics.self_test import Opening, is_due, judge, moment_before, read_time
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE

ZONE = "Europe/Helsinki"
HALF_PAST_SIX = time(6, 30)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        # Helsinki is UTC+2 in winter: 06:30 there is 04:30 UTC.
        pytest.param("2026-11-22T04:30:05", "2026-11-23T04:29:59", False, id="a second too early"),
        pytest.param("2026-11-22T04:30:05", "2026-11-23T04:30:00", True, id="at its time"),
        pytest.param("2026-11-23T04:30:00", "2026-11-23T04:30:05", False, id="just made"),
        pytest.param("2026-11-23T04:30:00", "2026-11-23T21:59:00", False, id="once a day"),
        pytest.param("2026-11-22T04:30:05", "2026-11-23T08:15:00", True, id="missed, at the start after it"),
        pytest.param("2026-11-22T12:00:00", "2026-11-23T03:00:00", False, id="a late one of yesterday holds"),
        pytest.param("2026-11-21T04:30:00", "2026-11-23T01:00:00", True, id="yesterday's was missed altogether"),
        pytest.param(None, "2026-11-23T01:00:00", True, id="never made"),
        pytest.param("2027-03-01T00:00:00", "2026-11-23T08:00:00", True, id="made by a clock that ran ahead"),
        pytest.param("2026-11-23T04:30:20", "2026-11-23T04:30:00", False, id="the clock was set back by seconds"),
        # 06:30 in summer time is 03:30 UTC.
        pytest.param("2026-07-01T03:30:00", "2026-07-02T03:29:00", False, id="summer, too early"),
        pytest.param("2026-07-01T03:30:00", "2026-07-02T03:30:00", True, id="summer, at its time"),
        pytest.param("2026-03-28T04:30:00", "2026-03-29T03:30:00", True, id="the day summer time begins"),
        pytest.param("2026-10-24T03:30:00", "2026-10-25T04:29:00", False, id="the day it ends, an hour later"),
        pytest.param("2026-10-24T03:30:00", "2026-10-25T04:30:00", True, id="the day it ends"),
    ],
)
def test_it_is_made_once_a_day_at_its_time_or_at_the_next_start(last: str | None, now: str, due: bool) -> None:
    assert is_due(HALF_PAST_SIX, ZONE, None if last is None else utc(last), utc(now)) is due


@pytest.mark.parametrize(
    ("at", "now", "moment"),
    [
        # 03:00 to 04:00 do not exist on 29 March; 03:00 to 04:00 happen twice on 25 October.
        (time(3, 30), "2026-03-29T12:00:00", "2026-03-29T01:30:00"),
        (time(3, 30), "2026-10-25T12:00:00", "2026-10-25T00:30:00"),
        (time(0, 0), "2026-11-22T22:00:00", "2026-11-22T22:00:00"),
        (time(23, 59), "2026-11-23T12:00:00", "2026-11-22T21:59:00"),
    ],
)
def test_times_that_the_clocks_skip_or_show_twice_happen_once(at: time, now: str, moment: str) -> None:
    assert moment_before(at, ZONE, utc(now)) == utc(moment)


@given(
    at=st.times(),
    start=st.integers(0, 5 * 365 * 24 * 60).map(
        lambda minutes: utc("2025-01-01T00:00:00") + timedelta(minutes=minutes)
    ),
    steps=st.lists(st.integers(1, 36 * 60), min_size=1, max_size=40),
)
def test_whoever_asks_often_gets_one_for_each_day_and_never_two(at: time, start: datetime, steps: list[int]) -> None:
    at = at.replace(second=0, microsecond=0)
    last: datetime | None = None
    made: list[datetime] = []
    now = start
    for minutes in steps:
        if is_due(at, ZONE, last, now):
            made.append(moment_before(at, ZONE, now))
            last = now
            assert not is_due(at, ZONE, last, now)
        now += timedelta(minutes=minutes)
    assert len(set(made)) == len(made)
    wanted = {moment_before(at, ZONE, start + timedelta(minutes=sum(steps[:count]))) for count in range(len(steps))}
    assert set(made) == wanted


@pytest.mark.parametrize(("text", "read"), [("06:30", HALF_PAST_SIX), ("23:59", time(23, 59)), ("", None)])
def test_a_time_is_read(text: str, read: time | None) -> None:
    assert read_time(text) == read


@pytest.mark.parametrize("text", ["6:30", "24:00", "06:60", "06.30", "06:30:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="06:30"):
        read_time(text)


NOW = utc("2026-11-23T04:30:00")
FRESH = DataQuality(NOW - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("standing", "quality", "numbers", "codes", "light"),
    [
        ([], FRESH, 100, [], Light.GREEN),
        ([], FRESH, None, [], Light.GREEN),
        ([], FRESH, 0, ["numbers-run-out"], Light.GREEN),
        ([faults.PRINTER_PAPER_OUT], FRESH, 5, ["printer-paper-out"], Light.YELLOW),
        ([faults.PRINTER_PAPER_OUT, faults.DISK_FULL], FRESH, 5, ["disk-full", "printer-paper-out"], Light.RED),
        ([], DataQuality(NOW - timedelta(hours=2)), 5, ["roster-stale"], Light.YELLOW),
        ([], replace(FRESH, clock_trusted=False), 5, ["clock-wrong"], Light.YELLOW),
        ([], DataQuality(None), 5, ["roster-missing"], Light.YELLOW),
    ],
)
def test_what_it_finds(
    standing: list[faults.Fault], quality: DataQuality, numbers: int | None, codes: list[str], light: Light
) -> None:
    found = judge(Health(tuple(Trouble(fault, NOW) for fault in standing)), SITE, quality, numbers, NOW)
    assert list(found.codes) == codes
    assert found.light is light
    assert found.details() == {"light": light.value, "codes": " ".join(codes)}


class RosterAsOf:
    def __init__(self, clock: HandClock) -> None:
        self.clock = clock

    def site(self) -> object:
        return SITE

    def quality(self) -> DataQuality:
        return DataQuality(self.clock.now())

    def clock_word(self) -> ClockWord | None:
        return None


def opening(clock: HandClock, journal: SqlJournal, standing: list[faults.Fault], at: str = "06:30") -> Opening:
    return Opening(
        at,
        clock=clock,
        journal=journal,
        roster=RosterAsOf(clock),  # type: ignore[arg-type]
        health=lambda: Health(tuple(Trouble(fault, clock.now()) for fault in standing)),
        numbers_left=lambda: 50,
        last=journal.last(FactKind.SELF_TEST),
    )


@pytest.fixture
def journal(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


def test_it_waits_for_its_time_writes_a_fact_and_is_over_for_the_day_even_over_a_restart(
    connection: Connection, clock: HandClock, journal: SqlJournal
) -> None:
    clock.moment = utc("2026-11-23T04:00:00")
    journal.note(FactKind.SELF_TEST, {"light": "green", "codes": ""})
    clock.moment = utc("2026-11-23T23:00:00")
    standing = [faults.PRINTER_PAPER_OUT]
    test = opening(clock, journal, standing)
    # After its start the devices need a while to say how they are.
    assert test.tick() is None
    clock.let_pass(self_test.SETTLED_AFTER)
    found = test.tick()
    assert found is not None
    assert found.light is Light.YELLOW
    assert test.tick() is None
    rows = connection.execute("SELECT kind, details FROM fact ORDER BY seq").fetchall()
    assert [row[0] for row in rows] == ["self-test", "self-test"]
    assert json.loads(rows[1][1])["codes"] == "printer-paper-out"
    again = opening(clock, journal, standing)
    clock.let_pass(self_test.SETTLED_AFTER)
    assert again.tick() is None
    clock.let_pass(6 * 3600)
    found = again.tick()
    assert found is not None
    assert journal.last(FactKind.SELF_TEST) == clock.now()


def test_without_a_time_it_is_never_made(clock: HandClock, journal: SqlJournal) -> None:
    test = opening(clock, journal, [], at="")
    clock.let_pass(3 * 86_400)
    assert test.tick() is None


def test_a_database_that_takes_nothing_is_red_and_tried_again_later(
    connection: Connection, clock: HandClock, journal: SqlJournal
) -> None:
    test = opening(clock, journal, [])
    clock.let_pass(self_test.SETTLED_AFTER)
    connection.execute("PRAGMA query_only = ON")
    found = test.tick()
    assert found is not None
    assert found.codes == ("journal-unwritable",)
    assert found.light is Light.RED
    assert test.tick() is None
    connection.execute("PRAGMA query_only = OFF")
    clock.let_pass(self_test.RETRY_AFTER)
    found = test.tick()
    assert found is not None
    assert found.light is Light.GREEN


def test_a_fact_that_cannot_be_read_back_counts_as_not_written(clock: HandClock, journal: SqlJournal) -> None:
    class Forgetful(SqlJournal):
        def fact_id(self, fact: int) -> str:
            return ""

    journal.__class__ = Forgetful
    test = opening(clock, journal, [])
    clock.let_pass(self_test.SETTLED_AFTER)
    found = test.tick()
    assert found is not None
    assert found.codes == ("journal-unwritable",)
