from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.supervisor import Backoff, DeviceState
from kiosk.devices.transport import Connection, TcpTransport, Transport
from kiosk.ports import Clock
from tests.devices.conftest import Driven

Until = Callable[[Callable[[], object]], None]


def test_a_slip_is_printed_and_said_to_be(
    printer: VirtualPrinter, driven: Driven, ticket: Ticket[str], until: Until
) -> None:
    driven.driver.submit(ticket, 1)
    driven.driver.submit(replace(ticket, number="A 043"), 2)
    until(lambda: len(driven.results) == 2)
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED), PrintResult(2, PrintOutcome.PRINTED)]
    assert [slip.number for slip in printer.slips] == ["A 042", "A 043"]
    assert printer.torn == ()
    assert driven.well


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (VirtualPrinter.paper_out, VirtualPrinter.refill, "printer-paper-out"),
        (lambda twin: twin.cover(True), lambda twin: twin.cover(False), "printer-cover-open"),
        (VirtualPrinter.cutter, lambda twin: twin.cutter(False), "printer-cutter"),
        (VirtualPrinter.jam, lambda twin: twin.jam(False), "printer-jam"),
        (VirtualPrinter.overheat, lambda twin: twin.overheat(False), "printer-overheated"),
        (VirtualPrinter.voltage, lambda twin: twin.voltage(False), "printer-error"),
        (VirtualPrinter.broken, lambda twin: twin.broken(False), "printer-error"),
        (VirtualPrinter.offline, lambda twin: twin.offline(False), "printer-offline"),
        (VirtualPrinter.mute, VirtualPrinter.unmute, "printer-silent"),
        (VirtualPrinter.noise, lambda twin: twin.noise(False), "printer-nonsense"),
        (VirtualPrinter.unplug, VirtualPrinter.plug, "printer-gone"),
    ],
)
def test_a_fault_is_seen_fails_slips_at_once_and_heals(
    printer: VirtualPrinter,
    driven: Driven,
    ticket: Ticket[str],
    until: Until,
    breaks: Callable[[VirtualPrinter], None],
    mends: Callable[[VirtualPrinter], None],
    code: str,
) -> None:
    breaks(printer)
    until(lambda: driven.driver.state.faults == {code})
    for job in range(5):
        driven.driver.submit(ticket, job)
    until(lambda: len(driven.results) == 5)
    assert driven.results == [PrintResult(job, PrintOutcome.FAILED, code) for job in range(5)]
    mends(printer)
    until(lambda: driven.well)
    driven.driver.submit(replace(ticket, number="A 100"), 100)
    until(lambda: len(driven.results) == 6)
    assert driven.results[-1] == PrintResult(100, PrintOutcome.PRINTED)
    assert [slip.number for slip in printer.slips] == ["A 100"]
    assert [state.faults for state in driven.states] == [frozenset(), {code}, frozenset()]


def test_a_fault_between_two_looks_still_stops_the_slip(
    printer: VirtualPrinter, way: Transport, profile: PrinterProfile, ticket: Ticket[str], until: Until, clock: Clock
) -> None:
    results: list[PrintResult] = []
    driver = PrinterDriver(way, results.append, clock=clock, profile=profile, poll=3600)
    driver.start()
    until(lambda: driver.state.connected)
    printer.paper_out()
    driver.submit(ticket, 1)
    until(lambda: results)
    driver.stop()
    assert results == [PrintResult(1, PrintOutcome.FAILED, "printer-paper-out")]
    assert printer.slips == printer.torn == ()


def test_low_paper_is_noted_while_slips_go_on(
    printer: VirtualPrinter, driven: Driven, ticket: Ticket[str], until: Until
) -> None:
    printer.near_end()
    until(lambda: driven.faulty("printer-paper-near-end"))
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED)]


