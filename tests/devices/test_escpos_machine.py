import io
import itertools

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.printer import status
from kiosk.devices.printer.encode import BARRIER, clearing
from kiosk.devices.printer.profile import EPSON_80
from kiosk.devices.simulated.escpos_machine import EscposMachine

CUT = b"\x1dV\x42\x00"


def printed(data: bytes, dots: int = 576) -> EscposMachine:
    machine = EscposMachine(dots)
    machine.feed(data)
    return machine


def escpos() -> "object":
    from escpos.printer import Dummy

    return Dummy()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"one\ntwo\n", "one\ntwo"),
        (b"\x1b@\x1ba\x01\x1bE\x01\x1b!\x38\x1d!\x11\x1bM\x01\x1b-\x01\x1b{\x00\x1dB\x01x\n", "x"),
        (b"\x1bt\x13\x84\x94\x86\x8e\x99\x8f\n", "äöåÄÖÅ"),
        (b"\x1bt\x02\x84\n", "ä"),
        (b"\x1bt\x10\xe4\n", "ä"),
        (b"\x1bR\x05[\\]{|}\n", "ÄÖÅäöå"),
        (b"\x1bt\xc8\x84\n", "ä"),
        (b"a\x1bd\x03b\x1bJ\x20\x1b3\x10\x1b2c\n", "a\nb\nc"),
        (b"\x1dL\x10\x00\x1dW\x18\x00abcde\n", "ab\ncd\ne"),
        (b"lost\x18kept\n", "kept"),
        (b"\x1b\x01\x1d\x02\x07x\n", "x"),
        (b"\x1dkI\x04{B12\x1dk\x02123456789012\x00x\n", "x"),
        (b"no line feed", "no line feed"),
    ],
)
def test_commands_do_what_the_manual_says(data: bytes, text: str) -> None:
    machine = printed(data + CUT)
    assert [slip.text for slip in machine.slips] == [text]


def test_sizes_and_places() -> None:
    machine = printed(b"\x1ba\x01A\n\x1d!\x72" + b"B\n" + b"\x1d!\x00\x1ba\x02C\n" + CUT)
    first, second, third = machine.slips[0].lines
    assert (first.width, first.height, first.runs[0].x) == (1, 1, 282)
    assert (second.width, second.height, second.runs[0].x) == (8, 3, 240)
    assert third.runs[0].x == 564
    assert (second.y - first.y, third.y - second.y) == (30, 72)
    assert machine.slips[0].number == "B"


def test_text_below_the_cutter_is_on_the_next_slip() -> None:
    machine = printed(b"first\n" + b"\x1bd\x03\x1dV\x00" + b"second\n" + CUT)
    assert [slip.text for slip in machine.slips] == ["first", "second"]
    unfed = printed(b"first\n\x1bd\x06late\n\x1dV\x00" + CUT)
    assert [slip.text for slip in unfed.slips] == ["first", "late"]


def test_unknown_commands_are_counted() -> None:
    assert printed(b"\x1b\x01\x1b\x01\x07x\n").unknown == {b"\x1b\x01": 2, b"\x07": 1}


def test_status_is_answered_at_once_and_the_barrier_in_its_turn() -> None:
    machine = EscposMachine()
    assert machine.feed(status.query(1) + b"x\n" + BARRIER) == b"\x12\x00"
    machine.sensors.cover_open = True
    assert machine.feed(b"y\n" + BARRIER + status.query(1) + status.query(2)) == b"\x1a\x16"
    machine.sensors.cover_open = False
    assert machine.resume() == b"\x00"


def test_status_is_answered_inside_an_image_too() -> None:
    machine = EscposMachine()
    image = b"\x1dv0\x00\x01\x00\x04\x00" + b"\xaa" + status.query(4)
    assert machine.feed(image) == b"\x12"
    machine.feed(CUT)
    assert machine.slips[0].printed[0].tall == 4


