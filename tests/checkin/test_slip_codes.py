"""The codes of a slip, read back from the paper as a phone would."""

import unicodedata
from dataclasses import replace

import pytest
import zxingcpp

from kiosk.checkin import outcome, ticket
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.site import Portal, Site
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.wording import Text
from kiosk.devices.printer.encode import BARRIER, encode
from kiosk.devices.printer.layout import arrange
from kiosk.devices.printer.profile import PROFILES, PrinterProfile
from kiosk.devices.simulated.escpos_machine import EscposMachine
from kiosk.devices.simulated.slip import Slip
from kiosk.texts import languages, say
from tests.checkin.clients import CENTRE, VISIT
from tests.example_site import NOW, words

ARRIVAL = Arrival("A 042", Standing.RECORDED, 1, NOW)
TWO = replace(
    CENTRE,
    portals=(
        Portal("maisa", words("Maisa"), "https://www.maisa.fi"),
        Portal("omaolo", words("Omaolo"), "https://www.omaolo.fi"),
    ),
)
NONE = replace(CENTRE, portals=())


def printed(slip: Ticket[str], profile: PrinterProfile) -> Slip:
    machine = EscposMachine(profile.dots)
    machine.feed(encode(slip, profile) + BARRIER)
    (paper,) = machine.slips
    return paper


def slip_of(told: Outcome, site: Site, language: str) -> Ticket[str]:
    slip = ticket.for_outcome(told, ARRIVAL, site)
    assert slip is not None
    return slip.map(lambda text: say(text, language))


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("told", [outcome.NoMatch(), outcome.CannotTell()], ids=lambda told: told.reason)
def test_who_waits_while_the_visit_is_looked_for_gets_the_first_portal(
    told: Outcome, language: str, profile: PrinterProfile
) -> None:
    slip = printed(slip_of(told, TWO, language), profile)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(slip.image())] == ["https://www.maisa.fi"]
    label = say(Text("ticket.portal", {"portal": words("Maisa")}), language)
    # Other letters than Latin ones may be drawn, as an image.
    drawn = any(not unicodedata.name(letter).startswith("LATIN") for letter in label if letter.isalpha())
    assert drawn or slip.words.endswith(label)
    assert slip.number == "A 042"


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_the_way_to_another_site_has_a_map_with_words(profile: PrinterProfile) -> None:
    slip = printed(slip_of(outcome.WrongSite(replace(VISIT, site="itakatu"), True), TWO, "en"), profile)
    assert [symbol.text for symbol in zxingcpp.read_barcodes(slip.image())] == ["https://map.invalid/1"]
    assert slip.words.endswith("Map for your phone")


def test_other_slips_stay_short() -> None:
    booked = ticket.for_check_in(CheckIn((VISIT,)), ARRIVAL, TWO)
    late = ticket.for_outcome(outcome.TooLate(VISIT), ARRIVAL, TWO)
    assert late is not None
    for slip in (booked, late):
        assert (slip.code, slip.code_label) == ("", None)
    assert slip_of(outcome.NoMatch(), NONE, "fi").code == ""


def test_no_words_announce_a_code_that_is_too_long_to_print() -> None:
    long = replace(CENTRE, portals=(Portal("x", words("Maisa"), "https://portal.invalid/" + "x" * 400),))
    ticket_ = slip_of(outcome.NoMatch(), long, "en")
    slip = printed(ticket_, PROFILES["epson-80"])
    assert zxingcpp.read_barcodes(slip.image()) == []
    assert "Maisa" not in slip.words
    assert "Maisa" in " ".join(line.text for line in arrange(ticket_, 576))
