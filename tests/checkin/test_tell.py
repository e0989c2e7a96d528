"""What is told, in words: complete in every language, and never more than the claim allows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

import pytest

from kiosk.checkin import outcome, ticket, visit
from kiosk.checkin.appointment import Arrival, Standing
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure
from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.page import Page
from kiosk.checkin.site import Hours, Neighbour, Policy, Portal, Queue, Service
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.wording import Text
from kiosk.texts import languages, say
from tests.catalogues import listed
from tests.example_site import NOW, SITE, appointment, words

BOOKED = replace(appointment(), practitioner="Practitioner X", phone="•• 67")
ALWAYS = tuple(Hours(weekday, time(0), time(23, 59)) for weekday in range(1, 8))
RICH = replace(
    SITE,
    services={
        "lab": Service("lab", words("Walk-in"), "B2", "L", ALWAYS),
        "shut": Service("shut", words("Shut"), "B2", "S"),
    },
    queues={"lab": Queue(3, 20, NOW)},
    neighbours={
        "vuosaari": Neighbour("vuosaari", words("Vuosaari"), words("Street"), words("Metro"), 20, "https://m.x")
    },
    portals=(Portal("maisa", words("Maisa"), "https://portal.example"),),
    policy=Policy(names_practitioner=True, family=True, contact_check=True, call_back_services=("dental",)),
)


def states(kind: ClaimKind, language: str) -> Iterator[visit.State]:
    plan = CheckIn((BOOKED,), (appointment("A2", 200),))
    claim = Claim(kind, "010594Y9032")
    purpose = visit.CallBack("dental")
    yield visit.Closed(language)
    yield visit.Welcome(language)
    yield visit.Welcome(language, earlier=("A 001",))
    yield visit.Identifying(language, purpose)
    yield visit.Entering(language, "01059", mistake=True)
    yield visit.Looking(language, claim)
    yield visit.Confirming(language, kind, CheckIn((BOOKED,)))
    yield visit.Confirming(language, kind, plan)
    yield visit.Recording(language, kind, plan)
    for standing in Standing:
        arrival = Arrival("A 001", standing, 1, NOW)
        for paper in (None, *PrintOutcome):
            yield visit.Done(language, kind, plan, arrival, paper)
            yield visit.Queued(language, "lab", arrival, paper)
        for again in (False, True):
            yield visit.CallBackRequested(language, purpose, arrival, again)
        yield visit.CheckingContact(language, visit.Done(language, kind, plan, arrival))
        yield visit.CheckingContact(language, visit.Done(language, kind, plan, arrival), "0501", mistake=True)
        yield visit.Told(language, kind, outcome.AlreadyIn(BOOKED, arrival, plan.later))
        for told in OUTCOMES:
            yield visit.Told(language, kind, told, arrival)
    yield visit.ChoosingService(language)
    yield visit.ChoosingCallBack(language)
    yield visit.TypingPhone(language, claim, purpose, "0501", mistake=True)
    for failure in ReadFailure:
        yield visit.NotRead(language, failure)
    yield visit.NotRecorded(language)
    yield visit.HandedOver(language)
    yield visit.Asking(language, visit.Entering(language))
    yield visit.StaffCalled(language, visit.Entering(language))


OUTCOMES: tuple[outcome.Outcome, ...] = (
    outcome.DeskFirst(BOOKED),
    outcome.NotLive(BOOKED),
    outcome.Remote(BOOKED),
    outcome.TooEarly(BOOKED, NOW),
    outcome.TooLate(BOOKED),
    outcome.WrongSite(replace(BOOKED, site="vuosaari"), True),
    outcome.WrongSite(replace(BOOKED, site="vuosaari", reminder_unit="other"), False),
    outcome.WrongSite(replace(BOOKED, site="nowhere"), None),
    outcome.Cancelled(BOOKED),
    outcome.Moved(BOOKED),
    outcome.Moved(replace(BOOKED, moved_to=NOW)),
    outcome.WrongDay(BOOKED),
    outcome.WrongDay(BOOKED, passed=True),
    outcome.NoMatch(),
    outcome.CannotTell(),
)


def pages(kind: ClaimKind, language: str) -> Iterator[Page[str]]:
    for state in states(kind, language):
        yield tell(state, RICH, NOW).map(lambda text: say(text, language))


def spoken(page: Page[str]) -> str:
    card = page.card
    parts = [page.heading, *page.sentences, *page.items, *(choice.words for choice in page.choices)]
    parts += [part for row in page.rows for part in (row.time, row.place, row.title) if part]
    parts += [code.words for code in page.codes]
    if card is not None:
        parts += [
            part for part in (card.time, card.day, card.title, card.person, card.place, card.way, card.number) if part
        ]
    return " | ".join(parts)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ClaimKind)
def test_every_page_has_words_in_every_language(kind: ClaimKind, language: str) -> None:
    for page in pages(kind, language):
        assert all(part.strip() and "{" not in part for part in spoken(page).split(" | ")), page
        # Places are named by the site in the client's language.
        assert all(f"({other})" not in spoken(page) for other in languages() if other != language)


@pytest.mark.parametrize("language", languages())
def test_typing_discloses_the_time_and_the_place_alone(language: str) -> None:
    for page in pages(ClaimKind.TYPED, language):
        if page.name != "call-back":
            assert "Dental care" not in spoken(page), page.name
        assert "Practitioner X" not in spoken(page), page.name
    assert any("Practitioner X" in spoken(page) for page in pages(ClaimKind.BARCODE, language))
    assert any("Dental care" in spoken(page) for page in pages(ClaimKind.BARCODE, language))


@pytest.mark.parametrize("language", languages())
def test_only_a_receipt_lets_a_page_or_slip_say_registered(language: str) -> None:
    for page in pages(ClaimKind.BARCODE, language):
        words = listed(language, "X-Registered")
        claims = any(word in page.heading or word in " ".join(page.sentences) for word in words)
        assert not claims or page.sign.value == "registered", page
        if page.name == "done":
            assert claims == (page.sign.value == "registered"), page
    for standing in Standing:
        slip = ticket.for_check_in(CheckIn((BOOKED,)), Arrival("A 001", standing, 1), SITE).map(
            lambda text: say(text, language)
        )
        claims = any(word in " ".join(slip.sentences) for word in listed(language, "X-Registered"))
        assert claims == (standing is Standing.REGISTERED)


@pytest.mark.parametrize("language", languages())
def test_a_slip_names_no_speciality(language: str) -> None:
    slip = ticket.for_check_in(CheckIn((BOOKED,)), Arrival("A 001", Standing.RECORDED, 1), SITE).map(
        lambda text: say(text, language)
    )
    everything = " ".join([slip.site, slip.place, slip.way or "", *slip.sentences])
    assert "Dental care" not in everything
    assert "Waiting area B2" in everything


def test_an_unknown_area_is_asked_for_and_not_guessed() -> None:
    lost = replace(BOOKED, area="Z9")
    page = tell(visit.Confirming("en", ClaimKind.BARCODE, CheckIn((lost,))), SITE, NOW)
    assert page.card is not None
    assert page.card.place is not None
    assert page.card.place.key == "place.ask-desk"
    assert (
        ticket.for_check_in(CheckIn((lost,)), Arrival("A 001", Standing.RECORDED, 1), SITE).place.key
        == "place.ask-desk"
    )


def test_the_frame_names_each_language_in_itself() -> None:
    for language in languages():
        words = frame(SITE).map(lambda text: say(text, language))  # noqa: B023
        assert words.languages == (("fi", "Suomi"), ("sv", "Svenska"), ("en", "English"))
        assert "112" in words.urgent


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ClaimKind)
def test_under_non_disclosure_nothing_but_the_number_is_told(kind: ClaimKind, language: str) -> None:
    hidden = replace(BOOKED, protected=True, site="")
    arrival = Arrival("A 001", Standing.RECORDED, 1, NOW)
    plan = CheckIn((hidden,), (replace(hidden, id="A2"),))
    told: list[visit.State] = [
        visit.Confirming(language, kind, plan),
        visit.Done(language, kind, plan, arrival),
        visit.Told(language, kind, outcome.AlreadyIn(hidden, arrival, plan.later)),
    ]
    for one in OUTCOMES:
        if hasattr(one, "appointment"):
            changed = replace(one.appointment, protected=True)
            told.append(visit.Told(language, kind, replace(one, appointment=changed), arrival))  # type: ignore[arg-type]
    when = say(Text("time", {"time": SITE.local(BOOKED.starts)}), language)
    for state in told:
        page = tell(state, RICH, NOW).map(lambda text: say(text, language))
        for secret in (when, "Dental care", "Practitioner X", "Waiting area B2", "Vuosaari", "•• 67"):
            assert secret not in spoken(page), (page.name, secret)
    slip = ticket.for_check_in(plan, arrival, RICH).map(lambda text: say(text, language))
    for secret in (when, "Waiting area B2", "Second floor"):
        assert secret not in " ".join([slip.place, slip.way or "", *slip.sentences])
