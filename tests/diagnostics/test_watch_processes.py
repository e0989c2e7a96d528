"""Real processes: what each says of itself and of the other, and a page instead of a dark screen."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.clock import SystemClock
from kiosk.config import Config, ScreenConfig, WatchConfig, dump
from kiosk.diagnostics.record import Record, read_one
from kiosk.diagnostics.watch.power import MARKER
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, make_database_key
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import Stagehand, wait_until
from tests.example_site import ENROLMENT

SECONDS = 30.0
CLOCK = SystemClock()


class Machine:
    """A kiosk's two processes on one state folder."""

    def __init__(self, folder: Path) -> None:
        screen = ScreenConfig(windowed=True, width=540, height=960)
        self.config = Config(
            state=folder / "state", run=folder / "run", screen=screen, watch=WatchConfig(seconds=0.3, disk_low=0)
        )
        self.config.state.mkdir()
        self.file = folder / "kiosk.toml"
        self.file.write_bytes(dump(self.config))
        self.stagehand = Stagehand(folder / "stage.sock")
        self._folder = folder

    def enrol(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        with Store(self.config.state / DATABASE, make_database_key(self.config.state)).connect() as connection:
            from dataclasses import replace

            from kiosk.sync.credentials import make_key

            save_enrolment(connection, replace(ENROLMENT, centre=url, private_key=make_key()))

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "kiosk", name, "--config", str(self.file)]
        if name == "screen":
            command += ["--stage", str(self._folder / "stage.sock")]
        with (self._folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ})
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)

    def seen(self, name: str) -> Record:
        return read_one(name, self.config.run, self.config.state, CLOCK)

    def stands(self, name: str, *found: Fault) -> None:
        """Return when exactly these stand."""
        wanted = {fault.code for fault in found}
        wait_until(lambda: {one.fault.code for one in self.seen(name).standing} == wanted, SECONDS, f"{wanted}")

    def told(self, name: str) -> list[tuple[str, str]]:
        """The faults in the log, as they came and went."""
        rows: Sequence[object] = (self._folder / f"{name}.log").read_text().splitlines()
        entries = [json.loads(row) for row in rows if isinstance(row, str) and row.startswith("{")]
        return [(one["event"], one["code"]) for one in entries if one["event"].startswith("fault_")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_two_processes_see_each_other_come_and_go(machine: Machine) -> None:
    machine.enrol()
    with ExitStack() as stack:
        screen = stack.enter_context(machine.running("screen"))
        with machine.running("sync") as sync:
            machine.stands("screen", faults.ROSTER_MISSING)
            wait_until(lambda: machine.seen("sync").alive, SECONDS, "sync lives")
            line = (faults.CENTRE_UNREACHABLE, faults.NUMBERS_RUN_OUT, faults.CONFIGURATION_UNSIGNED)
            machine.stands("sync", *line)
            assert (machine.seen("screen").pid, machine.seen("sync").pid) == (screen.pid, sync.pid)
            sync.kill()
            sync.wait(SECONDS)
        machine.stands("screen", faults.ROSTER_MISSING, faults.SYNC_NOT_RUNNING)
        with machine.running("sync"):
            machine.stands("screen", faults.ROSTER_MISSING)
            screen.kill()
            screen.wait(SECONDS)
            machine.stands("sync", *line, faults.SCREEN_NOT_RUNNING)
            # What stood before the kill was taken over and not told again.
            assert machine.told("sync").count(("fault_came", faults.CENTRE_UNREACHABLE.code)) == 1
    assert not machine.seen("screen").alive


def test_a_machine_that_was_never_enrolled_shows_a_page_and_says_why(machine: Machine) -> None:
    with machine.running("screen") as screen:
        wait_until(machine.stagehand.is_there, SECONDS, "the screen stands")
        assert machine.stagehand.shown()[-1].name == "closed"
        machine.stands("screen", faults.NOT_ENROLLED)
        assert (machine.config.state / MARKER).exists()
        screen.send_signal(signal.SIGTERM)
        assert screen.wait(SECONDS) == 0
    assert not (machine.config.state / MARKER).exists()
    with machine.running("sync") as sync:
        assert sync.wait(SECONDS) == 3
    machine.stands("sync", faults.NOT_ENROLLED)


def test_a_mistake_in_the_settings_shows_a_page_instead_of_a_dark_screen(machine: Machine) -> None:
    machine.file.write_text("stat = 3\n")
    with machine.running("screen") as screen:
        wait_until(machine.stagehand.is_there, SECONDS, "the screen stands")
        assert machine.stagehand.shown()[-1].name == "closed"
        screen.send_signal(signal.SIGTERM)
        assert screen.wait(SECONDS) == 0
    assert ("fault_came", faults.CONFIG_INVALID.code) in machine.told("screen")


def test_a_power_cut_is_told_at_the_next_start(machine: Machine) -> None:
    (machine.config.state / MARKER).write_text("the id of another boot")
    with machine.running("screen"):
        machine.stands("screen", faults.NOT_ENROLLED, faults.POWER_WAS_CUT)
    with machine.running("screen"):
        machine.stands("screen", faults.NOT_ENROLLED)
