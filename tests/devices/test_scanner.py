import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.simulated.scanner import VirtualScanner
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.devices.transport import SerialTransport
from kiosk.ports import Clock

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


def test_a_flood_harms_nothing(scanner: VirtualScanner, listening: Listening) -> None:
    scanner.scan(b"\xff" * 1_000_000 + b"\r010594Y9032\r")
    assert listening.next() == Scan("010594Y9032")


def test_a_scanner_that_was_pulled_out_works_again_when_it_is_back(
    scanner: VirtualScanner, listening: Listening, until: Until
) -> None:
    with capture_logs() as logs:
        for person in ("010594Y9032", "020594X903P"):
            scanner.unplug()
            until(lambda: listening.driver.state == DeviceState("scanner", False, frozenset({"scanner-gone"})))
            scanner.plug()
            until(lambda: listening.driver.state == DeviceState("scanner", connected=True))
            scanner.scan(person + "\r")
            assert listening.next().text == person
    told = [entry["event"] for entry in logs if entry["event"].startswith("fault_")]
    assert told == ["fault_came", "fault_gone"] * 2
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
        until(lambda: any(entry["event"] == "fault_gone" for entry in logs))
        scanner.scan("020594X903P\r")
        until(lambda: len(taken) == 2)
        driver.stop()
    assert any(entry["event"] == "device_code_failed" and entry["error"] == "ValueError" for entry in logs)
    assert "Y9032" not in repr(logs)
