"""A database that can't be used: which fault it is, on real files and a real small disk."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.composition.doctor_checks import checks
from kiosk.composition.guard import pending
from kiosk.composition.keeping import run_keeping
from kiosk.composition.memory import OutOfOrderError, enrolled_store, let_go
from kiosk.composition.suspicion import Marking
from kiosk.config import Config
from kiosk.diagnostics.board import Board
from kiosk.offline import vault
from kiosk.offline.connection import JOURNAL, StoreError
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.mending import Hold, suspect
from kiosk.offline.retention import lived
from kiosk.offline.spare import keep_spare
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KEY_FILE, database_key, make_database_key
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.client import CentreError
from kiosk.sync.reporter import Reporter
from tests.conftest import HandClock
from tests.diagnostics.small_disk import remount, small_disk
from tests.example_site import ENROLMENT


def enrolled(state: Path, facts: int = 0) -> Path:
    """A kiosk's state folder in good order; the path of its database."""
    with Store(state / DATABASE, make_database_key(state)).connect() as opened:
        save_enrolment(opened, ENROLMENT)
        row = ("print-failed", "2026-11-23T06:00:00+00:00", '{"reason":"' + "x" * 400 + '"}')
        opened.executemany(
            "INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, ?)",
            [(f"{place:036}", *row) for place in range(facts)],
        )
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return state / DATABASE


def fault_of(state: Path) -> Fault:
    with pytest.raises(OutOfOrderError) as told:
        enrolled_store(state)
    return told.value.fault


def scribble(path: Path, at: int, length: int = 64) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(length))


def test_a_kiosk_in_good_order(tmp_path: Path) -> None:
    enrolled(tmp_path)
    assert enrolled_store(tmp_path)[1] == ENROLMENT


def test_a_new_machine_has_not_been_enrolled(tmp_path: Path) -> None:
    assert fault_of(tmp_path) is faults.NOT_ENROLLED
    make_database_key(tmp_path)
    assert fault_of(tmp_path) is faults.NOT_ENROLLED


