"""The real ``kiosk sync`` and the real ``central serve`` over a night: heartbeat, day close, silence, and back."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.store import Store as CentralStore
from central.store import day_closes, fleet
from central.store.day_closes import DayLine
from central.store.fleet import KioskLine
from kiosk.checkin.facts import FactKind
from kiosk.clock import ENVIRONMENT, StagedClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import enrolled_store
from kiosk.config import Config, dump
from kiosk.offline.journal import SqlJournal
from kiosk.scenario.props import LOOPBACK
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import wait_until
from tests.example_site import SITE
from tests.sync.test_line import CentreProcess

SECONDS = 40.0


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StagedClock:
    """The clock of all processes: a Monday morning."""
    clock = StagedClock(tmp_path / "clock")
    clock.start_at(datetime(2026, 11, 23, 6, 50, tzinfo=UTC))
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    return clock


@pytest.fixture
def centre(tmp_path: Path, clock: StagedClock) -> Iterator[CentreProcess]:
    running = CentreProcess(tmp_path / "central", free_port())
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({"site": "kalasatama", "appointments": []}))
    running.run("seed", str(seed))
    running.start()
    yield running
    running.stop()


def test_a_night(centre: CentreProcess, clock: StagedClock, tmp_path: Path) -> None:
    config = Config(state=tmp_path / "state", run=tmp_path / "run")
    path = tmp_path / "kiosk.toml"
    path.write_bytes(dump(config))
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", "k1").split()[-1]
    enrol_kiosk(config, f"http://{LOOPBACK}:{centre.port}", code)
    kept = CentralStore.open(f"sqlite:///{centre.data / 'central.db'}")

    def kiosk() -> KioskLine:
        with kept.reading() as connection:
            [found] = fleet.kiosks(connection, None, clock.now())
        return found

    def closed() -> list[DayLine]:
        with kept.reading() as connection:
            return day_closes.listed(connection, None)

    def heard() -> bool:
        at = kiosk().heard_at
        return at is not None and at >= began

    def day_is_over() -> bool:
        # It looks once a minute or so.
        clock.let_pass(timedelta(seconds=10))
        return b"day_closed" in (tmp_path / "log").read_bytes()

    store, enrolment = enrolled_store(config.state)
    with store.connect() as connection:
        journal = SqlJournal(connection, site=lambda: SITE, enrolment=enrolment, clock=clock)
        for _ in range(3):
            journal.note(FactKind.PRINT_FAILED, {"arrival": "x"})
    sync = [sys.executable, "-m", "kiosk", "sync", "--config", str(path)]
    began = clock.now()
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(sync, stderr=log)
    try:
        wait_until(heard, SECONDS, "heartbeat")
        # Soon after the faults have changed: there is no screen process here.
        clock.let_pass(timedelta(seconds=25))
        wait_until(lambda: "screen-not-running" in _faults(kiosk()), SECONDS, "fault told")
        clock.let_pass(timedelta(hours=16))
        wait_until(day_is_over, SECONDS, "day closed")
        [line] = closed()
        assert (line.day.isoformat(), line.taken, line.confirmed, line.pending) == ("2026-11-23", 3, 3, 0)
        assert (line.verdict.value, line.recorded_here) == ("agrees", 3)
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS)
        clock.let_pass(timedelta(minutes=4))
        assert kiosk().warnings == ["silent"]
        began = clock.now()
        process = subprocess.Popen(sync, stderr=log)
        wait_until(heard, SECONDS, "heartbeat after a new start")
        assert kiosk().warnings == []
        assert len(closed()) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    finally:
        process.kill()
        process.wait(SECONDS)
        log.close()
        kept.close()
    events = [json.loads(line) for line in (tmp_path / "log").read_bytes().splitlines()]
    assert [one["day"] for one in events if one["event"] == "day_closed"] == ["2026-11-23"]
    assert "thread_failed" not in {one["event"] for one in events}


def _faults(line: KioskLine) -> list[str]:
    return [] if line.state is None else line.state.faults
