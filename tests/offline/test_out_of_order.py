"""A database that can't be used: which fault it is, on real files and a real small disk."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.offline import vault
from kiosk.offline.connection import StoreError
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KEY_FILE, make_database_key
from tests.diagnostics.small_disk import remount, small_disk
from tests.example_site import ENROLMENT


def enrolled(state: Path, facts: int = 0) -> Path:
    """A kiosk's state folder in good order; the path of its database."""
    with Store(state / DATABASE, make_database_key(state)).connect() as opened:
        save_enrolment(opened, ENROLMENT)
        row = ("print-failed", "2026-11-23T06:00:00+00:00", "x" * 400)
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
        lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(4096)),
    ],
    ids=["start", "schema", "middle", "cut", "another file"],
)
def test_a_damaged_database(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(enrolled(tmp_path, facts=2000))
    assert fault_of(tmp_path) is faults.DATABASE_DAMAGED


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
