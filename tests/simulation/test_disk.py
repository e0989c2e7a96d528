"""What a power cut leaves: as much as SQLite had synced, and a torn tail is none."""

import random
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlcipher3 import dbapi2

from tests.simulation import disk as disks
from tests.simulation.disk import Blow, Disk
from tests.simulation.scheduler import Killed


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    template = tmp_path / "template"
    template.mkdir()
    connection = dbapi2.connect(str(template / "one.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE row (n INTEGER)")
    connection.close()
    with patch.object(dbapi2, "connect", disks.connect):
        made = Disk(tmp_path / "machine", template)
        yield made
        made.remove()


def _rows(disk: Disk) -> list[int]:
    connection = disks.look(disk.folder / "one.db", None)
    try:
        return [row[0] for row in connection.execute("SELECT n FROM row ORDER BY n")]
    finally:
        connection.close()


def _after_a_cut(disk: Disk, synchronous: str, chance: random.Random, *, checkpoint: bool = False) -> list[int]:
    connection = dbapi2.connect(str(disk.folder / "one.db"), isolation_level=None)
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    for number in range(6):
        connection.execute("INSERT INTO row VALUES (?)", (number,))
        if checkpoint and number == 2:
            connection.execute("PRAGMA wal_checkpoint").fetchall()
            connection.execute("INSERT INTO row VALUES (2)")
    disk.cut(chance)
    connection.close()
    disk.bring_back()
    return _rows(disk)


@pytest.mark.parametrize("seed", range(6))
def test_what_was_synced_is_there_whatever_becomes_of_the_rest(disk: Disk, seed: int) -> None:
    assert _after_a_cut(disk, "FULL", random.Random(seed)) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("synchronous", "checkpoint"), [("NORMAL", False), ("OFF", False), ("OFF", True)])
def test_what_was_not_synced_may_be_gone(disk: Disk, synchronous: str, checkpoint: bool) -> None:
    seed = next(seed for seed in range(99) if random.Random(seed).choice(("gone", "kept", "torn")) == "gone")
    assert _after_a_cut(disk, synchronous, random.Random(seed), checkpoint=checkpoint) == []


def test_a_checkpoint_syncs_what_came_before(disk: Disk) -> None:
    seed = next(seed for seed in range(99) if random.Random(seed).choice(("gone", "kept", "torn")) == "gone")
    assert _after_a_cut(disk, "NORMAL", random.Random(seed), checkpoint=True)[:3] == [0, 1, 2]


@pytest.mark.parametrize(("when", "left"), [("before", []), ("during", []), ("after", [7])])
def test_a_machine_can_die_at_any_statement(disk: Disk, when: str, left: list[int]) -> None:
    gone = next(seed for seed in range(99) if random.Random(seed).choice(("gone", "kept", "torn")) == "gone")
    chance, cut = random.Random(gone), list[str]()
    connection = dbapi2.connect(str(disk.folder / "one.db"), isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    disk.blow = Blow(0, when, only_commits=True, strike=lambda: cut.append(disk.cut(chance)))
    with pytest.raises(Killed):
        connection.execute("INSERT INTO row VALUES (7)")
    with pytest.raises(Killed):
        connection.execute("SELECT 1")
    connection.close()
    disk.bring_back()
    assert _rows(disk) == left
