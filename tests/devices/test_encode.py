import itertools
import logging
import re
import subprocess
import sys
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin.ticket import Ticket
from kiosk.devices.printer.encode import BARRIER, encode, parting
from kiosk.devices.printer.layout import arrange, number, wrap
from kiosk.devices.printer.letters import readable
from kiosk.devices.printer.profile import PROFILES, PrinterProfile
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.slip import Raster, Slip

EVERY = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def slip_of(ticket: Ticket[str], profile: PrinterProfile) -> Slip:
    machine = EscposMachine(profile.dots)
    assert machine.feed(encode(ticket, profile) + BARRIER) == b"\x00"
    assert machine.unknown == {}
    (slip,) = machine.slips
    return slip


@EVERY
def test_the_slip_says_what_the_ticket_says(ticket: Ticket[str], profile: PrinterProfile) -> None:
    slip = slip_of(ticket, profile)
    assert slip.number == "A 042"
    for words in (ticket.site, ticket.number_label, ticket.place_label, ticket.place, ticket.way, *ticket.sentences):
        assert words is not None
        assert words in slip.words


@EVERY
def test_number_then_place_then_the_rest(ticket: Ticket[str], profile: PrinterProfile) -> None:
    slip = slip_of(ticket, profile)
    height = {line.text: line.height for line in slip.lines}
    assert height["A 042"] * 17 / 8 >= 15
    assert height["A 042"] > height["Odotusalue" if profile.dots < 500 else "Odotusalue B2"] > height["Vuoronumeronne"]
    for line in slip.lines:
        assert line.runs[0].x >= 0
        assert line.runs[-1].end <= profile.dots


@EVERY
def test_nothing_is_lost_to_the_cutter(ticket: Ticket[str], profile: PrinterProfile) -> None:
    slip = slip_of(ticket, profile)
    last = slip.lines[-1]
    assert slip.length - (last.y + last.tall) >= 40


@EVERY
@pytest.mark.parametrize("text", ["1", "A 1", "A 042", "AB 1042", "KALASATAMA 12345"])
def test_the_number_is_as_large_as_the_paper_allows(text: str, profile: PrinterProfile) -> None:
    line = number(text, profile.dots)
    assert line.height == 8
    assert len(text) * 12 * line.width <= profile.dots
    assert line.width == 8 or len(text) * 12 * (line.width + 1) > profile.dots


@settings(deadline=None)
@given(words=st.text(st.characters(codec="cp858", exclude_categories=["Cc", "Cf"]), max_size=80))
def test_every_letter_of_the_page_comes_back(words: str) -> None:
    ticket = Ticket("B 7", "åäöÅÄÖ", "Ängs vårdcentral", "Plats", words, None, ("Öppet till kl. 16.",))
    slip = slip_of(ticket, PROFILES["epson-80"])
    assert words.replace(" ", "").replace("\xa0", "") in slip.text.replace(" ", "").replace("\n", "")
    assert "åäöÅÄÖ" in slip.text


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_becomes_a_command(words: str, digits: str) -> None:
    ticket = Ticket(digits, words, words, words, words, words, (words, words))
    data = encode(ticket, PROFILES["epson-58"])
    machine = EscposMachine(384)
    machine.feed(data)
    assert machine.unknown == {}
    assert len(machine.slips) == 1
    assert not re.search(rb"\x10[\x04\x05\x14]", data)


def test_a_hostile_name_is_printed_as_text(ticket: Ticket[str]) -> None:
    hostile = replace(ticket, place="B2\x1dV\x00\x1b@\x10\x04\x01\nC3", number="A\x1b@ 1")
    slip = slip_of(hostile, PROFILES["epson-80"])
    assert slip.number == "A@ 1"
    assert "B2 V@ C3" in slip.words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("klo 9.00–9.30", "klo 9.00-9.30"),
        ("”Matti’s” …", '"Matti\'s" ...'),
        ("a\N{COMBINING DIAERESIS}", "ä"),
        ("Łódź", "Lódz"),
        ("šž", "sz"),
        ("Şükrü Çağlar", "Sükrü Çaglar"),
        ("Əliyev", "Eliyev"),
        ("Nguyễn", "Nguyen"),
        ("№ 1 ½", "No 1 ½"),
        ("klo\N{NO-BREAK SPACE}9", "klo\N{NO-BREAK SPACE}9"),
        ("mul\N{SOFT HYPHEN}ta", "multa"),
        ("你好 1", "你好 1"),
        ("Привет, Łódź", "Привет, Łódź"),
        ("می\N{ZERO WIDTH NON-JOINER}شود\x07", "می\N{ZERO WIDTH NON-JOINER}شود"),
        ("a\N{ZERO WIDTH JOINER}b", "ab"),
    ],
)
def test_what_the_page_lacks_is_stood_in_for(text: str, shown: str) -> None:
    def fits(letter: str) -> bool:
        try:
            return bool(letter.encode("cp858"))
        except UnicodeEncodeError:
            return False

    assert readable(text, fits) == shown


