"""Scripts that are drawn: Arabic and Persian, and whatever the printer's code pages lack."""

import re
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFont, features
from structlog.testing import capture_logs

from kiosk.checkin.ticket import Ticket
from kiosk.devices.printer import raster
from kiosk.devices.printer.encode import encode
from kiosk.devices.printer.profile import EPSON_58, EPSON_80, PROFILES, PYRAMID_80, PrinterProfile
from kiosk.devices.printer.test_page import page
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.slip import Line, Raster, Slip

WAIT = "يرجى الانتظار هنا"
ARABIC = Ticket(
    number="A 042",
    number_label="رقمك",
    site="مركز كالاساتاما للصحة",
    place_label=WAIT,
    place="منطقة الانتظار B2",
    way="الطابق الثاني، المصعد خلفك",
    sentences=("موعدك الساعة 9.00.", "سيتم استدعاؤك برقمك."),
    code="https://www.maisa.fi",
    code_label="افتح Maisa على هاتفك",
)


def slip_of(data: bytes, profile: PrinterProfile) -> Slip:
    machine = EscposMachine(profile.dots, presenter=profile.presenter is not None)
    machine.feed(data)
    assert machine.unknown == {}
    (slip,) = machine.slips
    return slip


def images(slip: Slip) -> list[Raster]:
    return [piece for piece in slip.printed if isinstance(piece, Raster)]


