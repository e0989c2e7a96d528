"""The device check with real devices, a real centre and real power cuts: what is kept, and what the centre hears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.checkin import faults
from kiosk.checkin.servicing import Station, Walk, way
from kiosk.checkin.servicing.device_check import Found
from kiosk.composition import kept_check
from kiosk.composition.kept_check import FILE, KeptCheck
from kiosk.config import (
    CardConfig,
    Config,
    HelpConfig,
    KeypadConfig,
    PrinterConfig,
    ScannerConfig,
    SpeechConfig,
)
from kiosk.scenario.stage import new_folder
from kiosk.scenario.stagehand import wait_until
from tests.bare_machine import PATIENCE, BareMachine, bare_machine
from tests.first_run_walk import GOOD, ON, STEPS, code, full_plan, serve, slip
from tests.torture.visitor import plan_for

OPEN = faults.DEVICE_CHECK_OPEN.code


# What is kept


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    keeper = KeptCheck(tmp_path)
    assert keeper.walk() is None
    walk = Walk(True, Station.SCANNER, {Station.PRINTER: Found.UNCUT, Station.PLACE: Found.GOOD}, "sv")
    keeper.keep(walk)
    assert KeptCheck(tmp_path).walk() == walk
    kept_check.begin(tmp_path / "new", "en")
    assert KeptCheck(tmp_path / "new").walk() == Walk(first=True, language="en")
    kept_check.forget(tmp_path / "new")
    assert KeptCheck(tmp_path / "new").walk() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"first":"yes"}', b"\xff", b'{"found":{"printer":7}}'])
def test_what_cannot_be_read_was_never_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert KeptCheck(tmp_path).walk() is None


def test_what_a_later_version_kept_is_left_out(tmp_path: Path) -> None:
    found = b'{"robot":"good","printer":"fine","touch":"off"}'
    (tmp_path / FILE).write_bytes(b'{"first":true,"at":"robot","found":' + found + b"}")
    assert KeptCheck(tmp_path).walk() == Walk(True, Station.PLACE, {Station.TOUCH: Found.OFF})


def test_a_folder_that_takes_nothing_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / FILE).with_suffix(".new").mkdir()
    KeptCheck(tmp_path).keep(Walk())
    assert KeptCheck(tmp_path).walk() is None


def test_the_stations_are_those_of_the_settings() -> None:
    assert kept_check.stations(Config()) == way([])
    everything = Config(
        printer=PrinterConfig("tcp", "127.0.0.1:9100"),
        scanner=ScannerConfig("/dev/null"),
        card=CardConfig(),
        help=HelpConfig(sound="default"),
        speech=SpeechConfig(),
    )
    assert kept_check.stations(everything) == tuple(Station)
    assert kept_check.stations(Config(keypad=KeypadConfig(rest=2.0))) == way([])
    assert kept_check.stations(Config(keypad=KeypadConfig(up=("tab",)))) == way([Station.KEYPAD])
    assert kept_check.keys(Config(keypad=KeypadConfig(speech=())))[-1] == "again"


# On a real machine


@pytest.fixture
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareMachine]:
    with bare_machine(full_plan(tmp_path_factory.getbasetemp())) as machine:
        yield machine


@pytest.fixture
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareMachine]:
    with bare_machine(plan_for(new_folder(tmp_path_factory.getbasetemp()), 1)) as machine:
        yield machine


def codes_at_the_centre(machine: BareMachine) -> list[str]:
    """The faults of the last self-test that the centre has heard of."""
    return [code for kiosk in machine.self_tests() for code in kiosk.get("codes") or ()]


def test_every_device_is_looked_at_and_then_the_kiosk_serves_and_goes_on_serving(full: BareMachine) -> None:
    machine = full.enrolled()
    for step in STEPS:
        step(machine)
        if step in (slip, code):
            # What was found is not lost, nor the way.
            after_code = "check-help" if machine.props.wallet is None else "check-card-reader"
            page = "check-scanner" if step is slip else after_code
            machine.wait_for(page)
            machine.cut_power()
            machine.wait_for(page)
    machine.wait_for("check-summary")
    assert not any("Ei vielä" in word or "Ei toimi" in word for word in machine.words())
    serve(machine)
    log = (machine.plan.folder / "screen.log").read_text()
    assert "TEST PAGE" not in log
    machine.cut_power()
    machine.wait_for("welcome")
    health = machine.health()
    assert health is None or OPEN not in health.codes


def test_what_is_broken_or_left_for_later_is_told_to_the_centre_and_mended_later(plain: BareMachine) -> None:
    machine = plain.enrolled()
    machine.touch(GOOD)
    machine.wait_for("check-touch")
    machine.touch(ON)
    machine.wait_for("check-printer")
    machine.touch("choice:found:broken")
    machine.wait_for_words("Tarkista virta")
    machine.touch(ON)
    machine.wait_for("check-scanner")
    machine.cut_power()
    machine.wait_for("check-scanner")
    machine.touch("choice:found:absent")
    machine.wait_for("check-self-test")
    machine.touch(ON)
    machine.wait_for("check-summary")
    machine.wait_for_words("Ei toimi.")
    machine.wait_for_words("Ei vielä tarkistettu.")
    # One touch leads back to what may be mended now.
    machine.touch("choice:check:printer")
    slip(machine)
    machine.wait_for("check-scanner")
    machine.touch(ON)
    machine.wait_for("check-self-test")
    machine.touch(ON)
    serve(machine)
    wait_until(lambda: OPEN in codes_at_the_centre(machine), PATIENCE, "the centre hears what is left to do")
    health = machine.health()
    assert health is None or OPEN in health.codes