@pytest.mark.parametrize("count", [1, 40, 150, 290])
@pytest.mark.parametrize(
    ("breaks", "mends", "ends"),
    [
        ("unplug", "plug", {(PrintOutcome.UNKNOWN, "printer-gone")}),
        ("paper_out", "refill", {(PrintOutcome.FAILED, "printer-paper-out")}),
        ("mute", "unmute", {(PrintOutcome.UNKNOWN, "printer-silent")}),
    ],
)
def test_a_slip_broken_off_has_one_result_and_leaves_nothing_for_the_next_client(
    tmp_path: Path, ticket: Ticket[str], until: Until, profile: PrinterProfile, count: int, breaks: str, mends: str,
    ends: set[tuple[PrintOutcome, str]],
) -> None:  # fmt: skip
    with VirtualPrinter() as printer:
        driven = Driven(TcpTransport("127.0.0.1", printer.port), replace(profile, finish=0.4))
        driven.driver.start()
        until(lambda: driven.well)
        # Polling goes on in between: a slip is told from it by its first byte only.
        printer.on_print(count, getattr(printer, breaks))
        driven.driver.submit(ticket, 1)
        until(lambda: driven.results)
        # The result comes a moment before the state: mended too soon, the driver would look well for its old one.
        until(lambda: not driven.well)
        getattr(printer, mends)()
        until(lambda: driven.well)
        driven.driver.submit(replace(ticket, number="A 043"), 2)
        until(lambda: len(driven.results) == 2)
        driven.driver.stop()
    assert [result.job for result in driven.results] == [1, 2]
    assert (driven.results[0].outcome, driven.results[0].reason) in ends
    assert driven.results[1] == PrintResult(2, PrintOutcome.PRINTED)
    whole = [slip for slip in printer.slips if slip.number == "A 043"]
    assert len(whole) == 1
    assert "A 042" not in whole[0].text
    if breaks != "mute":
        assert [slip.number for slip in printer.slips] == ["A 043"]


def test_a_printer_without_the_barrier_is_watched_instead(
    printer: VirtualPrinter, way: Transport, ticket: Ticket[str], until: Until
) -> None:
    driven = Driven(way, PrinterProfile(answer=0.1, finish=0.3, barrier=False))
    driven.driver.start()
    until(lambda: driven.well)
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    driven.driver.stop()
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED)]
    assert printer.wait_for_slip().number == "A 042"


def test_a_slip_that_is_stuck_on_the_way_is_dropped_with_the_connection(
    printer: VirtualPrinter, way: Transport, ticket: Ticket[str], until: Until
) -> None:
    opened: list[None] = []

    class Counted:
        bytes_per_second = way.bytes_per_second

        def open(self) -> AbstractContextManager[Connection]:
            opened.append(None)
            return way.open()

    driven = Driven(Counted(), PrinterProfile(answer=0.1, finish=0.3))
    driven.driver.start()
    until(lambda: driven.well)
    printer.on_print(20, printer.mute)
    driven.driver.submit(ticket, 1)
    until(lambda: len(opened) == 2)
    driven.driver.stop()
    assert driven.results == [PrintResult(1, PrintOutcome.UNKNOWN, "printer-silent")]
    assert not any(state.faults == {"printer-gone"} for state in driven.states)


def test_stopping_gives_every_job_its_result(
    printer: VirtualPrinter, way: Transport, ticket: Ticket[str], until: Until
) -> None:
    driven = Driven(way, PrinterProfile(answer=0.1))
    driven.driver.submit(ticket, 0)
    driven.driver.start()
    until(lambda: driven.well)
    for job in range(1, 9):
        driven.driver.submit(ticket, job)
    driven.driver.stop()
    driven.driver.submit(ticket, 9)
    assert [result.job for result in driven.results] == list(range(10))
    assert driven.results[0] == PrintResult(0, PrintOutcome.FAILED, "printer-gone")
    assert driven.results[9] == PrintResult(9, PrintOutcome.FAILED, "printer-gone")


def test_a_printer_that_is_not_there_fails_slips_at_once(clock: Clock, ticket: Ticket[str], until: Until) -> None:
    with VirtualPrinter() as twin:
        port = twin.port
    results: list[PrintResult] = []
    driver = PrinterDriver(
        TcpTransport("127.0.0.1", port), results.append, clock=clock, backoff=Backoff(first=3600, longest=3600)
    )
    driver.start()
    until(lambda: driver.state == DeviceState("printer", False, frozenset({"printer-gone"})))
    driver.submit(ticket, 1)
    until(lambda: results)
    driver.stop()
    assert results == [PrintResult(1, PrintOutcome.FAILED, "printer-gone")]


def test_nothing_of_a_ticket_is_logged(driven: Driven, ticket: Ticket[str], until: Until) -> None:
    with capture_logs() as logs:
        driven.driver.submit(ticket, 1)
        until(lambda: driven.results)
    assert "B2" not in repr(logs)
    assert "042" not in repr(logs)