@given(st.text(max_size=120), st.integers(1, 48))
def test_wrapping_loses_no_letter_and_fits(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(0 < len(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "").replace("\t", "")


def test_wrapped_lines_are_balanced() -> None:
    assert wrap("Toinen kerros, hissi takananne oikealla", 36) == ["Toinen kerros, hissi", "takananne oikealla"]


def test_empty_words_take_no_line() -> None:
    bare = Ticket("1", "", "", "", "", None, ())
    assert [line.text for line in arrange(bare, 576) if line.text] == ["1", "─" * 16]


MAP = "https://reittiopas.hsl.fi/reitti/Kalasatama/Tallinnanaukio%201"


@pytest.fixture
def route() -> Ticket[str]:
    return Ticket(
        number="",
        number_label="Vuoronumeronne",
        site="Kalasatama, terveys- ja hyvinvointikeskus",
        place_label="Menkää tänne",
        place="Itäkadun perhekeskus",
        way="Metro itään, pysäkki Itäkeskus",
        sentences=("Tallinnanaukio 1, Helsinki", "Aikanne on klo 10.15.", "Matka kestää noin 25 minuuttia."),
        code=MAP,
    )


@EVERY
def test_a_route_slip_shows_the_place_largest_and_a_code_for_a_phone(
    route: Ticket[str], profile: PrinterProfile
) -> None:
    slip = slip_of(route, profile)
    largest = max(line.height for line in slip.lines)
    assert " ".join(line.text for line in slip.lines if line.height == largest).startswith("Itäkadun")
    assert route.number_label not in slip.words
    for words in (route.place, route.way, *route.sentences):
        assert words is not None
        assert words in slip.words
    (symbol,) = zxingcpp.read_barcodes(slip.image())
    assert symbol.text == MAP
    (code,) = (piece for piece in slip.printed if isinstance(piece, Raster))
    assert code.y > slip.lines[-1].y
    assert code.tall >= 30 * 8
    assert code.x + code.row_bytes * 8 * code.scale_x <= profile.dots


@EVERY
def test_a_number_may_have_a_code_too(ticket: Ticket[str], profile: PrinterProfile) -> None:
    slip = slip_of(replace(ticket, code="https://www.maisa.fi"), profile)
    assert slip.number == "A 042"
    assert [symbol.text for symbol in zxingcpp.read_barcodes(slip.image())] == ["https://www.maisa.fi"]


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_code_becomes_a_command(payload: str) -> None:
    ticket = Ticket("1", "", "", "", "", None, (), payload)
    machine = EscposMachine()
    machine.feed(encode(ticket, PROFILES["epson-80"]) + BARRIER)
    assert machine.unknown == {}
    assert len(machine.slips) == 1


def test_other_visits_are_read_apart_and_smaller_than_the_place(ticket: Ticket[str]) -> None:
    others = ("Myös klo 9.45: Odotusalue B2", "Myös klo 11.15: Odotusalue C3", "Myös klo 13.30: Odotusalue A1")
    slip = slip_of(replace(ticket, sentences=(*ticket.sentences, *others)), PROFILES["epson-80"])
    lines = {line.text: line for line in slip.lines}
    assert all(lines[other].height < lines["Odotusalue B2"].height for other in others)
    gaps = [later.y - earlier.y for earlier, later in itertools.pairwise(lines[other] for other in others)]
    assert min(gaps) > lines[others[0]].tall


def test_parting_cuts_off_a_half_slip() -> None:
    machine = EscposMachine()
    machine.feed(b"\x1b@half a sl" + b"ip\n" + parting(PROFILES["epson-80"]))
    assert [slip.text for slip in machine.torn] == ["half a slip"]


def test_a_partial_cut_is_a_matter_of_the_profile(ticket: Ticket[str]) -> None:
    assert encode(ticket, PrinterProfile(cut="partial")).endswith(b"\x1dV\x01")
    assert b"\x1dV" not in encode(ticket, PrinterProfile(cut="none"))


def test_the_encoder_is_loaded_late_and_leaves_nothing_behind(ticket: Ticket[str]) -> None:
    code = (
        "import sys, kiosk.devices.printer.driver as driver, logging, pathlib, tempfile\n"
        "assert 'escpos' not in sys.modules and 'PIL' not in sys.modules\n"
        "driver.warm_up()\n"
        "from escpos import capabilities\n"
        "assert not pathlib.Path(capabilities.pickle_dir).exists()\n"
        "assert not logging.getLogger().handlers\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert logging.getLogger("escpos").handlers == []
