"""A card in the reader, from the slot to the page; and the ways that a page names."""

import pytest

from kiosk.checkin import faults, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import Fault, Part
from kiosk.checkin.health import Health, Trouble
from kiosk.checkin.identity import Claim, ClaimKind, Scan
from kiosk.checkin.means import Means, Way, means
from kiosk.checkin.outcome import CheckIn, NoMatch
from kiosk.checkin.page import WayIn
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.tell import tell
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit.states import CallBack, Identifying
from tests.checkin.clients import CENTRE, IN, VISIT
from tests.example_site import NOW

SETTING = visit.Setting(CENTRE, "fi", NOW)
FRESH = DataQuality(NOW)
CHIP = Claim(ClaimKind.CHIP, "satu:99900001N")


def after(state: visit.State, *events: visit.Event) -> visit.State:
    for event in events:
        state = visit.step(state, event, SETTING).state
    return state


def test_from_the_slot_to_the_number_it_takes_one_touch() -> None:
    asked = after(visit.Welcome("sv"), CardInserted(), CardRead(CHIP), visit.Found((VISIT,), FRESH))
    assert isinstance(asked, visit.Confirming)
    assert (asked.kind, asked.language) == (ClaimKind.CHIP, "sv")
    assert isinstance(after(asked, visit.Chosen("check-in")), visit.Recording)


def test_a_chip_is_shown_as_much_as_a_document_is() -> None:
    asked = after(visit.Welcome("fi"), CardInserted(), CardRead(CHIP), visit.Found((VISIT,), FRESH))
    card = tell(asked, CENTRE, NOW).card
    assert card is not None
    assert card.title is not None


@pytest.mark.parametrize("failure", CardFailure)
def test_a_card_that_makes_no_claim_leaves_two_ways_on_and_the_third_time_a_person(failure: CardFailure) -> None:
    state = after(visit.Welcome("fi"), CardInserted(), CardNotRead(failure))
    assert state == visit.NotRead("fi", failure, 1)
    assert {choice.id for choice in tell(state, CENTRE, NOW).choices} == {"type", "finish"}
    assert isinstance(after(state, visit.Chosen("type")), visit.Entering)
    again = after(state, CardRemoved(), CardInserted(), CardNotRead(failure))
    assert again == visit.NotRead("fi", failure, 2)
    assert isinstance(after(again, CardInserted(), CardNotRead(failure)), visit.HandedOver)


def test_a_reader_that_falls_silent_holds_nobody_up() -> None:
    reading = after(visit.Welcome("fi"), CardInserted())
    assert visit.patience(reading) == 10
    assert after(reading, visit.TimeUp()) == visit.NotRead("fi", CardFailure.UNREADABLE, 1)


@pytest.mark.parametrize("quality", [FRESH, DataQuality(None)], ids=["no-match", "cannot-tell"])
def test_a_chip_that_nobody_knows_here_asks_for_something_else_and_blames_nobody(quality: DataQuality) -> None:
    read = after(visit.Welcome("fi"), CardInserted(), CardRead(CHIP))
    state = after(read, visit.Found((), quality), visit.Pulled(), visit.Found((), quality))
    assert state == visit.NotRead("fi", CardFailure.NOT_LINKED, 1)
    assert [text.key for text in tell(state, CENTRE, NOW).sentences] == ["card-not-linked.sentence"]
    scanned = after(state, visit.Scanned(Scan("010594Y9032")), visit.Found((VISIT,), FRESH))
    assert isinstance(scanned, visit.Confirming)


def test_whoever_wants_to_be_called_may_use_a_chip() -> None:
    purpose = CallBack("dental")
    state = after(Identifying("fi", purpose), CardInserted(), CardRead(CHIP))
    assert isinstance(state, visit.TypingPhone)
    assert (state.purpose, state.claim) == (purpose, CHIP)


@pytest.mark.parametrize(
    "state",
    [
        visit.Closed("fi"),
        visit.Looking("fi", CHIP),
        visit.Recording("fi", ClaimKind.CHIP, CheckIn((VISIT,))),
        visit.Reporting("fi", ClaimKind.CHIP, NoMatch()),
    ],
    ids=lambda state: type(state).__name__,
)
def test_a_card_disturbs_nothing_that_is_being_done(state: visit.State) -> None:
    assert after(state, CardInserted(), CardRead(CHIP)) == state
    assert after(state, CardInserted(), CardNotRead(CardFailure.PULLED), CardRemoved()) == state