def picture(image: Raster) -> Image.Image:
    return Image.frombytes("1", (image.row_bytes * 8, len(image.rows) // image.row_bytes), image.rows)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_an_arabic_slip_is_drawn_but_its_number_is_text(profile: PrinterProfile) -> None:
    slip = slip_of(encode(ARABIC, profile), profile)
    assert slip.number == "A 042"
    assert "?" not in slip.text
    assert {line.text for line in slip.lines} == {"A 042", "─" * (profile.columns // 3)}
    assert len(images(slip)) >= 9
    for image in images(slip):
        assert image.x + image.row_bytes * 8 * image.scale_x <= profile.dots
        assert any(image.rows)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(slip.image())] == [ARABIC.code]


def test_letters_are_joined_and_run_from_right_to_left() -> None:
    assert features.check("raqm")
    drawn = raster.drawn(WAIT, 1, 576, bold=False)
    assert 100 < drawn.width < 300
    alone = ImageFont.truetype(str(raster._FONTS[False][0]), 30, layout_engine=ImageFont.Layout.BASIC)
    unjoined = sum(alone.getlength(letter) for letter in WAIT)
    assert drawn.width < 0.95 * unjoined
    # The first letter, a yeh with two dots below the line, stands at the right edge.
    first = raster.drawn("ي", 1, 576, bold=False)
    right = drawn.crop((drawn.width - drawn.width // 4, 0, drawn.width, drawn.height))
    assert _dots_below(right) > 0
    assert _dots_below(first) > 0
    assert ImageChops.difference(drawn, raster.drawn(WAIT[::-1], 1, 576, bold=False).resize(drawn.size)).getbbox()


def _dots_below(image: Image.Image) -> int:
    """Black dots in the lowest third."""
    lowest = image.crop((0, image.height * 2 // 3, image.width, image.height))
    return lowest.convert("L").histogram()[255]


def test_a_persian_joiner_makes_a_difference() -> None:
    joined, apart = (raster.drawn(text, 2, 576, bold=False) for text in ("میشود", "می\N{ZERO WIDTH NON-JOINER}شود"))
    assert joined.size != apart.size or ImageChops.difference(joined, apart).getbbox()


def test_a_long_line_is_made_small_enough() -> None:
    assert raster.drawn(WAIT * 2, 3, 384, bold=True).width <= 384


def test_a_number_in_another_script_is_drawn_large() -> None:
    slip = slip_of(encode(replace(ARABIC, number="ع ۴۲"), EPSON_58), EPSON_58)
    assert max(image.tall for image in images(slip)) > 100


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("Odotusalue B2, kiitos", 0),
        ("Väntområde Ö", 1),
        ("Ožidajte, palun, žürii šokk õde", 2),
        ("Зона ожидания", 1),
        ("Ääkkönen и Ёлка š", 3),
        ("Fadlan halkan ku sug", 0),
    ],
)
def test_scripts_of_the_pages_stay_text(text: str, pages: int) -> None:
    ticket = Ticket("A 1", "", "", "", text, None, ())
    data = encode(ticket, EPSON_80)
    slip = slip_of(data, EPSON_80)
    assert text in slip.words
    assert images(slip) == []
    # One change more for the rule, where it stands on another page.
    assert pages <= len(re.findall(rb"\x1bt", data)) <= pages + 2


def test_pyramids_pages_are_chosen_by_their_names() -> None:
    ticket = Ticket("A 1", "Järjestysnumero", "Зона", "Š", "Ö", None, ())
    data = encode(ticket, PYRAMID_80)
    assert b"\x1bt" not in data
    assert "Järjestysnumero" in slip_of(data, PYRAMID_80).words
    assert "Зона" in slip_of(data, PYRAMID_80).words


def test_a_letter_that_no_font_has_is_a_box_and_no_question_mark() -> None:
    ticket = Ticket("A 1", "", "", "", "你好", None, ())
    with capture_logs() as logs:
        slip = slip_of(encode(ticket, EPSON_80), EPSON_80)
    assert "?" not in slip.text
    (image,) = images(slip)
    assert any(image.rows)
    assert [entry["count"] for entry in logs if entry["event"] == "letters_missing"] == [2]


@pytest.mark.skipif(not (raster._SYSTEM / "noto" / "NotoSansEthiopic-Regular.ttf").exists(), reason="a font of Debian")
def test_another_script_is_drawn_where_the_machine_has_a_font_for_it() -> None:
    with capture_logs() as logs:
        raster.drawn("ተጸበዩ", 1, 576, bold=True)
    assert logs == []


@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x00, 0x01, 0xFF]), max_size=80).map(bytes))
def test_no_command_is_found_in_an_image(rows: bytes) -> None:
    tame = raster.harmless(rows)
    assert len(tame) == len(rows)
    assert not re.search(rb"\x10[\x04\x05\x14]", tame)
    assert all(was & now == was for was, now in zip(rows, tame, strict=True))


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from("ابتيهمن پچگۆێ٠۱٢ABäš.:-()\u200c\n\x1b"), max_size=40), st.sampled_from([1, 2, 3, 8]))
def test_any_mixture_is_printed_within_the_paper(text: str, height: int) -> None:
    line = text.replace("\n", " ").replace("\x1b", " ")
    image = raster.drawn(line, height, 384, bold=True)
    assert image.width <= 384
    assert image.width % 8 == 0
    ticket = Ticket("A 1", text, text, text, text, text, (text,))
    slip = slip_of(encode(ticket, EPSON_58), EPSON_58)
    assert all(image.x + image.row_bytes * 8 <= 384 for image in images(slip))


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_the_test_page_shows_what_the_printer_can(profile: PrinterProfile) -> None:
    slip = slip_of(page(profile, "Lobby 1"), profile)
    assert "Lobby 1" in slip.text
    assert "äöå ÄÖÅ" in slip.text
    assert "Абвгд" in slip.text
    assert slip.number == "A 042"
    assert "?" not in slip.text
    assert images(slip)
    rules = [line for line in slip.lines if line.text.startswith("|")]
    assert [len(rule.text) for rule in rules] == [profile.columns] * 2
    assert [symbol.text for symbol in zxingcpp.read_barcodes(slip.image())] == ["TEST PAGE"]


def test_the_page_draws_arabic_as_a_reference_does() -> None:
    """The image on the paper is, dot for dot, what the font and Raqm make of the words."""
    slip = slip_of(encode(Ticket("A 1", "", "", "", "", None, (WAIT,)), EPSON_80), EPSON_80)
    (image,) = images(slip)
    face = ImageFont.truetype(str(raster._FONTS[False][0]), 30, layout_engine=ImageFont.Layout.RAQM)
    wanted = Image.new("L", (600, 120))
    ImageDraw.Draw(wanted).text((300, 60), WAIT, fill=255, font=face, anchor="ms", direction="rtl", language="ar")
    wanted = wanted.point(lambda shade: 255 if shade > 120 else 0).convert("1")
    got = picture(image)
    assert _ink(got) == _ink(wanted)
    assert [isinstance(piece, Line) for piece in slip.printed].count(True) == 2


def _ink(image: Image.Image) -> bytes:
    box = image.getbbox()
    assert box is not None
    return image.crop(box).tobytes()
