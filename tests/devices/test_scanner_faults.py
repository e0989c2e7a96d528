"""Each fault of a scanner that its twin can cause is named, heals by itself, and no byte of it is taken for a scan.

Most of them with an impatient driver; one at the pace of a kiosk, to see that ten seconds are enough.
"""

import contextlib
import os
import queue
import select
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner.condition import PATIENCE, PROBE_EVERY
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.scanner.profile import PROFILES
from kiosk.devices.simulated.pty_line import PtyLine
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.devices.simulated.travel_document import TravelDocument
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.devices.transport import SerialTransport
from kiosk.ports import Clock

TALKING = sorted(set(PROFILES) - {"none"})
WITHIN = 10.0
PASSPORT = TravelDocument(born="940501", optional="010594Y9032").td3()


@dataclass
class Rig:
    twin: VirtualScanner
    driver: ScannerDriver
    scans: "queue.Queue[Scan]"
    states: list[DeviceState]

    def within(self, holds: Callable[[], object], seconds: float = WITHIN) -> float:
        """Wait for a condition, and say for how long."""
        began = time.monotonic()
        while not holds():
            assert time.monotonic() - began < seconds, "it never came"
            time.sleep(0.005)
        return time.monotonic() - began

    def soon(self, holds: Callable[[], object]) -> bool:
        """Whether it holds within the time in which a client shows a card again."""
        try:
            self.within(holds, 0.4)
        except AssertionError:
            return False
        return True

    def faulty(self, code: str) -> bool:
        return self.driver.state == DeviceState("scanner", code != "scanner-gone", frozenset({code}))

    @property
    def well(self) -> bool:
        return self.driver.state == DeviceState("scanner", connected=True)

    def reads(self, code: str = "020594X903P") -> bool:
        self.twin.scan(code + "\r")
        return self.scans.get(timeout=5).text == code


@pytest.fixture
def maker() -> str:
    return "honeywell"


@pytest.fixture
def pace() -> tuple[float, float]:
    return 0.3, 0.2


@pytest.fixture
def rig(tmp_path: Path, clock: Clock, quick: Backoff, maker: str, pace: tuple[float, float]) -> Iterator[Rig]:
    scans: queue.Queue[Scan] = queue.Queue()
    states: list[DeviceState] = []
    with VirtualScanner(tmp_path / "scanner", maker) as twin:
        driver = ScannerDriver(
            SerialTransport(twin.port),
            scans.put,
            clock=clock,
            profile=PROFILES[maker],
            on_state=states.append,
            backoff=quick,
            every=pace[0],
            patience=pace[1],
        )
        driver.start()
        rig = Rig(twin, driver, scans, states)
        rig.within(lambda: rig.well)
        yield rig
        driver.stop()


Act = Callable[[VirtualScanner], None]


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (VirtualScanner.silence, lambda twin: twin.silence(on=False), "scanner-silent"),
        (VirtualScanner.deaf, lambda twin: twin.deaf(on=False), "scanner-silent"),
        (VirtualScanner.noise, lambda twin: twin.noise(on=False), "scanner-noise"),
        (VirtualScanner.wrong_baud, lambda twin: twin.wrong_baud(on=False), "scanner-silent"),
        (VirtualScanner.flooding, lambda twin: twin.flooding(on=False), "scanner-flood"),
        (VirtualScanner.unplug, VirtualScanner.plug, "scanner-gone"),
    ],
    ids=["silence", "deaf", "noise", "wrong-baud", "flood", "unplugged"],
)
def test_a_fault_is_named_and_heals_by_itself(rig: Rig, breaks: Act, mends: Act, code: str) -> None:
    breaks(rig.twin)
    rig.within(lambda: rig.faulty(code))
    mends(rig.twin)
    rig.within(lambda: rig.well)
    assert rig.scans.empty()
    assert rig.reads()
    # It came once and went once.
    assert [state.faults for state in rig.states[1:]] == [{code}, set()]


@pytest.mark.parametrize("pace", [(PROBE_EVERY, PATIENCE)])
def test_a_silent_scanner_is_found_out_and_found_well_in_time(rig: Rig) -> None:
    rig.twin.silence()
    assert rig.within(lambda: rig.faulty("scanner-silent")) < WITHIN
    rig.twin.silence(on=False)
    assert rig.within(lambda: rig.well) < WITHIN


@pytest.mark.parametrize("maker", TALKING)
def test_every_maker_s_scanner_answers_and_reads(rig: Rig) -> None:
    for _ in range(3):
        assert rig.reads("010594Y9032")
        assert rig.reads("020594X903P")
    rig.twin.scan("]Q3AB123456\r", 0x1C)
    assert rig.scans.get(timeout=5) == Scan("AB123456", "qr")
    rig.twin.deaf()
    rig.within(lambda: rig.faulty("scanner-silent"))
    rig.twin.deaf(on=False)
    rig.within(lambda: rig.well)
    assert rig.scans.empty()


def test_a_good_scan_heals_a_scanner_that_answers_nothing(rig: Rig) -> None:
    rig.twin.deaf()
    rig.within(lambda: rig.faulty("scanner-silent"))
    assert rig.reads()
    rig.within(lambda: rig.well, 1.0)