def test_a_card_that_is_not_needed_any_more_is_not_forgotten() -> None:
    for state, reminds in (
        (visit.Welcome("fi"), True),
        (visit.NotRead("fi", CardFailure.UNKNOWN), True),
        (visit.ReadingCard("fi"), False),
        (visit.Confirming("fi", ClaimKind.CHIP, CheckIn((VISIT,))), False),
    ):
        for card_in in (True, False):
            told = [text.key for text in tell(state, CENTRE, NOW, card_in=card_in).sentences]
            assert ("card.take" in told) == (reminds and card_in), state


def of(*broken: Fault, parts: tuple[Part, ...] = (Part.SCANNER, Part.CARD_READER)) -> Means:
    return means(Health(tuple(Trouble(fault, NOW) for fault in broken), parts=frozenset(parts)))


def test_a_way_works_until_more_than_a_note_stands_against_it() -> None:
    assert of() == Means(Way.WORKS, Way.WORKS)
    assert of(faults.CARD_LEFT_BEHIND) == Means(Way.WORKS, Way.WORKS)
    assert of(faults.SCANNER_SILENT) == Means(Way.BROKEN, Way.WORKS)
    assert of(faults.CARD_SERVICE_DOWN) == Means(Way.WORKS, Way.BROKEN)
    assert of(parts=(Part.PRINTER,)) == Means(Way.ABSENT, Way.ABSENT)


@pytest.mark.parametrize("scanner", Way)
@pytest.mark.parametrize("card_reader", Way)
@pytest.mark.parametrize("state", [visit.Welcome("fi"), Identifying("fi", CallBack("dental"))])
def test_a_page_names_only_the_ways_that_work(state: visit.State, scanner: Way, card_reader: Way) -> None:
    page = tell(state, CENTRE, NOW, Means(scanner, card_reader))
    sentences = {text.key for text in page.sentences}
    items = {text.key for text in page.items}
    works = {scanner: "scanner", card_reader: "card-reader"}
    assert ("welcome.sentence" in sentences) == ("welcome.kela-card" in items) == (scanner is Way.WORKS)
    assert bool(sentences & {"welcome.or-insert", "welcome.insert"}) == (card_reader is Way.WORKS)
    assert ("welcome.chip-card" in items) == (card_reader is Way.WORKS)
    assert bool(sentences & {"welcome.no-scanner", "welcome.no-card-reader", "welcome.no-cards"}) == (
        Way.BROKEN in works
    )
    assert ("welcome.type" in sentences) == (page.way_in is WayIn.TYPE) == (Way.WORKS not in works)
    assert "type" in {choice.id for choice in page.choices}


def test_the_next_of_a_family_reads_the_earlier_numbers_and_the_ways() -> None:
    page = tell(visit.Welcome("fi", earlier=("A 001",)), CENTRE, NOW, Means(Way.BROKEN, Way.WORKS))
    assert [text.key for text in page.sentences] == ["welcome.insert", "welcome.no-scanner"]
    assert len(page.items) == 1


def test_the_numbers_of_a_family_outlast_a_card_that_cannot_be_read() -> None:
    failed = after(visit.Welcome("fi", earlier=("A 001",)), CardInserted(), CardNotRead(CardFailure.UNREADABLE))
    typing = after(failed, visit.Chosen("type"))
    assert isinstance(typing, visit.Entering)
    assert typing.earlier == ("A 001",)


@pytest.mark.parametrize(("answer", "accepted"), [(visit.Recorded(IN), True), (visit.RecordFailed(), False)])
def test_a_corrected_number_is_taken_for_corrected_only_when_it_is_on_the_disk(
    answer: visit.Event, accepted: bool
) -> None:
    done = visit.Done("fi", ClaimKind.CHIP, CheckIn((VISIT,)), IN)
    typed = visit.CheckingContact("fi", done, typed="0401234567")
    state = after(typed, visit.Chosen("ready"), answer)
    assert state == (done if accepted else visit.CheckingContact("fi", done))


def test_what_became_of_the_slip_is_known_under_a_call_for_staff_too() -> None:
    done = visit.Done("fi", ClaimKind.CHIP, CheckIn((VISIT,)), IN)
    ended = visit.TicketEnded(PrintResult(5, PrintOutcome.FAILED))
    state = after(done, visit.Chosen("call-staff"), ended, visit.Chosen("more-time"))
    assert isinstance(state, visit.Done)
    assert state.paper is PrintOutcome.FAILED