def test_clearing_empties_what_waits() -> None:
    machine = EscposMachine()
    machine.sensors.cover_open = True
    machine.feed(b"stale\n" + CUT + clearing(EPSON_80))
    machine.sensors.cover_open = False
    machine.resume()
    machine.feed(b"fresh\n" + CUT)
    assert [slip.text for slip in machine.slips] == ["fresh"]


def test_a_slip_that_was_begun_anew_counts_as_torn() -> None:
    machine = printed(b"\x1b@half\n\x1b@whole\n" + CUT + b"\x1b@next\n" + CUT)
    assert [slip.text for slip in machine.torn] == ["half\nwhole"]
    assert [slip.text for slip in machine.slips] == ["next"]


def test_paper_that_ends_takes_the_half_slip_with_it() -> None:
    machine = printed(b"half\nset")
    machine.paper_out()
    machine.sensors.paper_out = False
    machine.feed(b"next\n" + CUT)
    assert [slip.text for slip in machine.torn] == ["half\nset"]
    assert [slip.text for slip in machine.slips] == ["next"]
    assert machine.torn[0].image().height > 0


@pytest.mark.parametrize("kind", ["native", "bitImageRaster", "bitImageColumn", "graphics"])
def test_a_qr_symbol_can_be_read_from_the_picture(kind: str) -> None:
    from escpos.printer import Dummy

    encoder = Dummy()
    encoder.set(align="center")
    encoder.qr("A 042", size=6, native=kind == "native", image_arguments=None if kind == "native" else {"impl": kind})
    encoder.cut()
    machine = printed(encoder.output)
    assert machine.unknown == {}
    assert [symbol.text for symbol in zxingcpp.read_barcodes(machine.slips[0].image())] == ["A 042"]


def test_a_picture_of_everything_is_drawn() -> None:
    looks = [b"\x1bE\x01", b"\x1b-\x02", b"\x1dB\x01", b"\x1b{\x01", b"\x1bM\x01", b"\x1d!\x33", b"\x1db\x01\x1d!\x77"]
    machine = printed(b"".join(look + "ÅjÄg─0".encode("cp858") + b"\n" for look in looks) + CUT, dots=384)
    file = io.BytesIO()
    machine.slips[0].image().save(file, "PNG")
    assert Image.open(file).size[0] == 464 + 96


@settings(deadline=None)
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=8))
def test_no_bytes_crash_it_and_no_split_changes_what_it_prints(data: bytes, splits: list[int]) -> None:
    cuts = sorted({0, len(data), *(min(split, len(data)) for split in splits)})
    whole, pieces = EscposMachine(), EscposMachine()
    replies = whole.feed(data)
    assert b"".join(pieces.feed(data[start:end]) for start, end in itertools.pairwise(cuts)) == replies
    assert pieces.slips == whole.slips
    for slip in whole.slips:
        slip.image()


COMMANDS = st.sampled_from(
    [b"\x1b@", b"\x1ba\x01", b"\x1d!\x77", b"\x1bd\x40", CUT, b"\x1dV\x00", b"\x1dv0\x03\x02\x00\x08\x00", b"\x1b*\x21",
     b"\x1d(k\x08\x001P0hello", b"\x1d(k\x03\x001Q0", b"\x1d(L", b"\x1dL\xff\xff", b"\x1dW\x00\x00", b"\x1b$\xff\xff",
     b"\x1b\\\x00\x80", b"\t", b"\n", b"Odotusalue", b"\x10\x04\x01", clearing(EPSON_80), b"\x1b{\x01", b"\x1b-\x02"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(COMMANDS | st.binary(max_size=6), max_size=40))
def test_no_sequence_of_commands_crashes_it(pieces: list[bytes]) -> None:
    machine = EscposMachine(384)
    for piece in pieces:
        machine.feed(piece)
    for slip in (*machine.slips, *machine.torn):
        slip.image()
