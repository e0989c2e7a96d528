"""Salvage from a log: what a power cut leaves is no damage, and what is rotten takes nothing else along."""

import random
import shutil
from pathlib import Path

import pytest

from kiosk.checkin.identity import ClaimKind
from kiosk.offline import salvage
from kiosk.offline.connection import opened
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.log_frames import read
from kiosk.offline.mending import mend
from kiosk.offline.store import Store
from tests.example_site import ENROLMENT, appointment
from tests.offline.damage import overwrite
from tests.offline.morning import FACTS, KEY, NOW, PAGE, Morning, serves, told, visitor


def test_a_rotten_frame_takes_no_later_transaction_with_it(state: Path, morning: Morning) -> None:
    log = state / "kiosk.db-wal"
    size = PAGE + 24
    count = read(log, PAGE).readable
    assert count > 300
    overwrite(log, 32 + 100 * size + 24 + 500, b"rotten")
    found = read(log, PAGE)
    assert found.loses
    assert (len(found.frames), found.readable <= 100) == (count, True)
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert len(serves(state, morning)) >= FACTS - 8


def test_the_torn_end_of_a_log_is_no_damage(state: Path, morning: Morning) -> None:
    log = state / "kiosk.db-wal"
    size = PAGE + 24
    count = read(log, PAGE).readable
    overwrite(log, 32 + (count - 2) * size + 24, b"torn")
    assert not read(log, PAGE).loses
    assert mend(state, KEY, NOW).salvaged is None
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert len(told(connection)) == FACTS - 1


def test_pieces_of_an_older_torn_transaction_are_not_taken_for_newer_ones(tmp_path: Path) -> None:
    """A long transaction is torn; a short one is written over its beginning; the rest of it lies behind."""
    store = Store(tmp_path / "kiosk.db", KEY)
    with store.connect() as connection:
        save_enrolment(connection, ENROLMENT)
        connection.execute("INSERT INTO counter (name, next) VALUES ('reserve:K', 5)")
        log = tmp_path / "kiosk.db-wal"
        before = read(log, PAGE).readable
        connection.execute("BEGIN")
        for place in range(200):
            connection.execute("INSERT INTO counter (name, next) VALUES (?, 1)", (f"reserve:torn{place}",))
        connection.execute("COMMIT")
        cut = tmp_path / "cut"
        cut.mkdir()
        for path in tmp_path.glob("kiosk.db*"):
            shutil.copy(path, cut)
    assert read(cut / "kiosk.db-wal", PAGE).readable > before + 5
    overwrite(cut / "kiosk.db-wal", 32 + before * (PAGE + 24) + 24, b"torn")
    with opened(cut / "kiosk.db", KEY) as connection:
        connection.execute("UPDATE counter SET next = 6 WHERE name = 'reserve:K'")
        again = tmp_path / "again"
        shutil.copytree(cut, again)
    found = read(again / "kiosk.db-wal", PAGE)
    assert (len(found.frames), found.loses) == (found.readable, False)
    counters = salvage.search(again / "kiosk.db", KEY).tables["counter"]
    assert sorted(counters.values()) == [("reserve:K", 6)]


@pytest.mark.parametrize("noise", [bytes(4096), random.Random(3).randbytes(4096)], ids=["zeros", "noise"])
def test_a_log_that_has_lost_its_first_sector_has_not_lost_the_rest(
    noise: bytes, state: Path, morning: Morning
) -> None:
    """It is the sector that is written most often of all."""
    overwrite(state / "kiosk.db-wal", 0, noise)
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert len(serves(state, morning)) >= FACTS - 8


@pytest.mark.parametrize("length", [32, 512])
def test_a_power_cut_upon_a_log_that_is_begun_anew_is_no_damage(
    length: int, state: Path, morning: Morning, tmp_path: Path
) -> None:
    """What lies behind the header has all been brought in: it only looks like a log that has lost its first sector."""
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        cut = tmp_path / "cut"
        shutil.copytree(state, cut)
    overwrite(cut / "kiosk.db-wal", 0, random.Random(4).randbytes(length))
    assert read(cut / "kiosk.db-wal", PAGE).loses
    assert mend(cut, KEY, NOW).salvaged is None
    assert serves(cut, morning) == morning.facts


def test_where_nobody_knows_which_is_newer_file_and_log_both_count(state: Path, morning: Morning) -> None:
    """The log was begun anew, a little was written and brought in, and then its first sector rotted away."""
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        visitor(connection, morning.clock).check_in([appointment("after")], ClaimKind.BARCODE, "fi")
        after = told(connection)
        log = (state / "kiosk.db-wal").read_bytes()
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        whole = (state / "kiosk.db").read_bytes()
    (state / "kiosk.db").write_bytes(whole)
    (state / "kiosk.db-wal").write_bytes(random.Random(5).randbytes(16384) + log[16384:])
    mend(state, KEY, NOW)
    with Store(state / "kiosk.db", KEY).connect() as connection:
        kept = told(connection)
    assert set(after) <= set(kept)
    assert {seq: one for seq, one in kept.items() if seq in after} == after
