"""A check-in that staff take back at the kiosk."""

import pytest

from kiosk.checkin import servicing
from kiosk.checkin.health import Light
from kiosk.checkin.page import Keypad, Shape
from kiosk.checkin.visit import Chosen, Keyed
from tests.checkin.servicing.rig import INSIDE, VISITS, offered, play, told


def test_a_check_in_is_found_shown_confirmed_and_taken_back() -> None:
    state, effects = play(INSIDE, Chosen("annul"), *map(Keyed, "A41"))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.keypad, page.entry.complete) == ("A 41", Keypad.CODE, True)
    state, effects = play(state, Chosen("ready"))
    assert effects == [servicing.FindNumber("A 041")]
    assert told(state).shape is Shape.BUSY
    state, _ = play(state, servicing.NumberFound("B 001", VISITS), servicing.NumberFound("A 041", VISITS))
    page = told(state)
    assert [(line.label, line.words, line.note) for line in page.lines] == [
        ("8.50", "Dental care (fi)", "Kirjattu tällä laitteella 8.50"),
        ("–", "Yksikköä ei näytetä", "Kirjattu muualla"),
    ]
    assert (page.heading, offered(page)) == ("Perutaanko A 041?", ["annul-now", "back"])
    state, effects = play(state, Chosen("annul-now"), Chosen("annul-now"))
    assert effects == [servicing.Annul("A 041")]
    for ok, light in ((True, Light.GREEN), (False, Light.RED)):
        after, _ = play(state, servicing.AnnulEnded("B 001", not ok), servicing.AnnulEnded("A 041", ok))
        assert (told(after).light, offered(told(after))) == (light, ["back", "annul"])


def test_where_nobody_can_look_the_check_in_is_said_to_stand() -> None:
    state, _ = play(INSIDE, Chosen("annul"), *map(Keyed, "A41"), Chosen("ready"))
    state, _ = play(state, servicing.AnnulEnded("B 001", False), servicing.AnnulEnded("A 041", False))
    assert (told(state).light, offered(told(state))) == (Light.RED, ["back", "annul"])


def test_a_number_that_is_none_is_said_to_be_none_and_can_be_mended() -> None:
    state, _ = play(servicing.TypingNumber("fi"), *map(Keyed, "KK007"), Chosen("ready"))
    state, _ = play(state, servicing.NumberFound("KK 007", ()))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error is not None) == ("KK 007", True)
    state, _ = play(state, Chosen("erase"))
    page = told(state)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.error) == ("KK 00", None)


@pytest.mark.parametrize(
    ("keys", "number"),
    [("A1", "A 001"), ("A041", "A 041"), ("LK12", "LK 012"), ("A1234", "A 1234"), ("", None), ("A", None), ("1", None)],
)
def test_a_number_is_read_as_slips_have_it(keys: str, number: str | None) -> None:
    state, effects = play(servicing.TypingNumber("fi"), *map(Keyed, keys), Chosen("ready"))
    assert effects == ([] if number is None else [servicing.FindNumber(number)])
    told(state)
