import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.scanner.framing import IDLE_GAP
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.devices.supervisor import Backoff, DeviceState, Hold
from kiosk.devices.transport import SerialTransport
from kiosk.ports import Clock
from tests.conftest import HandClock

Until = Callable[[Callable[[], object]], None]


@dataclass
class Listening:
    driver: ScannerDriver
    scans: "queue.Queue[Scan]"
    states: list[DeviceState] = field(default_factory=list)

    def next(self) -> Scan:
        return self.scans.get(timeout=5)


@pytest.fixture
def listening(scanner: VirtualScanner, clock: Clock, quick: Backoff, until: Until) -> Iterator[Listening]:
    scans: queue.Queue[Scan] = queue.Queue()
    states: list[DeviceState] = []
    driver = ScannerDriver(
        SerialTransport(scanner.port), scans.put, clock=clock, on_state=states.append, backoff=quick, gap=0.03
    )
    driver.start()
    until(lambda: driver.state.connected)
    yield Listening(driver, scans, states)
    driver.stop()


def test_a_scan_comes_through(scanner: VirtualScanner, listening: Listening) -> None:
    scanner.scan("]Q0010594Y9032\r\n")
    assert listening.next() == Scan("010594Y9032", "qr")


def test_a_scan_without_suffix_comes_through(scanner: VirtualScanner, listening: Listening) -> None:
    scanner.scan("020594X903P")
    assert listening.next() == Scan("020594X903P")


def test_the_same_card_twice_is_one_scan(scanner: VirtualScanner, listening: Listening) -> None:
    scanner.scan("010594Y9032\r010594Y9032\r020594X903P\r")
    assert [listening.next().text, listening.next().text] == ["010594Y9032", "020594X903P"]
    assert listening.scans.empty()


def test_a_scanner_that_was_pulled_out_works_again_when_it_is_back(
    scanner: VirtualScanner, listening: Listening, until: Until
) -> None:
    for person in ("010594Y9032", "020594X903P"):
        scanner.unplug()
        until(lambda: listening.driver.state == DeviceState("scanner", False, frozenset({"scanner-gone"})))
        scanner.plug()
        until(lambda: listening.driver.state == DeviceState("scanner", connected=True))
        scanner.scan(person + "\r")
        assert listening.next().text == person
    assert [state.connected for state in listening.states] == [True, False, True, False, True]


def test_a_scanner_that_is_not_there_is_a_fault(clock: Clock, quick: Backoff, until: Until) -> None:
    driver = ScannerDriver(SerialTransport("/nowhere/scanner"), lambda _: None, clock=clock, backoff=quick)
    driver.start()
    until(lambda: driver.state.faults == {"scanner-gone"})
    driver.stop()


def test_nothing_of_a_scanned_text_is_logged(scanner: VirtualScanner, listening: Listening) -> None:
    with capture_logs() as logs:
        scanner.scan("]A0010594Y9032\r]A0010594Y9032\r" + "Matti" * 1000 + "\r020594X903P\r")
        listening.next()
        listening.next()
    assert [(entry["symbology"], entry["length"]) for entry in logs if entry["event"] == "scan_read"] == [
        ("code-39", 11),
        (None, 11),
    ]
    assert [entry["frames"] for entry in logs if entry["event"] == "scan_garbled"] == [1]
    for secret in ("0105", "Y9032", "0205", "X903P", "Matti"):
        assert secret not in repr(logs)


def test_a_mistake_in_whoever_takes_scans_neither_ends_the_driver_nor_is_told_with_its_text(
    scanner: VirtualScanner, clock: Clock, quick: Backoff, until: Until
) -> None:
    taken: list[Scan] = []

    def fail_once(scan: Scan) -> None:
        taken.append(scan)
        if len(taken) == 1:
            raise ValueError(scan.text)

    driver = ScannerDriver(SerialTransport(scanner.port), fail_once, clock=clock, backoff=quick)
    with capture_logs() as logs:
        driver.start()
        until(lambda: driver.state.connected)
        scanner.scan("010594Y9032\r")
        until(lambda: any(entry["event"] == "device_code_failed" for entry in logs))
        until(lambda: driver.state.connected)
        scanner.scan("020594X903P\r")
        until(lambda: len(taken) == 2)
        driver.stop()
    assert any(entry["event"] == "device_code_failed" and entry["error"] == "ValueError" for entry in logs)
    assert "Y9032" not in repr(logs)


class Line:
    """A serial line in hand-made time: bytes come at their moments, and the thread that reads may not run at its own.

    After each read the thread stands still for one of ``stalls``, and when they are spent it always gets its turn.
    """

    bytes_per_second = 960.0

    def __init__(self, moments: list[tuple[float, int]], stalls: list[float], clock: HandClock) -> None:
        self._moments = list(moments)
        self._stalls = list(stalls)
        self._clock = clock
        self._silent_reads = 0
        self.over = False

    @contextmanager
    def open(self) -> Iterator["Line"]:
        yield self

    def read(self, most: int, timeout: float) -> bytes:
        now = self._clock.monotonic()
        if self._moments and self._moments[0][0] > now:
            self._clock.let_pass(min(timeout, self._moments[0][0] - now))
        elif not self._moments:
            self._clock.let_pass(timeout)
            self._silent_reads += 1
            self.over = self._silent_reads > 5
        now = self._clock.monotonic()
        came = [byte for at, byte in self._moments if at <= now][:most]
        del self._moments[: len(came)]
        # Standing still after the line was looked at and before the clock is.
        self._clock.let_pass(self._stalls.pop() if self._stalls else 0.0)
        return bytes(came)

    def write(self, data: bytes, timeout: float) -> None:
        raise AssertionError("nothing is written to a scanner")

    def discard_input(self) -> None:
        self._moments.clear()


class HeldUntilOver(Hold):
    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def stopping(self) -> bool:
        return self._line.over

    def well(self, faults: object = ()) -> None:
        pass


SCANS = (b"010594Y9032", b"]Q0020594X903P", b"A1")


@given(
    scans=st.lists(st.sampled_from(SCANS), min_size=1, max_size=4),
    suffix=st.sampled_from((b"", b"\r", b"\r\n", b"\t")),
    gaps=st.lists(st.floats(0.0, IDLE_GAP * 0.99), min_size=80, max_size=80),
    stalls=st.lists(st.floats(0.0, 0.6), max_size=60),
)
def test_a_thread_that_stands_still_cuts_no_scan(
    scans: list[bytes], suffix: bytes, gaps: list[float], stalls: list[float]
) -> None:
    clock = HandClock(datetime(2026, 11, 23, 7, tzinfo=UTC))
    # A minute between scans: longer than the thread ever stands still in all.
    moments: list[tuple[float, int]] = []
    at = 0.0
    for count, scan in enumerate(scans):
        at += 60.0 if count else 0.0
        for byte in scan + suffix:
            at += gaps[len(moments) % len(gaps)]
            moments.append((at, byte))
    line = Line(moments, stalls, clock)
    seen: list[Scan] = []
    ScannerDriver(line, seen.append, clock=clock).run(HeldUntilOver(line))
    assert [scan.text for scan in seen] == [scan.decode().removeprefix("]Q0") for scan in scans]
