"""The way to a waiting area on the slip: drawn last, on printers that draw, and never waited for."""

from dataclasses import replace
from math import inf

import pytest
from PIL import Image

from kiosk.checkin.sketch import Sketch, to_area
from kiosk.checkin.ticket import Ticket
from kiosk.devices.printer.encode import encode
from kiosk.devices.printer.plan import PATIENCE, picture
from kiosk.devices.printer.profile import EPSON_58, EPSON_80, PROFILES, PrinterProfile
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.slip import Raster, Slip
from kiosk.texts import say
from tests.example_plan import at_example
from tests.example_site import SITE

WIDE = {name: profile for name, profile in PROFILES.items() if profile.dots >= 512}


def sketch(area: str, language: str = "fi") -> Sketch[str]:
    found = to_area(at_example(SITE).here, area)
    assert found is not None
    return found.map(lambda text: say(text, language))


def slip_of(ticket: Ticket[str], profile: PrinterProfile, speed: float = inf) -> Slip:
    machine = EscposMachine(profile.dots, presenter=profile.presenter is not None)
    machine.feed(encode(ticket, profile, speed))
    assert machine.unknown == {}
    (slip,) = machine.slips
    return slip


def images(slip: Slip) -> list[Raster]:
    return [piece for piece in slip.printed if isinstance(piece, Raster)]


@pytest.mark.parametrize("profile", WIDE.values(), ids=WIDE.keys())
@pytest.mark.parametrize("area", ["A1", "B2"])
def test_the_plan_is_the_last_thing_and_within_the_paper(
    ticket: Ticket[str], profile: PrinterProfile, area: str
) -> None:
    slip = slip_of(replace(ticket, plan=sketch(area)), profile)
    assert slip.number == ticket.number
    [drawing] = images(slip)
    assert slip.printed[-1] is drawing
    assert drawing.x + drawing.row_bytes * 8 * drawing.scale_x <= profile.dots
    assert any(drawing.rows)


@pytest.mark.parametrize("profile", [EPSON_58, replace(EPSON_80, draws=False)], ids=["narrow", "draws nothing"])
def test_where_it_cannot_be_drawn_the_words_are_as_they_were(ticket: Ticket[str], profile: PrinterProfile) -> None:
    assert encode(replace(ticket, plan=sketch("B2")), profile) == encode(ticket, profile)


def test_a_slow_line_brings_the_last_floor_alone_or_none(ticket: Ticket[str]) -> None:
    drawn = replace(ticket, plan=sketch("B2"))
    sizes = [len(encode(drawn, EPSON_80, speed)) - len(encode(ticket, EPSON_80)) for speed in (inf, 11_520, 3_840)]
    whole, last, none = sizes
    assert none == 0
    assert 0 < last <= PATIENCE * 11_520 + 100 < whole


def test_the_number_is_printed_before_the_drawing_is_sent(ticket: Ticket[str]) -> None:
    plain, drawn = encode(ticket, EPSON_80), encode(replace(ticket, plan=sketch("B2")), EPSON_80)
    before = drawn.index(b"\x1dv0\x00")
    assert plain[:before].startswith(drawn[: before - 1])
    assert ticket.number.encode() in drawn[:before]


@pytest.mark.parametrize("language", ["fi", "sv", "en", "ru", "et", "so", "ar"])
def test_the_words_on_it_change_with_the_language_and_the_lines_do_not(language: str) -> None:
    finnish, other = picture(sketch("A1"), 576, 1), picture(sketch("A1", language), 576, 1)
    assert finnish.size == other.size
    changed = sum(a != b for a, b in zip(finnish.tobytes(), other.tobytes(), strict=True))
    assert changed < len(finnish.tobytes()) * 0.08
    assert (changed > 0) == (language != "fi")


def test_ink_is_spared() -> None:
    for area in ("A1", "B2"):
        drawing = picture(sketch(area), 576, 2)
        black = sum(1 for dot in drawing.convert("L").tobytes() if dot)
        assert 0.01 < black / (drawing.width * drawing.height) < 0.12


def test_no_sign_lies_on_the_arrow() -> None:
    drawing = picture(sketch("A1"), 576, 1)
    assert isinstance(drawing, Image.Image)
    assert drawing.width == 576
