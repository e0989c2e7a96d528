"""Power cuts at kiosk and centre, the short form; and the method finds the mistakes that it is there to find."""

import sys
from pathlib import Path

import pytest

from kiosk.offline.store import Store
from tests.torture import recorder
from tests.torture.disk import Mark
from tests.torture.figures import Figure
from tests.torture.kiosk_witness import KioskWitness
from tests.torture.parts import Setting, controls, kiosk_tape, power_cuts
from tests.torture.recorder import record
from tests.torture.replay import Plan, replay

pytestmark = pytest.mark.skipif(recorder.why_not() is not None, reason=str(recorder.why_not()))


def failures(figures: list[Figure]) -> list[str]:
    return [f"{figure.what}: {figure.findings}" for figure in figures if not figure.holds]


def test_nothing_that_was_acknowledged_is_lost() -> None:
    played = power_cuts(Setting(rounds=400))
    assert failures(played) == []
    assert sum(figure.count for figure in played) > 250


def test_a_journal_that_does_not_sync_is_found_out() -> None:
    assert failures(controls(Setting(rounds=60))) == []


def test_every_acknowledgement_is_on_the_tape_and_the_whole_tape_is_the_folder(tmp_path: Path) -> None:
    tape = kiosk_tape(tmp_path, ["--visits", "5", "--alone"])
    told = b"".join(one.data for one in tape.operations if isinstance(one, Mark))
    assert told == (tmp_path / "acks").read_bytes()
    assert told.count(b"\n") >= 4
    result = replay(tape, KioskWitness, Plan(torn=0, step=10**6))
    assert result.findings.clean


def test_a_spoilt_first_sector_is_mended_from_the_log(tmp_path: Path) -> None:
    store = Store(tmp_path / "kiosk.db", bytes(range(32)))
    with store.connect() as connection:
        connection.execute("INSERT INTO counter (name, next) VALUES ('kept', 7)")
        left = {name: (tmp_path / name).read_bytes() for name in ("kiosk.db", "kiosk.db-wal")}
    # The log is copied into the database, and the power fails while its first sector is written.
    (tmp_path / "kiosk.db").write_bytes(bytes(512) + left["kiosk.db"][512:])
    (tmp_path / "kiosk.db-wal").write_bytes(left["kiosk.db-wal"])
    with store.connect() as connection:
        assert connection.execute("SELECT next FROM counter WHERE name = 'kept'").fetchone() == (7,)


def test_a_program_that_fails_gives_no_tape(tmp_path: Path) -> None:
    with pytest.raises(recorder.RecorderError, match="ended with 3"):
        record([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, [])
