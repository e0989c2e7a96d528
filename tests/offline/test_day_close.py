"""The closed days in the database: counted in one look, final once, and ended with the enrolment."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.checkin.day_close import Range, Tally
from kiosk.checkin.facts import FactKind, Receipt, Verdict, uuid7
from kiosk.offline.connection import Connection, transaction
from kiosk.offline.day_close import SqlDayCloses, end_enrolment, final_to
from kiosk.offline.outbox import SqlOutbox
from tests.conftest import HandClock

DETAILS = '{"arrival": "x"}'
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def days(connection: Connection) -> SqlDayCloses:
    return SqlDayCloses(connection)


def record(connection: Connection, clock: HandClock, count: int = 1) -> None:
    """So many facts, as the screen process writes them."""
    start = SqlOutbox(connection).newest() + 1
    rows = [
        (uuid7(place, bytes(10)), FactKind.PRINT_FAILED, clock.now().isoformat(), DETAILS)
        for place in range(start, start + count)
    ]
    connection.executemany("INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, ?)", rows)


def settle(connection: Connection, clock: HandClock, *said: tuple[int, Verdict]) -> None:
    SqlOutbox(connection).settle([Receipt(seq, verdict, "r") for seq, verdict in said], clock.now())


def test_what_became_of_a_range(days: SqlDayCloses, connection: Connection, clock: HandClock) -> None:
    record(connection, clock, 7)
    verdicts = (Verdict.RECORDED, Verdict.DUPLICATE, Verdict.CONFLICT, Verdict.REFUSED)
    settle(connection, clock, *enumerate(verdicts, start=2))
    assert days.tally(Range(MONDAY, 1, 7)) == Tally(confirmed=2, conflicts=1, refused=1, pending=3)
    assert days.tally(Range(MONDAY, 2, 5)) == Tally(confirmed=2, conflicts=1, refused=1, pending=0)
    assert days.tally(Range(MONDAY, 6, 6)) == Tally(confirmed=0, conflicts=0, refused=0, pending=1)


def test_a_close_is_replaced_until_it_is_final(days: SqlDayCloses, connection: Connection, clock: HandClock) -> None:
    record(connection, clock, 2)
    facts = Range(MONDAY, 1, 2)
    days.keep(facts, "first", final=False)
    [first] = days.open()
    days.answered(first, "{}", clock.now())
    [sent] = days.open()
    assert (sent.sent, sent.final) == (True, False)
    days.keep(facts, "final", final=True)
    [final] = days.open()
    assert (final.signed, final.sent) == ("final", False)
    # The answer to the first one came late: it says nothing of the final one.
    days.answered(first, "{}", clock.now())
    assert days.open() == [final]
    days.answered(final, "{}", clock.now())
    days.keep(facts, "another", final=True)
    assert days.open() == []
    assert connection.execute("SELECT body FROM day_close").fetchall() == [("final",)]


def test_the_next_day_begins_behind_the_last(days: SqlDayCloses, connection: Connection, clock: HandClock) -> None:
    assert days.unclosed() == (1, [])
    record(connection, clock, 3)
    first, facts = days.unclosed()
    assert (first, [place for place, _ in facts]) == (1, [1, 2, 3])
    assert facts[0][1] == clock.now()
    days.keep(Range(MONDAY, 1, 2), "x", final=True)
    connection.execute("UPDATE fact SET offset_ms = 3600000")
    assert days.unclosed() == (3, [(3, clock.now() - timedelta(hours=1))])
    connection.execute("UPDATE fact SET offset_ms = 9223372036854775807")
    assert days.unclosed() == (3, [(3, clock.now())])
    assert days.closed() == {MONDAY}


def test_an_enrolment_that_is_over_leaves_its_closes_as_they_are(
    days: SqlDayCloses, connection: Connection, clock: HandClock
) -> None:
    record(connection, clock, 3)
    days.keep(Range(MONDAY, 1, 2), "x", final=False)
    with transaction(connection):
        end_enrolment(connection)
    assert days.open() == []
    assert days.unclosed() == (4, [])
    record(connection, clock)
    assert [place for place, _ in days.unclosed()[1]] == [4]
    assert days.closed() == {MONDAY}


def test_how_far_all_days_are_final(days: SqlDayCloses, connection: Connection, clock: HandClock) -> None:
    assert final_to(connection) == 0
    for place, (day, final) in enumerate(((MONDAY, True), (TUESDAY, False), (date(2026, 11, 25), True)), start=1):
        days.keep(Range(day, place, place), f"x{place}", final=final)
    assert final_to(connection) == 0
    first, second, third = days.open()
    days.answered(third, "{}", clock.now())
    assert final_to(connection) == 0
    days.answered(first, "{}", clock.now())
    days.answered(second, "{}", clock.now())
    assert final_to(connection) == 1
    days.keep(second.range, "final", final=True)
    assert final_to(connection) == 1
    days.answered(days.open()[0], "{}", clock.now())
    assert final_to(connection) == 3
    record(connection, clock, 5)
    with transaction(connection):
        end_enrolment(connection)
    assert final_to(connection) == 5


def test_answers_of_late(days: SqlDayCloses, clock: HandClock) -> None:
    for day, answer in ((MONDAY, "old"), (TUESDAY, "new")):
        days.keep(Range(day, day.day, day.day), day.isoformat(), final=True)
        [kept] = days.open()
        days.answered(kept, answer, clock.now())
        clock.let_pass(timedelta(days=1).total_seconds())
    assert days.answers(datetime(2026, 11, 24, tzinfo=UTC)) == ["new"]
    assert days.answers(datetime(2026, 11, 23, tzinfo=UTC)) == ["old", "new"]
