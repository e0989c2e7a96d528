"""What a printer tells by itself, how it is brought back, and how soon; slow lines; the test page."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.devices.printer.profile import EPSON_80, PrinterProfile
from kiosk.devices.printer.recovery import Recovery
from kiosk.devices.printer.status import SILENT, PrinterStatus
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.supervisor import DeviceState
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport
from tests.devices.conftest import Driven

Until = Callable[[Callable[[], object]], None]

WELL = PrinterStatus(False, False, False, False, False, False, False, False, False, False)
STUCK = replace(WELL, offline=True, error=True, cutter=True)


@pytest.fixture
def telling(way: Transport, profile: PrinterProfile, until: Until) -> Iterator[Driven]:
    """A printer that tells by itself, and a driver that hardly ever asks."""
    driven = Driven(way, replace(profile, automatic_status=True), poll=600)
    driven.driver.start()
    until(lambda: driven.well)
    yield driven
    driven.driver.stop()


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (VirtualPrinter.paper_out, VirtualPrinter.refill, "printer-paper-out"),
        (VirtualPrinter.near_end, lambda twin: twin.near_end(False), "printer-paper-near-end"),
        (VirtualPrinter.cover, lambda twin: twin.cover(False), "printer-cover-open"),
        (VirtualPrinter.overheat, lambda twin: twin.overheat(False), "printer-overheated"),
        (VirtualPrinter.broken, lambda twin: twin.broken(False), "printer-error"),
        (VirtualPrinter.offline, lambda twin: twin.offline(False), "printer-offline"),
    ],
)
def test_a_printer_that_tells_by_itself_is_heard_at_once(
    printer: VirtualPrinter,
    telling: Driven,
    ticket: Ticket[str],
    until: Until,
    breaks: Callable[[VirtualPrinter], None],
    mends: Callable[[VirtualPrinter], None],
    code: str,
) -> None:
    for job in (1, 2):
        telling.driver.submit(replace(ticket, number=f"A {job}"), job)
        until(lambda: len(telling.results) == job)  # noqa: B023 - called at once
        assert telling.results[-1] == PrintResult(job, PrintOutcome.PRINTED)
        breaks(printer)
        until(lambda: telling.driver.state.faults == {code})
        mends(printer)
        until(lambda: telling.well)
    assert [slip.number for slip in printer.slips] == ["A 1", "A 2"]


def test_what_is_told_amid_a_slip_ends_it_at_once(
    printer: VirtualPrinter, telling: Driven, ticket: Ticket[str], until: Until
) -> None:
    printer.on_print(100, printer.paper_out)
    began = time.monotonic()
    telling.driver.submit(ticket, 1)
    until(lambda: telling.results)
    assert time.monotonic() - began < 1.5
    assert telling.results == [PrintResult(1, PrintOutcome.FAILED, "printer-paper-out")]
    printer.refill()
    until(lambda: telling.well)
    assert printer.slips == ()


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (VirtualPrinter.paper_out, VirtualPrinter.refill, "printer-paper-out"),
        (VirtualPrinter.cutter, lambda twin: twin.cutter(False), "printer-cutter"),
        (VirtualPrinter.noise, lambda twin: twin.noise(False), "printer-nonsense"),
        (VirtualPrinter.mute, VirtualPrinter.unmute, "printer-silent"),
        (VirtualPrinter.unplug, VirtualPrinter.plug, "printer-gone"),
    ],
)
def test_in_a_lobby_too_a_fault_is_named_and_heals_within_ten_seconds(
    until: Until, breaks: Callable[[VirtualPrinter], None], mends: Callable[[VirtualPrinter], None], code: str
) -> None:
    """With the pauses and tries of a real kiosk; ``until`` waits for eight seconds."""
    with VirtualPrinter() as printer:
        driven = Driven(TcpTransport("127.0.0.1", printer.port), EPSON_80, poll=2.0)
        driven.driver.start()
        until(lambda: driven.well)
        breaks(printer)
        until(lambda: driven.driver.state.faults == {code})
        mends(printer)
        until(lambda: driven.well)
        driven.driver.stop()


def test_a_cutter_that_sticks_is_tried_some_times_and_then_left_alone(
    printer: VirtualPrinter, way: Transport, profile: PrinterProfile, until: Until
) -> None:
    driven = Driven(way, replace(profile, recovers=3, recover_every=0.05))
    with capture_logs() as logs:
        driven.driver.start()
        until(lambda: driven.well)
        printer.cutter()
        until(lambda: sum(entry["event"] == "printer_recovery" for entry in logs) == 3)
        # It is logged before it is sent; the status after it shows that it was obeyed.
        before = driven.driver.status
        until(lambda: driven.driver.status is not before)
        printer.cutter(False)
        looks = len(driven.states)
        printer.cover()
        until(lambda: driven.faulty("printer-cover-open"))
        assert looks == 2
        printer.cover(False)
        until(lambda: driven.well)
        assert sum(entry["event"] == "printer_recovery" for entry in logs) == 4
        driven.driver.stop()


def test_opened_anew_a_printer_gets_its_tries_back(
    printer: VirtualPrinter, way: Transport, profile: PrinterProfile, until: Until
) -> None:
    driven = Driven(way, replace(profile, recovers=1))
    with capture_logs() as logs:
        driven.driver.start()
        until(lambda: driven.well)
        printer.cutter()
        until(lambda: any(entry["event"] == "printer_recovery" for entry in logs))
        printer.cutter(False)
        driven.driver.reopen()
        until(lambda: driven.well)
        driven.driver.stop()


def test_recovery_is_due_when_it_may_help() -> None:
    recovery = Recovery(tries=2, every=4)
    assert not recovery.due(WELL, 0)
    assert not recovery.due(SILENT, 0)
    assert not recovery.due(replace(STUCK, cover_open=True), 0)
    assert not recovery.due(replace(STUCK, paper_out=True), 0)
    assert not recovery.due(replace(STUCK, unrecoverable=True), 0)
    assert not recovery.due(replace(WELL, error=True, recoverable=True), 0)
    assert recovery.due(STUCK, 1)
    assert not recovery.due(STUCK, 4.9)
    assert recovery.due(STUCK, 5)
    assert not recovery.due(STUCK, 60)
    assert not recovery.due(SILENT, 61)
    assert not recovery.due(STUCK, 62)
    assert not recovery.due(replace(STUCK, cover_open=True), 63)
    assert recovery.due(STUCK, 64)
    assert not Recovery(tries=0, every=4).due(STUCK, 0)


def test_a_slip_on_a_slow_line_is_waited_for(
    printer: VirtualPrinter, way: Transport, ticket: Ticket[str], until: Until
) -> None:
    if isinstance(way, SerialTransport):
        way = SerialTransport(way.port, 9600)
    driven = Driven(way, PrinterProfile())
    driven.driver.start()
    until(lambda: driven.well)
    printer.slow()
    began = time.monotonic()
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED)]
    assert time.monotonic() - began > 0.25
    printer.slow(False)
    driven.driver.stop()


def test_a_slip_that_will_take_long_is_told_of(ticket: Ticket[str], until: Until) -> None:
    with VirtualPrinter() as printer:

        class SaysItIsSlow:
            bytes_per_second = 20.0
            open = TcpTransport("127.0.0.1", printer.port).open

        driven = Driven(SaysItIsSlow(), PrinterProfile())
        driven.driver.start()
        until(lambda: driven.well)
        with capture_logs() as logs:
            driven.driver.submit(ticket, 1)
            until(lambda: driven.results)
        driven.driver.stop()
    assert [entry["seconds"] > 10 for entry in logs if entry["event"] == "slow_slip"] == [True]


def test_a_line_that_is_cut_amid_a_slip_is_told_of(
    printer: VirtualPrinter, driven: Driven, ticket: Ticket[str], until: Until
) -> None:
    printer.cut_line_after(50)
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    assert driven.results == [PrintResult(1, PrintOutcome.UNKNOWN, "printer-gone")]
    until(lambda: driven.faulty("printer-gone"))
    printer.plug()
    until(lambda: driven.well)
    assert printer.slips == ()


def test_a_test_page_ends_like_a_slip(printer: VirtualPrinter, driven: Driven, until: Until) -> None:
    driven.driver.print_test(7, "Lobby 1\x1b@")
    until(lambda: driven.results)
    assert driven.results == [PrintResult(7, PrintOutcome.PRINTED)]
    assert "Lobby 1@" in printer.slips[0].text
    printer.cover()
    until(lambda: driven.faulty("printer-cover-open"))
    driven.driver.print_test(8)
    until(lambda: len(driven.results) == 2)
    assert driven.results[1] == PrintResult(8, PrintOutcome.FAILED, "printer-cover-open")


def test_reopening_a_printer_that_is_well_changes_nothing(
    driven: Driven, ticket: Ticket[str], until: Until, printer: VirtualPrinter
) -> None:
    driven.driver.reopen()
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    assert driven.results[0].outcome is PrintOutcome.PRINTED
    assert driven.driver.state == DeviceState("printer", connected=True)
