"""One check-in: fact, appointment state and number together, or nothing of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.appointment import Standing
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.rules import DataQuality
from kiosk.offline.connection import Connection, transaction
from kiosk.offline.journal import SqlJournal
from kiosk.offline.numbers import next_number
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import JournalError, Lease, News, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

SITE_KEY = b"k" * 32
CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
DAY = date(2026, 11, 23)


@pytest.fixture
def journal(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


def filled(connection: Connection, clock: HandClock, *names: str) -> SqlRoster:
    rows = [RosterRow(appointment(name), (hashed(SITE_KEY, CLAIM.identifier),)) for name in names]
    news = News("1", snapshot=True, complete=True, rows=rows, site=SITE)
    assert SqlRosterStore(connection).apply(news, None, clock.now())
    return SqlRoster(connection, SITE_KEY)


def test_a_check_in_is_found_again_with_its_number(
    connection: Connection, clock: HandClock, journal: SqlJournal
) -> None:
    roster = filled(connection, clock, "A1")
    SqlRosterStore(connection).lease(Lease("l", DAY, "A", 41, 60))
    (booked,) = roster.find(CLAIM)
    assert booked.arrival is None
    arrival = journal.check_in([booked], ClaimKind.BARCODE, "fi")
    assert (arrival.number, arrival.standing) == ("A 041", Standing.RECORDED)
    assert roster.find(CLAIM)[0].arrival == replace(arrival, at=None)
    assert journal.check_in([booked], ClaimKind.TYPED, "sv") == arrival
    (fact,) = SqlOutbox(connection).due(clock.now(), 10)
    assert (fact.kind, fact.seq) == (FactKind.CHECKED_IN, arrival.fact)
    assert fact.details == {"appointment": "A1", "number": "A 041", "claim": "barcode", "language": "fi"}
    assert roster.find(Claim(ClaimKind.BARCODE, "010594Y9021")) == ()


def test_a_failed_write_claims_nothing(connection: Connection, store: Store, journal: SqlJournal) -> None:
    with store.connect() as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON arrival BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.raises(JournalError):
        journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    for table in ("fact", "arrival", "counter"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_only_a_receipt_makes_it_registered(connection: Connection, clock: HandClock, journal: SqlJournal) -> None:
    arrival = journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    assert arrival.fact is not None
    outbox = SqlOutbox(connection)
    outbox.settle([Receipt(arrival.fact, Verdict.REFUSED, reason="malformed")], clock.now())
    assert journal.standing(arrival.fact) is Standing.DISPUTED
    second = journal.check_in([appointment("A2")], ClaimKind.BARCODE, "fi")
    assert second.fact is not None
    outbox.settle([Receipt(second.fact, Verdict.DUPLICATE, "r1")], clock.now())
    assert journal.standing(second.fact) is Standing.REGISTERED
    # A word once given stands.
    outbox.settle([Receipt(second.fact, Verdict.REFUSED)], clock.now())
    assert journal.standing(second.fact) is Standing.REGISTERED


def test_where_the_centre_holds_another_arrival_its_number_is_told(
    connection: Connection, clock: HandClock, journal: SqlJournal
) -> None:
    roster = filled(connection, clock, "A1")
    arrival = journal.check_in(roster.find(CLAIM), ClaimKind.BARCODE, "fi")
    assert arrival.fact is not None
    SqlOutbox(connection).settle([Receipt(arrival.fact, Verdict.CONFLICT, "r1")], clock.now())
    news = News("2", snapshot=False, complete=True, rows=[_row("A1", number="A 007")])
    assert SqlRosterStore(connection).apply(news, "1", clock.now())
    told = roster.find(CLAIM)[0].arrival
    assert told is not None
    assert (told.number, told.standing) == ("A 007", Standing.REGISTERED)


def _row(name: str, number: str | None = None) -> RosterRow:
    return RosterRow(appointment(name), (hashed(SITE_KEY, CLAIM.identifier),), number)


def taken(connection: Connection, day: date | None) -> str:
    """The next number, with the fact that takes it."""
    number = next_number(connection, day, "K")
    connection.execute(
        "INSERT INTO fact (id, kind, at, details, lease, place) VALUES ('f', 'checked-in', '', '{}', ?, ?)",
        (number.lease, number.place),
    )
    return number.text


def test_numbers_come_from_the_lease_and_then_from_the_own_series(connection: Connection) -> None:
    lessor = SqlRosterStore(connection)
    lessor.lease(Lease("second", DAY, "A", 61, 61))
    lessor.lease(Lease("first", DAY, "A", 41, 42))
    lessor.lease(Lease("first", DAY, "A", 41, 42))
    assert lessor.numbers_left(DAY) == 3
    with transaction(connection):
        numbers = [taken(connection, DAY) for _ in range(5)]
    assert numbers == ["A 041", "A 042", "A 061", "K 001", "K 002"]
    assert lessor.numbers_left(DAY) == 0
    with transaction(connection):
        # The own series goes on, so that no clock that jumps, forth or back, makes a number come twice in a day.
        assert taken(connection, DAY + timedelta(days=1)) == "K 003"
        assert taken(connection, DAY) == "K 004"


def test_what_was_taken_of_a_block_outlives_its_facts(connection: Connection) -> None:
    lessor = SqlRosterStore(connection)
    lessor.lease(Lease("one", DAY, "A", 41, 45))
    with transaction(connection):
        assert [taken(connection, DAY) for _ in range(2)] == ["A 041", "A 042"]
        # A fact of the house that takes none is the newest, so that its place is not given anew.
        connection.execute("INSERT INTO fact (id, kind, at, details) VALUES ('f', 'help-called', '', '{}')")
        connection.execute("DELETE FROM fact WHERE place IS NOT NULL")
    assert lessor.numbers_left(DAY) == 3
    # A block that comes later knows nothing of facts before it.
    lessor.lease(Lease("two", DAY, "B", 1, 2))
    with transaction(connection):
        assert [taken(connection, DAY) for _ in range(4)] == ["A 043", "A 044", "A 045", "B 001"]
        connection.execute("DELETE FROM fact WHERE place IS NOT NULL")
        assert [taken(connection, DAY) for _ in range(2)] == ["B 002", "K 001"]


def test_nothing_lent_is_given_where_nobody_can_tell_the_day(connection: Connection) -> None:
    SqlRosterStore(connection).lease(Lease("one", DAY, "A", 41, 42))
    with transaction(connection):
        assert [taken(connection, day) for day in (None, DAY, None)] == ["K 001", "A 041", "K 002"]


def test_a_snapshot_that_begins_anew_drops_what_one_that_broke_off_told(
    connection: Connection, clock: HandClock
) -> None:
    roster = filled(connection, clock, "A1", "A2")
    store = SqlRosterStore(connection)
    # Half of it has come when the day changes, and the cursor is good no more. Meanwhile A2 was cancelled.
    assert store.apply(News("s1", snapshot=True, complete=False, rows=[_row("A2")], site=SITE), "1", clock.now())
    assert store.apply(News("t1", snapshot=True, complete=False, rows=[_row("A3")], site=SITE), "s1", clock.now())
    assert store.apply(News("2", snapshot=True, complete=True), "t1", clock.now())
    assert {found.id for found in roster.find(CLAIM)} == {"A3"}


def test_a_lapsed_snapshot_drops_what_the_centre_no_longer_has(connection: Connection, clock: HandClock) -> None:
    roster = filled(connection, clock, "A1", "A2")
    store = SqlRosterStore(connection)
    assert store.apply(News("s1", snapshot=True, complete=False, rows=[_row("A2")]), "1", clock.now())
    assert {found.id for found in roster.find(CLAIM)} == {"A1", "A2"}
    assert store.apply(News("s2", snapshot=True, complete=False, rows=[_row("A3")]), "s1", clock.now())
    assert store.apply(News("2", snapshot=True, complete=True), "s2", clock.now())
    assert {found.id for found in roster.find(CLAIM)} == {"A2", "A3"}
    assert store.apply(News("3", snapshot=False, complete=True, gone=["A2"]), "2", clock.now())
    assert {found.id for found in roster.find(CLAIM)} == {"A3"}


def test_news_that_were_fetched_from_elsewhere_are_not_taken(connection: Connection, clock: HandClock) -> None:
    roster = filled(connection, clock, "A1")
    store = SqlRosterStore(connection)
    assert not store.apply(News("9", snapshot=False, complete=True, gone=["A1"]), "0", clock.now())
    assert store.cursor() == "1"
    assert len(roster.find(CLAIM)) == 1


def test_the_roster_says_how_fresh_it_is(connection: Connection, clock: HandClock) -> None:
    roster = SqlRoster(connection, SITE_KEY)
    assert roster.quality().roster_as_of is None
    filled(connection, clock, "A1")
    then = clock.now()
    clock.let_pass(100)
    assert roster.quality() == DataQuality(then, centre_as_of=then)
    store, ahead = SqlRosterStore(connection), timedelta(days=3).total_seconds()
    clock.moment += timedelta(days=3)
    # The word of before the jump is as old as it is, whatever is known of the clock since.
    assert store.apply(News("2", snapshot=False, complete=False, clock_offset=ahead), "1", clock.now())
    assert roster.quality() == DataQuality(then, centre_as_of=then)
    assert store.apply(News("3", snapshot=False, complete=True, clock_offset=ahead), "2", clock.now())
    heard = then + timedelta(seconds=100)
    assert roster.quality() == DataQuality(heard + timedelta(days=3), centre_as_of=heard)
    assert roster.site() == SITE


def test_retries_wait_and_clocks_that_jumped_do_not_hold_them(connection: Connection, clock: HandClock) -> None:
    journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
    fact = journal.note(FactKind.TICKET_PRINTED, {"arrival": "1"})
    outbox = SqlOutbox(connection)
    assert outbox.next_due() is not None
    tries: list[int] = []

    def later(count: int) -> object:
        tries.append(count)
        return clock.now() + timedelta(minutes=2)

    outbox.postpone([fact], later, "unreachable")  # type: ignore[arg-type]
    assert outbox.due(clock.now(), 10) == []
    assert outbox.next_due() == clock.now() + timedelta(minutes=2)
    assert outbox.due(clock.now() - timedelta(days=1), 10) == [fact]
    clock.let_pass(120)
    assert outbox.due(clock.now(), 10) == [fact]
    outbox.postpone([fact], later, "unreachable")  # type: ignore[arg-type]
    assert tries == [1, 2]
    outbox.hasten()
    assert outbox.due(clock.now(), 10) == [fact]


@given(st.lists(st.sampled_from(["A", "B", "C", "D"]), max_size=12))
def test_no_number_is_given_twice(names: list[str]) -> None:
    import tempfile
    from pathlib import Path

    from kiosk.offline.store import Store

    clock = HandClock(appointment().starts)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "k.db", bytes(32)).connect() as connection:
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)
        SqlRosterStore(connection).lease(Lease("l", SITE.day(clock.now()), "A", 1, 2))
        given_out = {name: journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi").number for name in names}
        assert len(set(given_out.values())) == len(given_out)
        for name, number in given_out.items():
            assert journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi").number == number


def test_what_somebody_else_checked_in_meanwhile_keeps_its_number_and_the_rest_is_recorded(
    connection: Connection, clock: HandClock, journal: SqlJournal
) -> None:
    filled(connection, clock, "A1", "A2")
    news = News("2", snapshot=False, complete=True, rows=[_row("A1", number="A 007")])
    assert SqlRosterStore(connection).apply(news, "1", clock.now())
    told = journal.check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
    assert (told.number, told.standing, told.fact) == ("A 007", Standing.REGISTERED, None)
    assert SqlOutbox(connection).due(clock.now(), 10) == []
    both = journal.check_in([appointment("A1"), appointment("A2")], ClaimKind.BARCODE, "fi")
    assert (both.number, both.standing) == ("A 007", Standing.RECORDED)
    (fact,) = SqlOutbox(connection).due(clock.now(), 10)
    assert fact.details["appointment"] == "A2"
