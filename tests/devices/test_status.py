import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.devices.printer import status
from kiosk.devices.simulated.sensors import Sensors

CLEAN = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@pytest.mark.parametrize(
    ("replies", "fault"),
    [
        (CLEAN, None),
        (CLEAN | {4: 0x1E}, None),
        (CLEAN | {1: 0x16}, None),
        (CLEAN | {1: 0x1A, 2: 0x32, 4: 0x7E}, faults.PRINTER_PAPER_OUT),
        (CLEAN | {4: 0x72}, faults.PRINTER_PAPER_OUT),
        (CLEAN | {1: 0x1A, 2: 0x16}, faults.PRINTER_COVER_OPEN),
        (CLEAN | {1: 0x1A, 2: 0x52, 3: 0x1A}, faults.PRINTER_ERROR),
        (CLEAN | {3: 0x32}, faults.PRINTER_ERROR),
        (CLEAN | {3: 0x52}, faults.PRINTER_ERROR),
        (CLEAN | {1: 0x1A}, faults.PRINTER_ERROR),
        ({}, faults.PRINTER_SILENT),
        ({1: 0x12}, faults.PRINTER_SILENT),
        (CLEAN | {4: None}, faults.PRINTER_SILENT),
        (CLEAN | {2: 0x00}, faults.PRINTER_SILENT),
        (CLEAN | {2: 0xFF}, faults.PRINTER_SILENT),
        ({1: 0x1A, 2: 0x16}, faults.PRINTER_COVER_OPEN),
    ],
)
def test_the_replies_name_the_fault(replies: dict[int, int | None], fault: Fault | None) -> None:
    assert status.blocking(status.parse(replies)) is fault


def test_low_paper_is_noted_and_blocks_nothing() -> None:
    low = status.parse(CLEAN | {4: 0x1E})
    assert status.blocking(low) is None
    assert status.all_faults(low) == (faults.PRINTER_PAPER_NEAR_END,)
    assert status.all_faults(status.parse(CLEAN)) == ()


def test_silence_is_unknown_and_not_well() -> None:
    assert status.parse({}) == status.SILENT
    assert status.SILENT.unknown
    assert not status.parse(CLEAN).unknown


@given(st.dictionaries(st.integers(0, 6), st.none() | st.integers(0, 255)))
def test_only_four_valid_clean_replies_allow_a_slip(replies: dict[int, int | None]) -> None:
    parsed = status.parse(replies)
    if status.blocking(parsed) is None:
        assert all(status.valid(replies[n] or 0) for n in (1, 2, 3, 4))
        assert not parsed.unknown


@given(st.builds(Sensors, *[st.booleans()] * 5))
def test_the_twin_and_the_driver_mean_the_same(sensors: Sensors) -> None:
    parsed = status.parse({n: sensors.real_time(n)[0] for n in status.QUERIES})
    assert (parsed.offline, parsed.paper_out, parsed.cover_open, parsed.cutter, parsed.unrecoverable) == (
        sensors.offline,
        sensors.paper_out,
        sensors.cover_open,
        sensors.cutter_error,
        sensors.unrecoverable,
    )
    assert (status.blocking(parsed) is None) is not sensors.offline


@given(st.integers(0, 255))
def test_no_byte_is_both_kinds_of_reply(byte: int) -> None:
    assert not (status.valid(byte) and status.is_paper_status(byte))
