"""The whole line: real agents and memory of a kiosk, a real centre in a process of its own, a cable between them."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.checkin.appointment import Standing
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.clock import SystemClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.config import Config
from kiosk.devices.simulated.network import Cable
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.ports import Enrolment
from kiosk.scenario.props import LOOPBACK
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.agent import Downlink, Uplink
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.lending import LEASE_SIZE
from tests.example_site import HELSINKI

CLAIM = Claim(ClaimKind.BARCODE, "010594Y9032")
SECONDS = 20.0


@dataclass
class CentreProcess:
    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "central", *arguments, "--data", str(self.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        command = [sys.executable, "-m", "central", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self._answers, SECONDS, "centre serves")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)
            self.process = None

    def arrivals(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("arrivals", "--json"))
        return found

    def _answers(self) -> bool:
        import socket

        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1):
                return True
        except OSError:
            return False


@dataclass
class Kiosk:
    """One kiosk's memory and line, without its screen."""

    config: Config
    cable: Cable
    enrolment: Enrolment
    connection: Connection
    rings: list[str]

    @property
    def board(self) -> Board:
        return Board(SystemClock(), "sync", self.config.state, self.config.run, ())

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self.connection)

    @property
    def roster(self) -> SqlRoster:
        return SqlRoster(self.connection, self.enrolment.site_key)

    @property
    def journal(self) -> SqlJournal:
        return SqlJournal(self.connection, site=self.roster.site, enrolment=self.enrolment, clock=SystemClock())

    def uplink(self, centre: Centre) -> Uplink:
        return Uplink(
            centre=centre,
            outbox=self.outbox,
            roster=SqlRosterStore(self.connection),
            clock=SystemClock(),
            today=lambda: datetime.now(HELSINKI).date(),
            series=lambda: ("",),
            languages=("fi", "sv", "en"),
            tell_screen=self.rings.append,
            board=self.board,
            chance=random.Random(1),
            storage_error=DatabaseError,
        )

    @contextmanager
    def centre(self) -> Iterator[Centre]:
        reached = Centre(self.enrolment.centre, self.enrolment.kiosk, self.enrolment.private_key, SystemClock())
        try:
            yield reached
        finally:
            reached.close()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    folder = tmp_path_factory.mktemp("centre")
    running = CentreProcess(folder / "data", free_port())
    seed = folder / "seed.json"
    noon = datetime.now(HELSINKI).replace(hour=12, minute=0, second=0, microsecond=0).isoformat()
    appointment = {"id": "A1", "person": CLAIM.identifier, "unit": "dental", "area": "B2", "starts": noon}
    seed.write_text(json.dumps({"site": "kalasatama", "appointments": [appointment]}))
    running.run("seed", str(seed))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def kiosk(centre: CentreProcess, tmp_path: Path) -> Iterator[Kiosk]:
    name = f"k-{tmp_path.name[-20:].replace('_', '-')}"
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", name).split()[-1]
    config = Config(state=tmp_path / "state", run=tmp_path / "run")
    with Cable(LOOPBACK, centre.port) as cable:
        enrol_kiosk(config, f"http://{LOOPBACK}:{cable.port}", code)
        store, enrolment = enrolled_store(config.state)
        with store.connect() as connection:
            yield Kiosk(config, cable, enrolment, connection, [])


def test_a_check_in_goes_all_the_way_and_comes_back_as_a_number(centre: CentreProcess, kiosk: Kiosk) -> None:
    with kiosk.centre() as reached:
        uplink = kiosk.uplink(reached)
        uplink.pull()
        uplink.borrow()
        assert kiosk.rings == ["pulled"]
        assert SqlRosterStore(kiosk.connection).numbers_left(datetime.now(HELSINKI).date()) == LEASE_SIZE
        (booked,) = kiosk.roster.find(CLAIM)
        arrival = kiosk.journal.check_in([booked], ClaimKind.BARCODE, "fi")
        assert arrival.number.startswith("A ")
        uplink.send()
        assert arrival.fact is not None
        assert kiosk.journal.standing(arrival.fact) is Standing.REGISTERED
        assert [row["appointment"] for row in centre.arrivals()] == ["A1"]
        # Another kiosk of the site learns of it through the feed.
        uplink.pull()
        kiosk.connection.execute("DELETE FROM arrival")
        told = kiosk.roster.find(CLAIM)[0].arrival
        assert told is not None
        assert (told.number, told.standing) == (arrival.number, Standing.REGISTERED)