@pytest.mark.parametrize("maker", [*TALKING, "none"])
def test_the_trigger_is_pulled_where_there_is_one(rig: Rig, maker: str) -> None:
    assert rig.driver.trigger(on=True) is (maker != "none")
    assert rig.driver.trigger(on=False) is (maker != "none")
    rig.driver.trigger(on=True)
    if maker != "none":
        rig.within(lambda: rig.twin.reading)
        rig.driver.trigger(on=False)
        rig.within(lambda: not rig.twin.reading)
    assert rig.reads()


@pytest.mark.parametrize("maker", ["none"])
def test_a_scan_at_the_wrong_speed_twice_is_noise_and_no_client_sees_a_page(rig: Rig) -> None:
    rig.twin.wrong_baud()
    shown = 0
    while not rig.soon(lambda: rig.faulty("scanner-noise")):
        rig.twin.scan("010594Y9032\r")
        shown += 1
        assert shown < 10
    assert shown >= 2
    assert rig.scans.empty()
    rig.twin.wrong_baud(on=False)
    assert rig.reads()
    rig.within(lambda: rig.well)


@pytest.mark.parametrize("maker", ["none", "zebra-ssi"])
def test_a_megabyte_harms_nothing(rig: Rig) -> None:
    rig.twin.flood()
    rig.within(lambda: rig.faulty("scanner-flood"))
    rig.within(lambda: rig.well)
    assert rig.scans.empty()
    assert rig.reads()


@pytest.mark.parametrize("maker", ["none"])
def test_half_a_line_does_not_spoil_the_next_one(rig: Rig) -> None:
    rig.twin.half_line("010594Y9032")
    assert rig.scans.get(timeout=5).text == "01059"
    assert rig.reads()
    assert rig.well


@pytest.mark.parametrize("maker", ["none", "zebra-ssi"])
def test_the_rows_of_a_passport_are_one_scan(rig: Rig) -> None:
    for row in PASSPORT:
        rig.twin.scan(row + "\r")
    assert rig.scans.get(timeout=5).text == "\n".join(PASSPORT)
    assert rig.scans.empty()


def test_nothing_of_a_document_is_logged(rig: Rig) -> None:
    with capture_logs() as logs:
        rig.twin.scan("\r".join(PASSPORT) + "\r")
        rig.scans.get(timeout=5)
        rig.twin.scan(PASSPORT[0] + "\r")
        rig.scans.get(timeout=5)
        rig.twin.scan(b"\xff\x80" + PASSPORT[1].encode() + b"\x18\r")
        rig.reads()
    assert [entry["length"] for entry in logs if entry["event"] == "scan_read"] == [89, 44, 11]
    for secret in ("TESTI", "TEA", "XA123", "9405", "Y903"):
        assert secret not in repr(logs)
    assert "TESTI" not in repr(Scan("\n".join(PASSPORT)))


def test_a_line_that_takes_nothing_belongs_to_a_silent_scanner(
    tmp_path: Path, clock: Clock, quick: Backoff, until: Callable[[Callable[[], object]], None]
) -> None:
    line = PtyLine(tmp_path / "full")
    line.plug()
    full = os.open(line.link, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    # The kernel moves bytes on by and by: it is full when nothing fits for a while.
    while select.select([], [full], [], 0.2)[1]:
        with contextlib.suppress(BlockingIOError):
            os.write(full, b"x")
    states: list[DeviceState] = []
    driver = ScannerDriver(
        SerialTransport(str(line.link)),
        lambda _: None,
        clock=clock,
        profile=PROFILES["honeywell"],
        on_state=states.append,
        backoff=quick,
        patience=0.2,
    )
    driver.start()
    until(lambda: driver.state == DeviceState("scanner", True, frozenset({"scanner-silent"})))
    assert all(state.connected for state in states)
    driver.stop()
    os.close(full)
    line.unplug()


def test_nobody_is_asked_in_the_middle_of_a_scan(tmp_path: Path, clock: Clock, quick: Backoff) -> None:
    line = PtyLine(tmp_path / "slow")
    line.plug()
    assert line.master is not None
    scans: queue.Queue[Scan] = queue.Queue()
    driver = ScannerDriver(
        SerialTransport(str(line.link)),
        scans.put,
        clock=clock,
        profile=PROFILES["honeywell"],
        backoff=quick,
        gap=1.2,
        patience=0.1,
    )
    driver.start()
    assert select.select([line.master], [], [], 5)[0]
    os.read(line.master, 64)
    line.write(b"010594Y9032")
    # The next question is long due when the gap ends the scan, and comes only then.
    assert not select.select([line.master], [], [], 0.8)[0]
    assert select.select([line.master], [], [], 5)[0]
    assert scans.get(timeout=5) == Scan("010594Y9032")
    driver.stop()
    line.unplug()


def test_a_scanner_can_be_opened_anew(rig: Rig) -> None:
    before = len(rig.states)
    rig.driver.reopen()
    assert rig.reads()
    assert rig.well
    assert all(state.connected for state in rig.states[before:])
