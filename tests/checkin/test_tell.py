"""What is told, in words: complete in every language, and never more than the claim allows."""

from collections.abc import Iterator

import pytest

from kiosk.checkin import rules, ticket, visit
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure
from kiosk.checkin.page import Page
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.texts import languages, say
from tests.example_site import NOW, SITE, appointment

BOOKED = appointment()
REGISTERED_WORDS = {
    "fi": ("Olet ilmoittautunut", "Vastaanotto tietää"),
    "sv": ("Du är anmäld", "Mottagningen vet"),
    "en": ("You are registered", "The clinic knows"),
}


def states(kind: ClaimKind, language: str) -> Iterator[visit.State]:
    yield visit.Closed(language)
    yield visit.Welcome(language)
    yield visit.Entering(language, "01059", mistake=True)
    yield visit.Looking(language, Claim(kind, "010594Y9032"))
    yield visit.Confirming(language, kind, BOOKED)
    yield visit.Recording(language, kind, BOOKED)
    for standing in Standing:
        arrival = Arrival("A 001", standing, 1)
        for paper in (None, *PrintOutcome):
            yield visit.Done(language, kind, BOOKED, arrival, paper)
        yield visit.Told(language, kind, rules.AlreadyIn(BOOKED, arrival))
    yield visit.Told(language, kind, rules.TooEarly(BOOKED, NOW))
    for outcome in (rules.TooLate(BOOKED), rules.Cancelled(BOOKED), rules.NoMatch(), rules.CannotTell()):
        yield visit.Told(language, kind, outcome)
    for failure in ReadFailure:
        yield visit.NotRead(language, failure)
    yield visit.NotRecorded(language)
    yield visit.Asking(language, visit.Entering(language))


def pages(kind: ClaimKind, language: str) -> Iterator[Page[str]]:
    for state in states(kind, language):
        yield tell(state, SITE).map(lambda text: say(text, language))


def spoken(page: Page[str]) -> str:
    card = page.card
    parts = [page.heading, *page.sentences, *page.items, *(choice.words for choice in page.choices)]
    if card is not None:
        parts += [part for part in (card.time, card.day, card.title, card.place, card.way, card.number) if part]
    return " | ".join(parts)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ClaimKind)
def test_every_page_has_words_in_every_language(kind: ClaimKind, language: str) -> None:
    for page in pages(kind, language):
        assert all(part.strip() and "{" not in part for part in spoken(page).split(" | ")), page
        # Places are named by the site in the client's language.
        assert all(f"({other})" not in spoken(page) for other in ("fi", "sv", "en") if other != language)


@pytest.mark.parametrize("language", languages())
def test_typing_discloses_the_time_and_the_place_alone(language: str) -> None:
    for page in pages(ClaimKind.TYPED, language):
        assert "Dental care" not in spoken(page), page.name
    assert any("Dental care" in spoken(page) for page in pages(ClaimKind.BARCODE, language))


@pytest.mark.parametrize("language", languages())
def test_only_a_receipt_lets_a_page_or_slip_say_registered(language: str) -> None:
    for page in pages(ClaimKind.BARCODE, language):
        claims = any(word in page.heading or word in " ".join(page.sentences) for word in REGISTERED_WORDS[language])
        assert claims == (page.sign.value == "registered"), page
    for standing in Standing:
        slip = ticket.for_arrival(BOOKED, "A 001", standing, SITE).map(lambda text: say(text, language))
        claims = any(word in " ".join(slip.sentences) for word in REGISTERED_WORDS[language])
        assert claims == (standing is Standing.REGISTERED)


@pytest.mark.parametrize("language", languages())
def test_a_slip_names_no_speciality(language: str) -> None:
    slip = ticket.for_arrival(BOOKED, "A 001", Standing.RECORDED, SITE).map(lambda text: say(text, language))
    everything = " ".join([slip.site, slip.place, slip.way or "", *slip.sentences])
    assert "Dental care" not in everything
    assert "Waiting area B2" in everything


def test_an_unknown_area_is_asked_for_and_not_guessed() -> None:
    from dataclasses import replace

    lost = replace(BOOKED, area="Z9")
    page = tell(visit.Confirming("en", ClaimKind.BARCODE, lost), SITE)
    assert page.card is not None
    assert page.card.place is not None
    assert page.card.place.key == "place.ask-desk"
    assert ticket.for_arrival(lost, "A 001", Standing.RECORDED, SITE).place.key == "place.ask-desk"


def test_the_frame_names_each_language_in_itself() -> None:
    for language in languages():
        words = frame(SITE).map(lambda text: say(text, language))  # noqa: B023
        assert words.languages == (("fi", "Suomi"), ("sv", "Svenska"), ("en", "English"))
        assert "112" in words.urgent