def test_an_answer_that_was_lost_doubles_nothing(centre: CentreProcess, kiosk: Kiosk) -> None:
    fact = kiosk.journal.note(FactKind.PRINT_FAILED, {"arrival": "1"})
    with kiosk.centre() as reached:
        (first,) = reached.send_facts([fact])
        (second,) = reached.send_facts([fact])
    assert first is not None
    assert second is not None
    assert (first.verdict.value, second.verdict.value) == ("recorded", "duplicate")
    assert first.receipt == second.receipt


def test_with_the_cable_out_facts_wait_and_then_leave_at_once(centre: CentreProcess, kiosk: Kiosk) -> None:
    kiosk.cable.down()
    kiosk.journal.note(FactKind.PRINT_FAILED, {"arrival": "1"})
    with kiosk.centre() as reached:
        uplink = kiosk.uplink(reached)
        uplink.send()
        now = datetime.now(UTC)
        assert kiosk.outbox.due(now, 10) == []
        due = kiosk.outbox.next_due()
        assert due is not None
        assert due > now
        kiosk.cable.up()
        uplink.line_is_back()
        uplink.send()
    assert kiosk.outbox.next_due() is None
    assert kiosk.rings == ["receipts"]


def test_the_long_poll_brings_news_at_once_and_tells_when_the_line_is_back(centre: CentreProcess, kiosk: Kiosk) -> None:
    stop = threading.Event()
    rings: list[str] = []
    store, _ = enrolled_store(kiosk.config.state)

    def run() -> None:
        with store.connect() as connection, kiosk.centre() as reached:
            Downlink(
                centre=reached,
                roster=SqlRosterStore(connection),
                clock=SystemClock(),
                languages=("fi", "sv", "en"),
                tell_screen=rings.append,
                line_is_back=lambda: rings.append("back"),
                board=kiosk.board,
                chance=random.Random(1),
                storage_error=DatabaseError,
            ).run(stop)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        wait_until(lambda: kiosk.roster.find(CLAIM) != (), SECONDS, "snapshot")
        centre.run("cancel", "A1", "--site", "kalasatama")
        wait_until(lambda: kiosk.roster.find(CLAIM)[0].status.value == "cancelled", SECONDS, "cancellation")
        kiosk.cable.down()
        kiosk.cable.up()
        wait_until(lambda: "back" in rings, SECONDS, "line is back")
    finally:
        stop.set()
        kiosk.cable.down()
        thread.join(SECONDS)
    assert not thread.is_alive()


def test_a_one_time_code_is_good_once(centre: CentreProcess, tmp_path: Path) -> None:
    code = centre.run("enrol-code", "--site", "kalasatama", "--kiosk", "once").split()[-1]
    url = f"http://{LOOPBACK}:{centre.port}"
    assert enrol_kiosk(Config(state=tmp_path / "a"), url, code) == ("once", "kalasatama")
    with pytest.raises(CentreError, match="code-used"):
        enrol_kiosk(Config(state=tmp_path / "b"), url, code)
    with pytest.raises(OutOfOrderError, match="not-enrolled"):
        enrolled_store(tmp_path / "b")


def test_sync_ends_well_and_starts_again_after_a_kill(kiosk: Kiosk, centre: CentreProcess) -> None:
    from kiosk.config import dump

    path = kiosk.config.state.parent / "kiosk.toml"
    path.write_bytes(dump(kiosk.config))
    command = [sys.executable, "-m", "kiosk", "sync", "--config", str(path)]

    def sent(act: Callable[[], object]) -> None:
        act()
        wait_until(lambda: kiosk.outbox.next_due() is None, SECONDS, "facts sent")

    for how, code in ((signal.SIGKILL, -9), (signal.SIGTERM, 0)):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ})
        sent(lambda: kiosk.journal.note(FactKind.PRINT_FAILED, {"arrival": "1"}))
        process.send_signal(how)
        assert process.wait(SECONDS) == code
