import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.devices.printer import status
from kiosk.devices.printer.replies import Ear, Kind, Reply, is_paper_status, valid
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
        (CLEAN | {1: 0x1A, 2: 0x52, 3: 0x1A}, faults.PRINTER_CUTTER),
        (CLEAN | {1: 0x1A, 2: 0x52, 3: 0x16}, faults.PRINTER_JAM),
        (CLEAN | {3: 0x32}, faults.PRINTER_ERROR),
        (CLEAN | {3: 0x52}, faults.PRINTER_OVERHEATED),
        (CLEAN | {3: 0x72}, faults.PRINTER_ERROR),
        (CLEAN | {2: 0x52}, faults.PRINTER_ERROR),
        (CLEAN | {1: 0x1A}, faults.PRINTER_OFFLINE),
        (CLEAN | {1: 0x1A, 2: 0x1A}, faults.PRINTER_OFFLINE),
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
        assert all(valid(replies[n] or 0) for n in (1, 2, 3, 4))
        assert not parsed.unknown


SENSORS = st.builds(Sensors, *[st.booleans()] * 11)


@given(SENSORS, st.booleans())
def test_the_twin_and_the_driver_mean_the_same(sensors: Sensors, ticket_out: bool) -> None:
    standard = status.parse({n: sensors.real_time(n)[0] for n in status.QUERIES})
    automatic = status.parse_automatic(sensors.automatic())
    full = status.parse_full(sensors.full(ticket_out=ticket_out)[2:])
    for parsed in (standard, automatic, status.joined(standard, full)):
        assert (parsed.offline, parsed.paper_out, parsed.cover_open, parsed.cutter, parsed.jam, parsed.recoverable) == (
            sensors.offline,
            sensors.paper_out,
            sensors.cover_open,
            sensors.cutter_error,
            sensors.jam_error,
            sensors.overheated,
        )
        assert not parsed.unknown
    assert status.blocking(standard) is status.blocking(automatic)
    assert (status.blocking(standard) is None) is not sensors.offline
    assert full.slip_left is ticket_out
    assert full.voltage is sensors.voltage
    if not sensors.feeding:
        assert full.offline is sensors.offline


@pytest.mark.parametrize(
    ("packet", "fault"),
    [
        ("00000000", None),
        ("04000000", None),
        ("01000000", faults.PRINTER_PAPER_OUT),
        ("20000000", faults.PRINTER_SLIP_LEFT),
        ("00010000", faults.PRINTER_COVER_OPEN),
        ("00020000", faults.PRINTER_COVER_OPEN),
        ("00000100", faults.PRINTER_OVERHEATED),
        ("00000800", faults.PRINTER_VOLTAGE),
        ("00004000", faults.PRINTER_JAM),
        ("00002000", None),
        ("00000001", faults.PRINTER_CUTTER),
        ("00000004", faults.PRINTER_ERROR),
        ("20000040", faults.PRINTER_ERROR),
        ("000000", faults.PRINTER_SILENT),
    ],
)
def test_a_presenters_full_status_names_the_fault(packet: str, fault: Fault | None) -> None:
    assert status.blocking(status.parse_full(bytes.fromhex(packet))) is fault
    joined = status.joined(status.parse(CLEAN), status.parse_full(bytes.fromhex(packet)))
    assert status.blocking(joined) is fault


def test_bytes_that_are_no_status_are_not_taken_for_silence() -> None:
    noise = status.PrinterStatus(nonsense=True)
    assert status.blocking(noise) is faults.PRINTER_NONSENSE
    assert status.blocking(status.SILENT) is faults.PRINTER_SILENT


@given(st.binary(max_size=8))
def test_no_automatic_packet_is_misread(packet: bytes) -> None:
    parsed = status.parse_automatic(packet)
    fits = len(packet) == 4 and packet[0] & 0x93 == 0x10 and not any(byte & 0x90 for byte in packet[1:])
    assert parsed.unknown is not fits
    if not fits:
        assert status.blocking(parsed) is faults.PRINTER_SILENT


@given(st.binary(max_size=8))
def test_any_bytes_may_claim_to_be_a_full_status(packet: bytes) -> None:
    parsed = status.parse_full(packet)
    assert parsed.unknown is (len(packet) != 4)
    status.all_faults(parsed)


@given(st.integers(0, 255))
def test_no_byte_is_both_kinds_of_reply(byte: int) -> None:
    assert not (valid(byte) and is_paper_status(byte))


MODES = st.sampled_from([(False, False), (True, False), (False, True)])


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6), MODES)
def test_replies_are_heard_alike_however_they_are_cut(data: bytes, at: list[int], mode: tuple[bool, bool]) -> None:
    def ear() -> Ear:
        return Ear(automatic=mode[0], presenter=mode[1])

    whole, pieces = ear(), ear()
    cuts = sorted({0, len(data), *(min(cut, len(data)) for cut in at)})
    heard = [reply for start, end in itertools.pairwise(cuts) for reply in pieces.hear(data[start:end])]
    assert heard == whole.hear(data)
    for reply in heard:
        if reply.kind is Kind.REAL_TIME:
            assert valid(reply.data[0])
        if reply.kind is Kind.AUTOMATIC:
            assert not status.parse_automatic(reply.data).unknown


@given(SENSORS, SENSORS, st.integers(1, 3), st.integers(1, 4))
def test_an_answer_among_unasked_bytes_is_told_from_them(one: Sensors, other: Sensors, at: int, n: int) -> None:
    ear = Ear(automatic=True)
    packet, answer = one.automatic(), other.real_time(n)
    assert ear.hear(packet[:at] + answer + packet[at:] + b"\x00") == [
        Reply(Kind.REAL_TIME, answer),
        Reply(Kind.AUTOMATIC, packet),
        Reply(Kind.QUEUED, b"\x00"),
    ]


def test_each_reply_is_known_by_its_form() -> None:
    assert [reply.kind for reply in Ear().hear(b"\x12\x00\x37\x25\x00\xff\x10")] == [
        Kind.REAL_TIME,
        Kind.QUEUED,
        Kind.CLEARED,
        Kind.NOISE,
        Kind.NOISE,
    ]
    ear = Ear(presenter=True)
    assert ear.hear(b"\x12\x10\x0f\x20") == [Reply(Kind.REAL_TIME, b"\x12")]
    assert ear.amid
    assert ear.hear(b"\x00\xff\x12\x16") == [
        Reply(Kind.FULL, b"\x20\x00\xff\x12"),
        Reply(Kind.REAL_TIME, b"\x16"),
    ]
    ear.hear(b"\x10\x0f")
    ear.forget()
    assert ear.hear(b"\x16") == [Reply(Kind.REAL_TIME, b"\x16")]
