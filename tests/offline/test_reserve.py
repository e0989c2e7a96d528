"""A real disk of two megabytes that fills up: the roster gives way, facts go on, then the truth, then all is well."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.checkin import faults
from kiosk.checkin.identity import ClaimKind
from kiosk.composition.memory import enrolled_store, let_go
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.watch.disk import DiskLook
from kiosk.offline.connection import Connection
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.journal import SqlJournal
from kiosk.offline.reserve import FILE, NoRoomError, Reserve, room_for_news, room_maker, spend
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.spare import keep_spare
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, make_database_key
from kiosk.ports import JournalError, News, RosterRow
from kiosk.sync.reporter import Reporter
from tests.conftest import HandClock
from tests.diagnostics.small_disk import remount, small_disk
from tests.example_site import ENROLMENT, SITE, appointment

KEY = bytes(range(32))
FULL = 256 << 10
"""Bytes: with less free than that, the room is for facts."""


def fill(disk: Path, leave: int = 0) -> None:
    told = os.statvfs(disk)
    with (disk / "filler").open("ab", buffering=0) as file:
        for _ in range(max(0, told.f_bavail * told.f_frsize - leave) // 4096):
            file.write(bytes(4096))


def take_news(roster: SqlRosterStore, clock: HandClock, page: int, cursor: str | None) -> str:
    rows = [RosterRow(appointment(f"R{page}-{place}"), (os.urandom(32),)) for place in range(50)]
    assert roster.apply(News(str(page), snapshot=page == 1, complete=False, rows=rows, site=SITE), cursor, clock.now())
    return str(page)


def test_on_a_disk_that_fills_up_the_roster_gives_way_and_facts_go_on(tmp_path: Path, clock: HandClock) -> None:
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        reserve = Reserve(disk, FULL)
        look = DiskLook(disk, clock, low=FULL, full=FULL, reserved=reserve.keep)
        with Store(disk / "kiosk.db", KEY).connect() as screen, Store(disk / "kiosk.db", KEY).connect() as sync:
            roster = SqlRosterStore(sync, room_for_news(disk, FULL))
            journal = recording(screen, disk, clock)
            assert look.look() == ()
            assert (disk / FILE).stat().st_size == (2 << 20) // 4
            cursor, pages = None, 0
            with pytest.raises(NoRoomError) as refused:
                while True:
                    cursor = take_news(roster, clock, pages + 1, cursor)
                    pages += 1
            assert pages > 2
            # It is not the journal's trouble.
            assert isinstance(refused.value, dbapi2.Error)
            fill(disk)
            assert look.look() == (faults.DISK_RESERVE,)
            told: list[str] = []
            with pytest.raises(JournalError):
                while True:
                    clock.let_pass(1)
                    told.append(journal.check_in([appointment(f"A{len(told)}")], ClaimKind.BARCODE, "fi").number)
            assert len(told) >= 300
            assert len(set(told[:999])) == len(told[:999])
            clock.let_pass(100)
            assert look.look() == (faults.DISK_FULL,)
            # Nothing of the one that failed is there, and everything of the others is.
            rows = screen.execute("SELECT count(*), max(seq) FROM fact").fetchone()
            assert tuple(rows) == (len(told), len(told))
            (disk / "filler").unlink()
            remount(disk, "size=6m")
            clock.let_pass(100)
            assert look.look() == ()
            assert (disk / FILE).exists()
            journal.try_to_write()
            again = journal.check_in([appointment(f"A{len(told)}")], ClaimKind.BARCODE, "fi")
            assert again.fact == len(told) + 1
            assert take_news(roster, clock, pages + 1, cursor) == str(pages + 1)
            assert screen.execute("PRAGMA quick_check").fetchone()[0] == "ok"


def recording(connection: Connection, disk: Path, clock: HandClock) -> SqlJournal:
    return SqlJournal(
        connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock, make_room=room_maker(connection, disk)
    )


@pytest.mark.parametrize("damaged", [False, True])
def test_a_kiosk_that_is_started_anew_on_a_full_disk_takes_what_was_kept_for_it(
    tmp_path: Path, clock: HandClock, damaged: bool
) -> None:
    """An ordered end takes the logs away, and to make them anew needs room."""
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        key = make_database_key(disk)
        with Store(disk / DATABASE, key).connect() as connection:
            save_enrolment(connection, ENROLMENT)
            keep_spare(connection)
            before = recording(connection, disk, clock).check_in([appointment("A1")], ClaimKind.BARCODE, "fi")
        assert not (disk / f"{DATABASE}-wal").exists()
        assert Reserve(disk, FULL).keep()
        if damaged:
            with (disk / DATABASE).open("r+b") as file:
                file.seek(3 * 1024)
                file.write(os.urandom(1024))
        fill(disk)
        store, enrolment = enrolled_store(disk)
        try:
            assert enrolment == ENROLMENT
            assert not (disk / FILE).exists()
            with store.connect() as connection:
                again = recording(connection, disk, clock).check_in([appointment("A2")], ClaimKind.BARCODE, "fi")
                assert again.fact is not None
                assert before.fact is not None
                assert again.fact > before.fact
        finally:
            let_go(disk)


def test_the_reserve_is_kept_where_room_is_not_what_is_lacking(tmp_path: Path) -> None:
    assert Reserve(tmp_path, 0).keep()
    assert not spend(tmp_path)
    assert (tmp_path / FILE).exists()
    assert not spend(tmp_path / "gone")


def test_the_reserve_is_not_made_where_that_would_fill_the_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "size=2m") as disk:
        fill(disk, leave=700 << 10)
        assert not Reserve(disk, FULL).keep()
        assert not (disk / FILE).exists()
        assert Reserve(disk, 128 << 10).keep()
        assert Reserve(disk, FULL).keep()
        assert Reserve(disk, FULL).give_up()
        assert not Reserve(disk, FULL).give_up()


def test_no_room_is_made_for_any_other_trouble(tmp_path: Path, connection: Connection) -> None:
    assert Reserve(tmp_path, 0).keep()
    make = room_maker(connection, tmp_path)
    with pytest.raises(dbapi2.Error) as other:
        connection.execute("SELECT nonsense")
    assert not make(other.value)
    assert not make(None)
    assert (tmp_path / FILE).exists()


def test_a_roster_that_cannot_be_written_closes_no_page(board: Board, clock: HandClock) -> None:
    reporter = Reporter(board, "roster:downlink", faults.ROSTER_UNWRITABLE)
    reporter.failed(NoRoomError("no room for news"))
    health = board.health()
    assert health.codes == {faults.ROSTER_UNWRITABLE.code}
    assert health.can_serve
    clock.let_pass(timedelta(minutes=1).total_seconds())
    reporter.worked()
    assert board.health().codes == frozenset()


def test_a_reserve_that_a_power_cut_left_empty_is_made_anew(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path, 0)
    assert reserve.keep()
    [file] = tmp_path.iterdir()
    whole = file.stat().st_blocks
    file.write_bytes(b"")
    assert reserve.keep()
    assert file.stat().st_blocks == whole
