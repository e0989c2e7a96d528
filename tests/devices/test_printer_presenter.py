"""Kiosk printers with a mouth: a slip is held out, taken, left, taken back; never one on another."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.devices.printer.mouth import Mouth, MouthPolicy
from kiosk.devices.printer.profile import CUSTOM_80, PROFILES, PYRAMID_80, PrinterProfile
from kiosk.devices.simulated.printer import VirtualPrinter
from kiosk.devices.simulated.slip import Raster
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport
from tests.devices.conftest import IN_NO_HURRY, Driven

Until = Callable[[Callable[[], object]], None]
Start = Callable[..., Driven]

QUICK_CUSTOM = replace(CUSTOM_80, answer=0.15, finish=1.5)
QUICK_PYRAMID = replace(PYRAMID_80, answer=0.15, finish=3.0)


@pytest.fixture(params=["tcp", "serial"])
def presenter(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VirtualPrinter]:
    link = tmp_path / "printer" if request.param == "serial" else None
    with VirtualPrinter(link=link, presenter=True) as twin:
        yield twin
        assert twin.pressed_on == ()


@pytest.fixture
def start(presenter: VirtualPrinter, tmp_path: Path, until: Until) -> Iterator[Start]:
    started: list[Driven] = []

    def begin(mouth: MouthPolicy = IN_NO_HURRY, profile: PrinterProfile = QUICK_CUSTOM) -> Driven:
        link = tmp_path / "printer"
        way: Transport = SerialTransport(str(link), 115200)
        if not link.is_symlink():
            way = TcpTransport("127.0.0.1", presenter.port)
        driven = Driven(way, profile, mouth=mouth)
        started.append(driven)
        driven.driver.start()
        until(lambda: driven.well)
        return driven

    yield begin
    for driven in started:
        driven.driver.stop()


@pytest.mark.parametrize("profile", [QUICK_CUSTOM, QUICK_PYRAMID], ids=["custom", "pyramid"])
def test_a_slip_is_held_out_and_taken(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until, profile: PrinterProfile
) -> None:
    driven = start(profile=profile)
    driven.driver.submit(ticket, 1)
    driven.driver.submit(replace(ticket, number="Š 043", code="https://www.maisa.fi"), 2)
    until(lambda: len(driven.results) == 2)
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED), PrintResult(2, PrintOutcome.PRINTED)]
    assert presenter.taken[0].number == "A 042"
    assert len(presenter.taken) == 2
    assert any(isinstance(piece, Raster) for piece in presenter.taken[1].printed)


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (VirtualPrinter.paper_out, VirtualPrinter.refill, "printer-paper-out"),
        (lambda twin: twin.cover(True), lambda twin: twin.cover(False), "printer-cover-open"),
        (VirtualPrinter.cutter, lambda twin: twin.cutter(False), "printer-cutter"),
        (VirtualPrinter.jam, lambda twin: twin.jam(False), "printer-jam"),
        (VirtualPrinter.overheat, lambda twin: twin.overheat(False), "printer-overheated"),
        (VirtualPrinter.voltage, lambda twin: twin.voltage(False), "printer-voltage"),
        (VirtualPrinter.broken, lambda twin: twin.broken(False), "printer-error"),
        (VirtualPrinter.mute, VirtualPrinter.unmute, "printer-silent"),
        (VirtualPrinter.noise, lambda twin: twin.noise(False), "printer-nonsense"),
        (VirtualPrinter.unplug, VirtualPrinter.plug, "printer-gone"),
    ],
)
def test_a_fault_is_named_fails_slips_and_heals(
    presenter: VirtualPrinter,
    start: Start,
    ticket: Ticket[str],
    until: Until,
    breaks: Callable[[VirtualPrinter], None],
    mends: Callable[[VirtualPrinter], None],
    code: str,
) -> None:
    driven = start()
    breaks(presenter)
    until(lambda: driven.driver.state.faults == {code})
    for job in range(5):
        driven.driver.submit(ticket, job)
    until(lambda: len(driven.results) == 5)
    assert driven.results == [PrintResult(job, PrintOutcome.FAILED, code) for job in range(5)]
    mends(presenter)
    until(lambda: driven.well)
    driven.driver.submit(replace(ticket, number="A 100"), 100)
    until(lambda: len(driven.results) == 6)
    assert driven.results[-1] == PrintResult(100, PrintOutcome.PRINTED)
    assert [slip.number for slip in presenter.slips] == ["A 100"]


def test_a_slip_left_in_the_mouth_is_named_and_never_printed_on(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until
) -> None:
    driven = start(MouthPolicy(seconds=0.3, patience=0.1))
    presenter.leave_slips()
    driven.driver.submit(ticket, 1)
    until(lambda: driven.results)
    assert driven.results == [PrintResult(1, PrintOutcome.PRINTED)]
    until(lambda: driven.driver.state.faults == {"printer-slip-left"})
    for job in range(2, 5):
        driven.driver.submit(replace(ticket, number=f"A {job}"), job)
    until(lambda: len(driven.results) == 4)
    assert set(driven.results[1:]) == {PrintResult(job, PrintOutcome.FAILED, "printer-slip-left") for job in (2, 3, 4)}
    assert presenter.in_mouth is not None
    presenter.take()
    until(lambda: driven.well)
    driven.driver.submit(replace(ticket, number="A 5"), 5)
    until(lambda: len(driven.results) == 5)
    assert driven.results[-1] == PrintResult(5, PrintOutcome.PRINTED)
    assert [slip.number for slip in presenter.slips] == ["A 042", "A 5"]
    assert presenter.retracted == ()


def test_where_there_is_no_bin_taking_back_is_tried_once(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until
) -> None:
    presenter.leave_slips()
    presenter.has_bin(False)
    with capture_logs() as logs:
        driven = start(MouthPolicy(retract=True, seconds=0.1), replace(QUICK_CUSTOM, finish=0.3))
        driven.driver.submit(ticket, 1)
        until(lambda: driven.driver.state.faults == {"printer-slip-left"})
        assert presenter.in_mouth is not None
        presenter.take()
        until(lambda: driven.well)
    assert [entry["event"] for entry in logs].count("slip_retracted") == 1


def test_the_next_of_a_family_waits_for_the_first_to_be_taken(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until
) -> None:
    driven = start(MouthPolicy(seconds=60, patience=60))
    presenter.leave_slips()
    driven.driver.submit(ticket, 1)
    driven.driver.submit(replace(ticket, number="A 043"), 2)
    until(lambda: presenter.in_mouth and driven.driver.status.slip_left)
    assert len(presenter.slips) == 1
    assert driven.well
    presenter.take()
    until(lambda: len(driven.results) == 2)
    assert driven.results[1] == PrintResult(2, PrintOutcome.PRINTED)


def test_a_slip_in_the_way_is_named_before_its_time_is_over(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until
) -> None:
    driven = start(MouthPolicy(seconds=60, patience=0.1))
    presenter.leave_slips()
    driven.driver.submit(ticket, 1)
    driven.driver.submit(replace(ticket, number="A 043"), 2)
    until(lambda: driven.driver.state.faults == {"printer-slip-left"} and len(driven.results) == 2)
    assert driven.results[1] == PrintResult(2, PrintOutcome.FAILED, "printer-slip-left")
    presenter.take()
    until(lambda: driven.well)


def test_by_policy_a_slip_that_is_left_is_taken_back(
    presenter: VirtualPrinter, start: Start, ticket: Ticket[str], until: Until
) -> None:
    driven = start(MouthPolicy(retract=True, seconds=0.3))
    presenter.leave_slips()
    driven.driver.submit(ticket, 1)
    until(lambda: presenter.retracted)
    until(lambda: driven.well)
    assert [slip.number for slip in presenter.retracted] == ["A 042"]
    assert presenter.in_mouth is None
    assert not any("printer-slip-left" in state.faults for state in driven.states)
    driven.driver.submit(replace(ticket, number="A 043"), 2)
    until(lambda: len(driven.results) == 2)
    assert driven.results[1] == PrintResult(2, PrintOutcome.PRINTED)


@pytest.mark.parametrize("count", [1, 60, 200, 290])
@pytest.mark.parametrize(
    ("breaks", "mends"), [("paper_out", "refill"), ("cover", "close"), ("unplug", "plug"), ("jam", "free")]
)
def test_half_a_slip_is_never_held_out_to_anybody(
    ticket: Ticket[str], until: Until, count: int, breaks: str, mends: str
) -> None:
    with VirtualPrinter(presenter=True) as presenter:
        acts = {"close": lambda: presenter.cover(False), "free": lambda: presenter.jam(False)}
        driven = Driven(TcpTransport("127.0.0.1", presenter.port), replace(QUICK_CUSTOM, finish=0.4))
        driven.driver.start()
        until(lambda: driven.well)
        presenter.on_print(count, getattr(presenter, breaks))
        driven.driver.submit(ticket, 1)
        until(lambda: driven.results)
        until(lambda: not driven.well)
        acts.get(mends, getattr(presenter, mends, None))()  # type: ignore[misc]
        until(lambda: driven.well)
        driven.driver.submit(replace(ticket, number="A 043"), 2)
        until(lambda: len(driven.results) == 2)
        driven.driver.stop()
        assert driven.results[0].outcome is not PrintOutcome.PRINTED
        assert driven.results[1] == PrintResult(2, PrintOutcome.PRINTED)
        assert [slip.number for slip in presenter.taken] == ["A 043"]
        assert "A 042" not in presenter.taken[0].text
        assert presenter.pressed_on == ()


def test_the_mouth_counts_from_the_first_sight_of_a_slip() -> None:
    mouth = Mouth(MouthPolicy(seconds=10))
    mouth.see(None, 0)
    assert not mouth.overdue(100)
    mouth.see(True, 100)
    mouth.see(None, 105)
    mouth.see(True, 109)
    assert not mouth.at_fault(109.9)
    assert mouth.overdue(110)
    assert mouth.at_fault(110)
    mouth.see(False, 111)
    assert not mouth.at_fault(200)
    mouth.see(True, 200)
    mouth.refuse()
    assert mouth.at_fault(200)
    assert not mouth.overdue(200)


def test_the_two_kinds_of_unasked_bytes_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="told apart"):
        replace(PROFILES["custom-kpm"], automatic_status=True)
    with pytest.raises(ValueError, match="one kind"):
        replace(PROFILES["epson-80"], standard_status=False)
