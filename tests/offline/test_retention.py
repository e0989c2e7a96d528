"""Forgetting, on real files: what goes when, what stays, and that nothing of it is left in any page or log."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.checkin.appointment import Standing
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.day_close import Range
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.visit import Report
from kiosk.offline import stamping
from kiosk.offline.connection import Connection, transaction
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.retention import Retention
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.spare import load_spare
from kiosk.offline.store import Store
from kiosk.ports import Lease, News, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment
from tests.offline.stolen import in_clear, raw

KEY = bytes(range(32))
TODAY = date(2026, 11, 23)
DAY, HOUR = 86400.0, 3600.0


@pytest.fixture
def journal(connection: Connection, clock: HandClock) -> SqlJournal:
    save_enrolment(connection, ENROLMENT)
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


@pytest.fixture
def beside(store: Store) -> Iterator[Connection]:
    """The connection of the sync process."""
    with store.connect() as opened:
        yield opened


@pytest.fixture
def retention(beside: Connection, clock: HandClock) -> Retention:
    return Retention(beside, clock, lambda: SITE)


def hear(connection: Connection, clock: HandClock, ahead: timedelta = timedelta()) -> None:
    """The centre's word; the kiosk's clock is ``ahead`` of it."""
    SqlRosterStore(connection).hear(ClockWord(clock.now(), clock.monotonic(), ahead))


def settle(connection: Connection, clock: HandClock, *seqs: int, verdict: Verdict = Verdict.RECORDED) -> None:
    SqlOutbox(connection).settle([Receipt(seq, verdict, f"r{seq}") for seq in seqs], clock.now())


def count(connection: Connection, table: str, where: str = "1") -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])


def full(connection: Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT seq FROM fact WHERE details <> '{}' ORDER BY seq")]


def three_days_off(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> None:
    """The machine is switched off, and on again."""
    monkeypatch.setattr(stamping, "_boot", lambda: "another start")
    clock.moment, clock.seconds = clock.moment + timedelta(days=3), 5.0


def live(retention: Retention, clock: HandClock, seconds: float, step: float = 300.0) -> None:
    """The process runs, and looks each five minutes."""
    ends = clock.seconds + seconds
    while clock.seconds < ends:
        clock.let_pass(min(step, ends - clock.seconds))
        retention.work()


def test_who_was_here_is_gone_a_day_after_the_confirmation(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock
) -> None:
    hear(connection, clock)
    for name in ("A1", "A2", "A3"):
        journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi")
    live(retention, clock, 10 * HOUR)
    settle(connection, clock, 1, 2)
    live(retention, clock, 23.5 * HOUR)
    assert full(connection) == [1, 2, 3]
    live(retention, clock, 0.5 * HOUR)
    assert full(connection) == [3]
    assert [row[0] for row in connection.execute("SELECT fact FROM arrival")] == [3]
    # What the centre does not have stays for ever.
    live(retention, clock, 90 * DAY, step=HOUR)
    assert full(connection) == [3]


def test_the_number_is_offered_again_all_day(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock
) -> None:
    # 25 October 2026 has 25 hours in Finland.
    clock.moment = datetime(2026, 10, 24, 21, 1, tzinfo=UTC)
    hear(connection, clock)
    booked = appointment("A1", now=clock.now())
    arrival = journal.check_in([booked], ClaimKind.BARCODE, "fi")
    retention.work()
    settle(connection, clock, 1)
    live(retention, clock, 24.9 * HOUR)
    again = journal.check_in([booked], ClaimKind.BARCODE, "fi")
    assert (again.number, again.fact, again.standing) == (arrival.number, arrival.fact, Standing.REGISTERED)
    live(retention, clock, 0.2 * HOUR)
    assert full(connection) == []


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365), timedelta(days=2)])
def test_a_clock_that_jumps_ages_nothing(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock, jump: timedelta
) -> None:
    hear(connection, clock)
    journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    live(retention, clock, 60)
    settle(connection, clock, 1)
    retention.look()
    clock.moment += jump
    retention.look()
    assert full(connection) == [1]
    # The centre says the same nonsense: time itself says otherwise.
    hear(connection, clock)
    live(retention, clock, 23 * HOUR)
    assert full(connection) == [1]
    live(retention, clock, 2.1 * HOUR)
    assert full(connection) == []


def test_the_time_that_the_machine_was_off_counts_where_both_clocks_agree_on_it(
    journal: SqlJournal,
    connection: Connection,
    beside: Connection,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hear(connection, clock)
    journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    retention = Retention(beside, clock, lambda: SITE)
    settle(connection, clock, 1)
    retention.look()
    three_days_off(monkeypatch, clock)
    retention = Retention(beside, clock, lambda: SITE)
    # The wall clock alone is not believed, nor is the centre's word against it.
    retention.look()
    hear(connection, clock, ahead=timedelta(days=2))
    live(retention, clock, HOUR)
    assert full(connection) == [1]
    hear(connection, clock)
    retention.look()
    assert full(connection) == []


def test_what_it_was_off_for_ages_nothing_that_was_confirmed_since(
    journal: SqlJournal,
    connection: Connection,
    beside: Connection,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hear(connection, clock)
    for name in ("A1", "A2", "A3"):
        journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi")
    Retention(beside, clock, lambda: SITE).look()
    settle(connection, clock, 1)
    live(Retention(beside, clock, lambda: SITE), clock, HOUR)
    three_days_off(monkeypatch, clock)
    retention = Retention(beside, clock, lambda: SITE)
    # Confirmed before the first look and after it, while nobody knows yet how long the machine was off.
    settle(connection, clock, 2)
    retention.look()
    settle(connection, clock, 3)
    live(retention, clock, HOUR)
    assert full(connection) == [1, 2, 3]
    hear(connection, clock)
    retention.look()
    assert full(connection) == [2, 3]
    live(retention, clock, DAY - 2 * HOUR)
    assert full(connection) == [2, 3]
    live(retention, clock, HOUR + 600)
    assert full(connection) == []


def test_without_any_word_on_the_time_age_still_counts(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock
) -> None:
    journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    settle(connection, clock, 1)
    retention.look()
    live(retention, clock, 2 * HOUR)
    # The first agreed time says nothing of how long ago anything was.
    clock.moment += timedelta(days=400)
    hear(connection, clock)
    live(retention, clock, 21 * HOUR)
    assert full(connection) == [1]
    live(retention, clock, 2.1 * HOUR)
    assert full(connection) == []


@pytest.mark.parametrize("verdict", [Verdict.CONFLICT, Verdict.REFUSED])
def test_what_a_person_has_to_look_into_stays_for_thirty_days(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock, verdict: Verdict
) -> None:
    hear(connection, clock)
    journal.check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
    journal.check_in([appointment("A2")], ClaimKind.BARCODE, "fi")
    retention.look()
    settle(connection, clock, 1, verdict=verdict)
    settle(connection, clock, 2)
    SqlDayCloses(connection).keep(Range(TODAY, 1, 2), "signed", final=True)
    live(retention, clock, 29.9 * DAY, step=HOUR)
    assert full(connection) == [1]
    live(retention, clock, 0.2 * DAY, step=HOUR)
    assert (full(connection), count(connection, "arrival")) == ([], 0)
    # Its row stays, and with it the centre's word.
    assert count(connection, "fact", "seq = 1") == 1
    assert count(connection, "receipt", f"fact = 1 AND verdict = '{verdict}'") == 1


def test_a_row_goes_once_its_day_is_closed_for_good_and_its_place_never_comes_again(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock
) -> None:
    hear(connection, clock)
    for name in ("A1", "A2", "A3", "A4"):
        journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi")
    settle(connection, clock, 1, 2, 3, 4)
    days = SqlDayCloses(connection)
    days.keep(Range(TODAY, 1, 2), "signed", final=True)
    days.keep(Range(TODAY + timedelta(days=1), 3, 4), "signed", final=False)
    before = days.tally(Range(TODAY, 3, 4))
    retention.look()
    live(retention, clock, 2 * DAY, step=HOUR)
    assert [row[0] for row in connection.execute("SELECT seq FROM fact")] == [3, 4]
    assert days.tally(Range(TODAY, 3, 4)) == before
    days.keep(Range(TODAY + timedelta(days=1), 3, 4), "signed", final=True)
    live(retention, clock, HOUR)
    assert [tuple(row) for row in connection.execute("SELECT seq, details FROM fact")] == [(4, "{}")]
    assert (count(connection, "receipt"), full(connection)) == (1, [])
    arrival = journal.check_in([appointment("A5")], ClaimKind.BARCODE, "fi")
    assert arrival.fact == 5
    assert [fact.seq for fact in SqlOutbox(connection).due(clock.now(), 9)] == [5]


def test_a_reader_makes_nobody_wait_and_the_log_is_cleared_later(
    journal: SqlJournal, connection: Connection, retention: Retention, store: Store, clock: HandClock
) -> None:
    hear(connection, clock)
    journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    settle(connection, clock, 1)
    retention.look()
    live(retention, clock, 23.8 * HOUR)
    log = store.path.with_name("kiosk.db-wal")
    with store.connect() as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM fact").fetchone()
        live(retention, clock, HOUR)
        assert log.stat().st_size > 0
        reader.execute("COMMIT")
    live(retention, clock, 60, step=30)
    assert log.stat().st_size == 0


def test_lent_numbers_and_old_appointments_go_and_never_those_of_today(
    connection: Connection, journal: SqlJournal, retention: Retention, clock: HandClock
) -> None:
    # The centre has been silent since it told of them: nothing but time says that they are over.
    hear(connection, clock)
    roster = SqlRosterStore(connection)
    rows = [RosterRow(appointment(f"D{days}", days * 1440), (bytes([days + 9]) * 32,)) for days in range(-8, 9)]
    roster.apply(News("1", snapshot=True, complete=True, rows=rows, site=SITE), None, clock.now())
    for days in range(-3, 3):
        roster.lease(Lease(f"l{days}", TODAY + timedelta(days=days), "A", 1, 20))
    connection.execute("INSERT INTO counter (name, next) VALUES ('lease:l-3', 5), ('lease:l0', 9), ('reserve:K', 3)")

    def kept() -> tuple[list[int], list[str], list[str]]:
        days = sorted(int(row[0][1:]) for row in connection.execute("SELECT id FROM appointment"))
        leases = [row[0] for row in connection.execute("SELECT id FROM lease ORDER BY day")]
        return days, leases, [row[0] for row in connection.execute("SELECT name FROM counter ORDER BY name")]

    retention.look()
    assert kept() == (list(range(-7, 9)), ["l-1", "l0", "l1", "l2"], ["lease:l0", "reserve:K"])
    clock.moment += timedelta(days=365)
    live(retention, clock, 2 * HOUR)
    assert kept() == (list(range(-7, 9)), ["l-1", "l0", "l1", "l2"], ["lease:l0", "reserve:K"])
    live(retention, clock, 10 * DAY, step=HOUR)
    assert kept()[:2] == (list(range(3, 9)), [])
    assert count(connection, "identifier") == 6


PLANTED = {
    "appointment": "appt-010594Y9032",
    "phone": "shown-010594Y9021",
    "number": "Q 917",
    "person": "010594Y903",
    "sealed": "010594Y902",
    "practitioner": "seen-010594Y9032",
}


def test_a_stolen_disk_shows_nothing(
    store: Store, connection: Connection, beside: Connection, journal: SqlJournal, clock: HandClock, tmp_path: Path
) -> None:
    claim = Claim(ClaimKind.BARCODE, "010594Y9032")
    hear(connection, clock)
    roster, outbox = SqlRosterStore(connection), SqlOutbox(connection)
    booked = [
        replace(
            appointment(PLANTED["appointment"] + name),
            practitioner=PLANTED["practitioner"],
            phone=PLANTED["phone"],
        )
        for name in ("-first", "-annulled")
    ]
    rows = [
        RosterRow(one, (hashed(ENROLMENT.site_key, claim.identifier),), number="Q 916", annulled=("earlier",))
        for one in booked
    ]
    # As long as the roster says that they have come, nothing is recorded here.
    unarrived = [replace(row, number=None) for row in rows]
    assert roster.apply(News("1", snapshot=True, complete=True, rows=unarrived, site=SITE), None, clock.now())
    roster.lease(Lease("l", TODAY, "Q", 917, 990))
    assert len(SqlRoster(connection, ENROLMENT.site_key).find(claim)) == 2
    first = journal.check_in(booked[:1], ClaimKind.BARCODE, "fi")
    assert first.number == PLANTED["number"]
    second = journal.check_in(booked[1:], ClaimKind.BARCODE, "fi")
    assert journal.annul(second.number)
    details = {"person": PLANTED["person"], "sealed": PLANTED["sealed"] * 60}
    journal.report(Report(FactKind.UNMATCHED, details, once="unmatched", series=""))
    journal.report(Report(FactKind.CALL_BACK, {"service": PLANTED["phone"]}, claim=claim))
    journal.note(FactKind.TICKET_PRINTED, {"arrival": PLANTED["appointment"]})
    due = outbox.due(clock.now(), 99)
    outbox.postpone(due, lambda _: clock.now(), f"tried {PLANTED['person']}")
    retention = Retention(beside, clock, lambda: SITE)
    retention.look()
    # Both in the database and still in its log.
    beside.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def seen() -> set[str]:
        found = in_clear(store.path, KEY, 1024) + in_clear(store.roster_path, KEY, 4096)
        return {name for name, value in PLANTED.items() if value.encode() in found}

    def shown_without_the_key() -> set[str]:
        return {name for name, value in PLANTED.items() if value.encode() in raw(tmp_path)}

    assert seen() == set(PLANTED)
    assert shown_without_the_key() == set()
    outbox.settle([Receipt(fact.seq, Verdict.RECORDED, "r") for fact in due], clock.now())
    live(retention, clock, 12 * HOUR)
    # The next morning the centre's window has moved on.
    gone = [one.id for one in booked]
    assert roster.apply(News("2", snapshot=False, complete=True, gone=gone), "1", clock.now())
    live(retention, clock, 12 * HOUR)
    assert seen() == set()
    assert shown_without_the_key() == set()
    assert outbox.newest() == len(due)


def test_each_file_keeps_what_this_kiosk_is(connection: Connection, journal: SqlJournal, retention: Retention) -> None:
    journal.check_in([appointment()], ClaimKind.BARCODE, "fi")
    retention.look()
    spare = load_spare(connection)
    assert spare is not None
    assert (spare.enrolment, spare.newest, spare.counters) == (ENROLMENT, 1, {"reserve:K": 2})


def test_how_far_the_journal_had_come_is_kept_also_where_forgetting_fails(
    connection: Connection, journal: SqlJournal, retention: Retention, clock: HandClock
) -> None:
    hear(connection, clock)
    journal.check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
    settle(connection, clock, 1)
    retention.look()
    connection.execute(
        "CREATE TRIGGER no_more BEFORE DELETE ON arrival BEGIN SELECT raise(ABORT, 'a page that is broken'); END"
    )
    clock.let_pass(2 * DAY)
    journal.check_in([appointment("A2")], ClaimKind.BARCODE, "fi")
    with pytest.raises(dbapi2.Error, match="broken"):
        retention.look()
    spare = load_spare(connection)
    assert spare is not None
    assert spare.newest == 2


def test_a_roster_that_takes_no_note_keeps_nobodys_data_for_longer(
    connection: Connection, journal: SqlJournal, retention: Retention, clock: HandClock
) -> None:
    hear(connection, clock)
    journal.check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
    settle(connection, clock, 1)
    retention.look()
    connection.execute("CREATE TRIGGER roster.full BEFORE INSERT ON spare BEGIN SELECT raise(ABORT, 'full'); END")
    clock.let_pass(2 * DAY)
    journal.check_in([appointment("A2")], ClaimKind.BARCODE, "fi")
    with pytest.raises(dbapi2.Error, match="full"):
        retention.look()
    assert full(connection) == [2]


def test_a_batch_makes_a_check_in_wait_for_one_transaction_only(
    journal: SqlJournal, connection: Connection, retention: Retention, clock: HandClock
) -> None:
    hear(connection, clock)
    with transaction(connection):
        connection.executemany(
            "INSERT INTO fact (id, kind, at, details) VALUES (?, 'print-failed', ?, '{\"reason\":\"x\"}')",
            [(f"{place:036}", clock.now().isoformat()) for place in range(1000)],
        )
    settle(connection, clock, *range(1, 1001))
    retention.look()
    begun: list[str] = []
    retention._connection.set_trace_callback(begun.append)
    live(retention, clock, 25.2 * HOUR, step=HOUR)
    retention._connection.set_trace_callback(None)
    assert full(connection) == []
    emptied = [place for place, one in enumerate(begun) if one.startswith("UPDATE fact")]
    assert len(emptied) == 1000
    assert sum(1 for one in begun[emptied[0] : emptied[-1]] if one == "COMMIT") >= 4
