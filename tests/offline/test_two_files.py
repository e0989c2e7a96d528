"""Two files: who writes to one waits for nobody at the other, and what is in the roster file can be thrown away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlite_utils
from sqlcipher3 import dbapi2

from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.hashing import hashed
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.checkin.visit import Report
from kiosk.offline import enrolling, examination, migrations
from kiosk.offline.connection import JOURNAL, ROSTER, Connection, File, StoreError, opened, transaction
from kiosk.offline.journal import SqlJournal
from kiosk.offline.migrations import STEPS, applied, migrate
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import JournalError, Lease, News, OpenRequest, RosterRow
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, NOW, SITE, appointment

FILES = pytest.mark.parametrize("file", [JOURNAL, ROSTER], ids=["journal", "roster"])
SITE_KEY = b"k" * 32
DAY = date(2026, 11, 23)
KEY = bytes(range(32))


@contextmanager
def held(store: Store, file: File) -> Iterator[None]:
    """Another connection is in the middle of a long write to this file."""
    with store.connect() as other, transaction(other, file):
        other.execute({"main": "DELETE FROM counter", "roster": "DELETE FROM queue"}[file.schema])
        yield


@pytest.fixture
def hasty(connection: Connection) -> Connection:
    """It waits for no lock at all."""
    connection.execute("PRAGMA busy_timeout = 0")
    return connection


def row(name: str, number: str | None = None) -> RosterRow:
    return RosterRow(appointment(name), (hashed(SITE_KEY, name),), number)


def journal_of(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


@FILES
def test_both_files_are_as_safe(connection: Connection, file: File) -> None:
    def told(pragma: str) -> object:
        return connection.execute(f"PRAGMA {file.schema}.{pragma}").fetchone()[0]

    assert (told("journal_mode"), told("synchronous"), told("secure_delete")) == ("wal", 2, 1)
    assert int(str(told("page_size"))) == file.page_size


def test_a_check_in_waits_for_no_write_to_the_roster(store: Store, hasty: Connection, clock: HandClock) -> None:
    journal, outbox, lessor = journal_of(hasty, clock), SqlOutbox(hasty), SqlRosterStore(hasty)
    with held(store, ROSTER):
        lessor.keep_request(OpenRequest("l", DAY, "", 60))
        lessor.lease(Lease("l", DAY, "A", 41, 42))
        for name, number in (("A1", "A 041"), ("A2", "A 042"), ("A3", "K 001")):
            assert journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi").number == number
        journal.report(Report(FactKind.WALKED_IN, {"service": "lab"}, series=""))
        journal.note(FactKind.HELP_CALLED, {})
        journal.keep_wrong_codes(3)
        journal.try_to_write()
        assert journal.annul("A 041")
        outbox.settle([Receipt(1, Verdict.RECORDED, "r")], NOW)
        outbox.postpone(outbox.due(NOW, 1), lambda _: NOW, "unreachable")
        outbox.hasten()
        enrolling.key_for(hasty, "A1B2", lambda: {"d": "none"})
        examination.try_to_write(store.path, KEY)


def test_the_roster_waits_for_no_write_to_the_journal(store: Store, hasty: Connection, clock: HandClock) -> None:
    roster = SqlRosterStore(hasty)
    with held(store, JOURNAL):
        assert roster.apply(News("1", snapshot=True, complete=False, rows=[row("A1")], site=SITE), None, clock.now())
        news = News("2", snapshot=True, complete=True, rows=[row("A2", "A 007")], queues=SITE.queues, gone=["A1"])
        assert roster.apply(replace(news, unread=["A3"]), "1", clock.now())
        roster.hear(ClockWord(clock.now(), clock.monotonic(), clock.now() - clock.now()))
    (found,) = SqlRoster(hasty, SITE_KEY).find(Claim(ClaimKind.BARCODE, "A2"))
    assert found.arrival is not None


@FILES
def test_of_one_file_there_is_one_writer(store: Store, hasty: Connection, file: File) -> None:
    with held(store, file):
        with pytest.raises(dbapi2.OperationalError, match="locked"), transaction(hasty, file):
            pass
        assert not hasty.in_transaction
    with transaction(hasty, file):
        pass


def test_the_plain_way_would_wait_for_both(store: Store, hasty: Connection) -> None:
    for file in (JOURNAL, ROSTER):
        with held(store, file), pytest.raises(dbapi2.OperationalError, match="locked"):
            hasty.execute("BEGIN IMMEDIATE")


@FILES
def test_a_lock_changes_nothing(connection: Connection, file: File) -> None:
    connection.execute("INSERT INTO counter (name, next) VALUES ('a', 1)")
    connection.execute("INSERT INTO feed (one, cursor, generation, in_snapshot) VALUES (1, '1', 1, 0)")
    with transaction(connection, file):
        pass
    kept = "SELECT (SELECT count(*) FROM counter), (SELECT count(*) FROM feed)"
    assert connection.execute(kept).fetchone() == (1, 1)


def test_without_its_roster_file_a_kiosk_has_its_facts_and_asks_for_the_rest(store: Store, clock: HandClock) -> None:
    with store.connect() as connection:
        SqlRosterStore(connection).apply(News("1", snapshot=True, complete=True, rows=[row("A1")]), None, clock.now())
        arrival = journal_of(connection, clock).check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
    for path in store.path.parent.glob(f"{store.roster_path.name}*"):
        path.unlink()
    with examination.looking(store.path, KEY) as connection:
        assert examination.schema(connection) == (1, 3)
        assert examination.counts(connection)["fact"] == 1
        assert "appointment" not in examination.counts(connection)
    assert not store.roster_path.exists(), "who only looks makes nothing"
    with store.connect() as connection:
        assert SqlRosterStore(connection).cursor() is None
        assert journal_of(connection, clock).check_in([appointment("A1")], ClaimKind.BARCODE, "fi") == arrival
        SqlRosterStore(connection).apply(News("1", snapshot=True, complete=True, rows=[row("A1")]), None, clock.now())
        assert SqlRoster(connection, SITE_KEY).find(Claim(ClaimKind.BARCODE, "A1"))[0].arrival is not None


@FILES
def test_either_file_of_a_newer_program_is_left_alone(store: Store, file: File) -> None:
    with store.connect() as connection:
        connection.execute(
            f"INSERT INTO {file.schema}._sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('kiosk', 'm999_later', '')"
        )
    with pytest.raises(StoreError, match="newer-database m999_later") as told, store.connect():
        pass
    assert told.value.schema == file.schema


@FILES
def test_a_step_that_fails_leaves_neither_itself_nor_its_record(
    store: Store, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.connect():
        pass
    path = store.path if file is JOURNAL else store.roster_path

    def m002_torn(database: sqlite_utils.Database) -> None:
        database.execute("CREATE TABLE half (one INTEGER)")
        raise dbapi2.OperationalError("the power is gone")

    with_it = (*STEPS[file], m002_torn)
    monkeypatch.setitem(migrations.STEPS, file, with_it)
    with opened(path, KEY, file) as connection:
        with pytest.raises(dbapi2.OperationalError, match="the power is gone"):
            migrate(connection, file)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
        assert applied(connection, replace(file, schema="main")) == {step.__name__ for step in STEPS[file][:-1]}


@pytest.mark.parametrize("ask", [lambda j: j.find_number("A 041"), lambda j: j.wrong_codes()], ids=["number", "codes"])
def test_what_can_not_be_read_is_an_error_of_the_journal(
    connection: Connection, clock: HandClock, ask: Callable[[SqlJournal], object]
) -> None:
    journal = journal_of(connection, clock)
    connection.execute("ALTER TABLE arrival RENAME TO gone")
    connection.execute("ALTER TABLE counter RENAME TO gone_too")
    with pytest.raises(JournalError):
        ask(journal)


def test_a_look_up_compares_the_whole_hash(connection: Connection, clock: HandClock) -> None:
    true = hashed(SITE_KEY, "A1")
    alike = true[:8] + bytes(24)
    rows = [RosterRow(appointment("B1"), (alike, bytes(32))), RosterRow(appointment("A1"), (bytes(32), true))]
    SqlRosterStore(connection).apply(News("1", snapshot=True, complete=True, rows=rows), None, clock.now())
    roster = SqlRoster(connection, SITE_KEY)
    assert [one.id for one in roster.find(Claim(ClaimKind.BARCODE, "A1"))] == ["A1"]
    # Another person's from now on, and of the first one nothing is left.
    other = RosterRow(appointment("A1"), (hashed(SITE_KEY, "C1"),))
    SqlRosterStore(connection).apply(News("2", snapshot=False, complete=True, rows=[other], gone=["B1"]), "1", NOW)
    assert roster.find(Claim(ClaimKind.BARCODE, "A1")) == ()
    assert [one.id for one in roster.find(Claim(ClaimKind.BARCODE, "C1"))] == ["A1"]
    assert connection.execute("SELECT count(*) FROM identifier").fetchone() == (1,)


def test_the_same_snapshot_again_keeps_every_row_once(connection: Connection) -> None:
    store, now = SqlRosterStore(connection), datetime(2026, 11, 23, 6, tzinfo=UTC)
    rows = [row(f"A{number}") for number in range(20)]
    for cursor, before in (("1", None), ("2", "1")):
        assert store.apply(News(cursor, snapshot=True, complete=True, rows=[*rows, rows[0]]), before, now)
    for table in ("appointment", "identifier"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (20,)
    assert store.apply(News("3", snapshot=True, complete=True, rows=rows[:5]), "2", now)
    for table in ("appointment", "identifier"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (5,)