@pytest.mark.parametrize("content", [None, "", "5a5a", "no key at all", "äö"])
def test_a_database_without_its_key(tmp_path: Path, content: str | None) -> None:
    enrolled(tmp_path)
    if content is None:
        (tmp_path / KEY_FILE).unlink()
    else:
        (tmp_path / KEY_FILE).write_text(content)
    assert fault_of(tmp_path) is faults.DATABASE_KEY_MISSING
    with pytest.raises(vault.KeyMissingError) as told:
        vault.database_key(tmp_path)
    assert not content or content not in str(told.value)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: scribble(path, 0),
        lambda path: scribble(path, 4096),
        lambda path: scribble(path, path.stat().st_size // 2),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        Path.unlink,
    ],
    ids=["start", "schema", "middle", "cut", "gone"],
)
def test_a_damaged_database_is_mended_at_a_start(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = enrolled(tmp_path, facts=2000)
    with Store(path, make_database_key(tmp_path)).connect() as opened:
        keep_spare(opened)
    damage(path)
    store, enrolment = enrolled_store(tmp_path)
    assert enrolment == ENROLMENT
    with store.connect() as opened:
        saved, missing = opened.execute("SELECT saved, missing FROM salvage").fetchone()
    assert saved + missing == 2000
    assert saved >= 900 or damage is Path.unlink


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(4096)),
        lambda path: path.write_bytes(os.urandom(100_000)),
        lambda path: path.with_name(KEY_FILE).write_text("ab" * 32),
    ],
    ids=["another file", "noise", "another key"],
)
def test_a_damaged_database(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """Where nothing shows that the key is its own, nothing is touched."""
    path = enrolled(tmp_path, facts=20)
    damage(path)
    before = path.read_bytes()
    assert fault_of(tmp_path) is faults.DATABASE_DAMAGED
    assert path.read_bytes() == before
    # A process that runs learns of it.
    assert suspect(tmp_path)


def test_while_the_other_process_has_it_open_nobody_mends(tmp_path: Path) -> None:
    scribble(enrolled(tmp_path, facts=2000), 100_000)
    other = Hold(tmp_path)
    other.take()
    other.share()
    assert fault_of(tmp_path) is faults.DATABASE_DAMAGED
    assert suspect(tmp_path)
    # It sees the mark and ends.
    other.drop()
    assert enrolled_store(tmp_path)[1] == ENROLMENT
    assert not suspect(tmp_path)


def test_damage_that_is_met_while_running_leaves_the_mark(tmp_path: Path, board: Board) -> None:
    path = enrolled(tmp_path, facts=2000)
    store, _ = enrolled_store(tmp_path)
    marking = Marking(board, tmp_path)
    with store.connect() as opened:
        scribble(path, path.stat().st_size // 2)
        scribble(path, path.stat().st_size // 3)
        with pytest.raises(dbapi2.DatabaseError) as met:
            opened.execute("SELECT sum(length(details)) FROM fact").fetchone()
    Reporter(marking, "line").failed(CentreError("unreachable", ""))
    assert not suspect(tmp_path)
    Reporter(marking, "database:uplink").failed(met.value)
    assert faults.DATABASE_DAMAGED.code in board.health().codes
    assert suspect(tmp_path)
    assert enrolled_store(tmp_path)[1] == ENROLMENT
    assert not suspect(tmp_path)


def test_a_mended_database_is_told_for_a_week_and_how_much_was_lost(
    tmp_path: Path, board: Board, clock: HandClock
) -> None:
    path = enrolled(tmp_path, facts=2000)
    scribble(path, path.stat().st_size // 2)
    store, enrolment = enrolled_store(tmp_path)
    stop = threading.Event()
    with store.connect() as opened:
        saved, missing = opened.execute("SELECT saved, missing FROM salvage").fetchone()
    assert (saved + missing, missing > 0) == (2000, True)
    keeping = threading.Thread(target=run_keeping, args=(store, enrolment, clock, board, stop))
    keeping.start()
    try:
        wait_until(lambda: faults.DATABASE_SALVAGED.code in board.health().codes, 10, "the fault is told")
        assert board.health().can_serve
        [database] = [one for one in checks(Config(state=tmp_path), clock) if one.name == "database"]
        found = database.look()
        assert (found.measured["saved"], found.measured["missing"]) == (saved, missing)
        # A clock that jumps throws nothing away.
        clock.moment += timedelta(days=400)
        clock.let_pass(6 * 86400)
        wait_until(lambda: lived_there(store) >= 6 * 86400, 10, "the time is counted")
        assert faults.DATABASE_SALVAGED.code in board.health().codes
        assert (tmp_path / "kiosk.db.damaged-1").exists()
        clock.let_pass(40 * 86400)
        wait_until(lambda: not board.health().codes, 10, "the fault is gone")
        wait_until(lambda: not list(tmp_path.glob("*.damaged-*")), 10, "nothing is kept aside")
    finally:
        stop.set()
        keeping.join()


def lived_there(store: Store) -> float:
    with store.connect() as opened:
        return lived(opened)


def test_a_database_of_a_newer_program(tmp_path: Path) -> None:
    with Store(enrolled(tmp_path), make_database_key(tmp_path)).connect() as opened:
        opened.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm9', '')")
    assert fault_of(tmp_path) is faults.DATABASE_UNSAFE


def test_a_library_that_loses_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enrolled(tmp_path)
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    assert fault_of(tmp_path) is faults.DATABASE_UNSAFE


def test_a_disk_that_may_not_be_written_to(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        enrolled(disk)
        remount(disk, "ro")
        assert fault_of(disk) is faults.JOURNAL_UNWRITABLE
        remount(disk, "rw")
        assert enrolled_store(disk)[1] == ENROLMENT
        let_go(disk)


def test_a_full_disk_is_not_taken_for_damage(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        make_database_key(disk)
        with (disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        assert fault_of(disk) is faults.JOURNAL_UNWRITABLE


def test_a_folder_that_is_not_there_has_a_name_too(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unwritable"), Store(tmp_path / "none" / DATABASE, bytes(32)).connect():
        pass


def test_whoever_waited_for_one_who_failed_to_mend_is_alone(tmp_path: Path) -> None:
    """Else it would open what was to be mended, and SQLite would throw away what is behind the rot."""
    mender, waiting = Hold(tmp_path), Hold(tmp_path)
    mender.take()
    assert mender.alone
    thread = threading.Thread(target=waiting.take)
    thread.start()
    mender.drop()
    thread.join(10)
    assert waiting.alone
    waiting.drop()


def test_what_looks_on_throws_nothing_of_a_rotten_log_away(tmp_path: Path) -> None:
    enrolled(tmp_path)
    with Store(tmp_path / DATABASE, database_key(tmp_path)).connect() as connection:
        for _ in range(20):
            connection.execute("INSERT OR REPLACE INTO counter (name, next) VALUES ('written', random())")
        log = (tmp_path / f"{DATABASE}-wal").read_bytes()
    frame = 24 + JOURNAL.page_size
    rotten = bytearray(log)
    rotten[32 + 3 * frame + 100] ^= 0xFF
    (tmp_path / f"{DATABASE}-wal").write_bytes(rotten)
    assert pending(tmp_path).count is None
    assert (tmp_path / f"{DATABASE}-wal").read_bytes() == bytes(rotten)


def test_looking_on_makes_no_lock_that_would_be_somebody_elses(tmp_path: Path) -> None:
    enrolled(tmp_path)
    assert pending(tmp_path).count == 0
    assert not (tmp_path / vault.LOCK).exists()


def test_a_key_for_which_there_was_no_room_stands_in_nobodys_way(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        with pytest.raises(OSError, match="No space"):
            make_database_key(disk)
        filler.unlink()
        assert make_database_key(disk) == database_key(disk)
