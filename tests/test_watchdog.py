"""Real processes, a real socket of systemd's kind: fed while all their parts live, and not while one of them hangs."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import notify
from kiosk.composition.watchdog import Watchdog
from kiosk.config import ScreenConfig
from kiosk.offline.connection import alone, opened
from kiosk.offline.vault import DATABASE, database_key
from kiosk.scenario.plan import StagePlan
from kiosk.scenario.stage import Stage, new_folder, set_up
from tests.systemd_ear import Ear, ear

LIMIT = 3.0
"""Seconds after which systemd would kill."""
FED = "WATCHDOG=1"
PATIENCE = 120.0
MOMENT = datetime.fromisoformat("2026-11-18T08:30:00+02:00")


@pytest.fixture
def hearing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    with ear(abstract=f"kiosk-{tmp_path.name}-{id(tmp_path)}") as heard:
        monkeypatch.setenv("NOTIFY_SOCKET", heard.address)
        monkeypatch.setenv("WATCHDOG_USEC", str(int(LIMIT * 1e6)))
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield heard


@pytest.fixture
def stage(hearing: Ear, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = new_folder(tmp_path_factory.getbasetemp())
    with set_up(StagePlan(folder, "kalasatama", MOMENT, "fi", ScreenConfig(windowed=True))) as stage:
        yield stage


def test_both_processes_say_that_they_are_ready_and_feed(stage: Stage, hearing: Ear) -> None:
    for name, status in (("screen", "serving"), ("sync", "carrying")):
        hearing.wait_for(f"READY=1\nSTATUS={status}", stage.pid(name), PATIENCE)
        hearing.wait_for(FED, stage.pid(name), PATIENCE)


def test_a_dead_line_is_no_hang(stage: Stage, hearing: Ear) -> None:
    sync = stage.pid("sync")
    hearing.wait_for(FED, sync, PATIENCE)
    stage.kill("central")
    since = len(hearing.listen(LIMIT))
    hearing.wait_for(FED, sync, PATIENCE, since)


def test_a_screen_that_hangs_is_not_fed_and_one_that_comes_back_is(stage: Stage, hearing: Ear) -> None:
    screen = stage.pid("screen")
    hearing.wait_for(FED, screen, PATIENCE)
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(stage.plan.folder / "stage.sock"))
        door.sendall(json.dumps({"do": "hang", "seconds": 4 * LIMIT}).encode() + b"\n")
        door.recv(100)
        since = hearing.wait_for("hung: gui", screen, PATIENCE)
        assert hearing.count(FED, screen, LIMIT) == 0
        hearing.wait_for("STATUS=serving", screen, PATIENCE, since)
        hearing.wait_for(FED, screen, PATIENCE, since)


def test_a_journal_that_somebody_holds_is_not_fed_over(stage: Stage, hearing: Ear) -> None:
    screen = stage.pid("screen")
    hearing.wait_for(FED, screen, PATIENCE)
    with ExitStack() as held:
        connection = held.enter_context(opened(stage.state / DATABASE, database_key(stage.state)))
        held.enter_context(alone(connection))
        hearing.wait_for("journal", screen, PATIENCE)
        assert hearing.count(FED, screen, LIMIT) == 0
        since = len(hearing.heard)
    hearing.wait_for(FED, screen, PATIENCE, since)


def test_a_kiosk_that_cannot_serve_is_ready_and_fed_all_the_same(
    hearing: Ear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is broken is told on the page; to start it again and again would only blacken the screen.
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    config = tmp_path / "kiosk.toml"
    config.write_text("nonsense = true\n")
    with subprocess.Popen([sys.executable, "-m", "kiosk", "screen", "--config", str(config)]) as screen:
        try:
            hearing.wait_for("READY=1\nSTATUS=closed: config-invalid", screen.pid, PATIENCE)
            hearing.wait_for(FED, screen.pid, PATIENCE)
        finally:
            screen.terminate()
        assert screen.wait(PATIENCE) == 0
    hearing.wait_for("STOPPING=1", screen.pid, PATIENCE)


def test_a_queue_that_is_full_hears_it_later(hearing: Ear) -> None:
    # Of systemd's size or not: what is full takes nothing, and a start that was not heard of would be taken for failed.
    while notify.alive():
        pass
    with Watchdog({"uplink": 60.0}, status="carrying") as dog:
        dog.beat("uplink")
        hearing.wait_for("READY=1\nSTATUS=carrying", os.getpid(), PATIENCE)


def test_a_loop_that_does_not_come_round_stops_the_feeding(hearing: Ear) -> None:
    stop, stuck, round_done = threading.Event(), threading.Event(), threading.Event()

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            round_done.set()
            if stuck.is_set():
                freed.wait(PATIENCE)
            stop.wait(0.05)

    freed = threading.Event()
    with Watchdog({"uplink": 0.5}, status="carrying") as dog:
        thread = threading.Thread(target=loop, args=(dog.following(stop, "uplink"),))
        assert hearing.count("READY", os.getpid(), 0.5) == 0, "ready before the loop had begun"
        thread.start()
        hearing.wait_for("READY=1", os.getpid(), PATIENCE)
        hearing.wait_for(FED, os.getpid(), PATIENCE)
        stuck.set()
        since = hearing.wait_for("hung: uplink", os.getpid(), PATIENCE)
        assert hearing.count(FED, os.getpid(), LIMIT) == 0
        stuck.clear()
        freed.set()
        hearing.wait_for(FED, os.getpid(), PATIENCE, since)
        stop.set()
        thread.join()
    hearing.wait_for("STOPPING=1", os.getpid(), PATIENCE)
