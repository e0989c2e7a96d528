"""Mending at a start: whose files they are, a power cut on the way, and what is kept aside."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.offline import mending
from kiosk.offline.connection import StoreError, opened
from kiosk.offline.mending import mend
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.spare import keep_spare
from kiosk.offline.store import Store
from tests.offline.damage import a_sector_of_noise, overwrite, pages_zeroed
from tests.offline.morning import KEY, NOW, PAGE, Morning, on_sound_pages, serves


def test_another_key_mends_nothing(state: Path) -> None:
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with pytest.raises(StoreError, match="wrong-key"):
        mend(state, bytes(32), NOW)
    after = {path.name: path.read_bytes() for path in state.iterdir() if path.suffix != ".lock"}
    assert {name: after[name] for name in ("kiosk.db", "kiosk.db-wal", "roster.db")} == {
        name: before[name] for name in ("kiosk.db", "kiosk.db-wal", "roster.db")
    }


def test_where_nothing_tells_what_this_kiosk_is_nothing_is_touched(state: Path) -> None:
    for path in state.glob("roster.db*"):
        path.unlink()
    with opened(state / "kiosk.db", KEY) as connection:
        connection.execute("DELETE FROM enrolment")
    overwrite(state / "kiosk.db", 5 * PAGE, bytes(PAGE * 3))
    before = (state / "kiosk.db").read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        mend(state, KEY, NOW)
    assert (state / "kiosk.db").read_bytes() == before
    assert not list(state.glob("kiosk.db.damaged*"))
    assert not list(state.glob("kiosk.db.new*"))


def test_a_journal_of_a_newer_program_is_not_made_into_an_older_one(state: Path) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm9', '')"
        )
    overwrite(state / "kiosk.db", (state / "kiosk.db").stat().st_size // PAGE // 2 * PAGE, bytes(PAGE))
    with pytest.raises(StoreError, match="newer-database"):
        mend(state, KEY, NOW)


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_power_cut_while_mending_loses_nothing(
    steps: int, state: Path, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of a name is a moment at which the power may fail."""

    class PowerCut(BaseException):
        pass

    pages_zeroed(state, random.Random(5))
    left = on_sound_pages(state)
    calls = 0

    def counted(act: Callable[..., object]) -> Callable[..., object]:
        def one(*given: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == steps:
                raise PowerCut
            return act(*given, **named)

        return one

    with monkeypatch.context() as patched:
        for owner, name in ((os, "link"), (Path, "rename"), (Path, "unlink"), (mending, "sync_folder")):
            patched.setattr(owner, name, counted(getattr(owner, name)))
        try:
            mend(state, KEY, NOW)
        except PowerCut:
            pass
        else:
            assert steps > 6
    mend(state, KEY, NOW)
    assert set(serves(state, morning)) == left


def test_three_damaged_files_are_kept_aside(state: Path, morning: Morning) -> None:
    for seed in range(5):
        a_sector_of_noise(state, random.Random(seed))
        done = mend(state, KEY, NOW)
        assert done.salvaged is not None
        # A gap that an earlier mending left is not missing.
        assert done.salvaged.missing < 200
    assert {path.name for path in state.glob("kiosk.db.damaged-*") if "wal" not in path.name} == {
        "kiosk.db.damaged-3",
        "kiosk.db.damaged-4",
        "kiosk.db.damaged-5",
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_roster_is_thrown_away(seed: int, state: Path, morning: Morning) -> None:
    path = state / "roster.db"
    chance = random.Random(seed)
    (state / "roster.db-wal").unlink(missing_ok=True)
    path.write_bytes(chance.choice([b"", chance.randbytes(9000), path.read_bytes()[:4096] + chance.randbytes(9000)]))
    mend(state, KEY, NOW)
    assert serves(state, morning) == morning.facts
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert SqlRosterStore(connection).cursor() is None
        keep_spare(connection)
    # And the one heals the other again.
    (state / "kiosk.db").unlink()
    assert mend(state, KEY, NOW).salvaged is not None
    serves(state, morning)
