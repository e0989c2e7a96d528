from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import rules, visit
from kiosk.checkin.appointment import Arrival, Standing, Status
from kiosk.checkin.identity import ClaimKind, Scan
from kiosk.checkin.page import Role
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.tell import tell
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Keyed, Setting, step
from tests.example_site import NOW, SITE, appointment

SETTING = Setting(SITE, "fi", NOW)
FRESH = DataQuality(NOW)
CARD = visit.Scanned(Scan("010594Y9032"))
ARRIVAL = Arrival("A 001", Standing.RECORDED, 7)


def play(state: visit.State, *events: visit.Event) -> tuple[visit.State, list[visit.Effect]]:
    effects: list[visit.Effect] = []
    for event in events:
        taken = step(state, event, SETTING)
        state, effects = taken.state, [*effects, *taken.effects]
    return state, effects


def name(state: visit.State) -> str:
    return tell(state, SITE).name


def test_the_thin_line() -> None:
    booked = appointment()
    state, effects = play(visit.start(SETTING), CARD)
    assert isinstance(effects[0], visit.Find)
    state, effects = play(state, visit.Found((booked,), FRESH))
    assert (name(state), effects) == ("confirm", [])
    state, effects = play(state, Chosen("check-in"))
    assert effects == [visit.Record(booked, ClaimKind.BARCODE, "fi")]
    state, effects = play(state, visit.CheckInRecorded(ARRIVAL))
    assert effects == [visit.PrintTicket(booked, ARRIVAL, "fi")]
    assert tell(state, SITE).sign.value == "recorded"
    state, _ = play(state, visit.ReceiptArrived(7))
    assert tell(state, SITE).sign.value == "registered"
    state, _ = play(state, visit.TimeUp())
    assert state == visit.Welcome("fi")


def test_registered_is_said_only_for_its_own_receipt() -> None:
    state, _ = play(visit.Done("fi", ClaimKind.BARCODE, appointment(), ARRIVAL), visit.ReceiptArrived(8))
    assert tell(state, SITE).sign.value == "recorded"
    assert visit.awaited_receipt(state) == 7


def test_a_check_in_that_was_not_written_is_not_claimed() -> None:
    state, effects = play(visit.Recording("fi", ClaimKind.BARCODE, appointment()), visit.CheckInFailed())
    assert (name(state), tell(state, SITE).sign.value, effects) == ("not-recorded", "not-registered", [])


def test_nothing_found_asks_the_centre_once_before_it_is_told() -> None:
    state, effects = play(visit.Welcome("fi"), CARD, visit.Found((), FRESH))
    assert effects[-1] == visit.Pull()
    assert name(state) == "looking"
    state, effects = play(state, visit.Pulled())
    assert isinstance(effects[-1], visit.Find)
    state, effects = play(state, visit.Found((), FRESH))
    assert (name(state), effects) == ("no-match", [])


def test_paper() -> None:
    done = visit.Done("fi", ClaimKind.BARCODE, appointment(), ARRIVAL)
    for outcome, key in (
        (PrintOutcome.PRINTED, "paper.take"),
        (PrintOutcome.FAILED, "paper.none"),
        (PrintOutcome.UNKNOWN, "paper.none"),
    ):
        state, _ = play(done, visit.TicketEnded(PrintResult(7, outcome)))
        page = tell(state, SITE)
        assert page.sentences[-1].key == key
        assert page.card is not None
        assert page.card.number_alone is (key == "paper.none")
    other, _ = play(done, visit.TicketEnded(PrintResult(6, PrintOutcome.PRINTED)))
    assert tell(other, SITE).sentences[-1].key == "paper.printing"


def test_typing_keeps_what_was_typed_when_it_holds_a_mistake() -> None:
    state, _ = play(visit.Welcome("fi"), Chosen("type"), *(Keyed(key) for key in "010594Y9033"), Chosen("ready"))
    page = tell(state, SITE)
    assert page.entry is not None
    assert page.entry.error is not None
    assert page.entry.shown == "••••••••••3"
    state, effects = play(state, Chosen("erase"), Keyed("2"), Chosen("ready"))
    assert isinstance(effects[-1], visit.Find)
    assert effects[-1].claim.kind is ClaimKind.TYPED


@pytest.mark.parametrize("key", ["Y", "-", "", "00", "Ä", "\n"])
def test_keys_that_do_not_fit_are_ignored(key: str) -> None:
    assert play(visit.Entering("fi"), Keyed(key))[0] == visit.Entering("fi")


def test_time_is_asked_for_before_anything_is_lost() -> None:
    confirming = visit.Confirming("sv", ClaimKind.BARCODE, appointment())
    asking, _ = play(confirming, visit.TimeUp())
    assert name(asking) == "more-time"
    for _ in range(12):
        back, _ = play(asking, Chosen("more-time"))
        assert back == confirming
        asking, _ = play(back, visit.TimeUp())
    assert play(asking, visit.TimeUp())[0] == visit.Welcome("fi")
    assert visit.patience(asking) == 20.0


def test_a_language_holds_until_the_visit_ends() -> None:
    state, _ = play(visit.Welcome("fi"), visit.LanguageChosen("en"), Chosen("type"))
    assert state == visit.Entering("en")
    assert play(state, visit.LanguageChosen("xx"))[0] == state
    asking, _ = play(state, visit.TimeUp(), visit.LanguageChosen("sv"), Chosen("more-time"))
    assert asking == visit.Entering("sv")
    assert play(asking, visit.TimeUp(), visit.TimeUp())[0] == visit.Welcome("fi")


def test_without_a_site_nothing_is_served() -> None:
    nowhere = Setting(None, "fi", NOW)
    assert step(visit.Welcome("fi"), CARD, nowhere) == visit.Step(visit.Closed("fi"))
    assert step(visit.Closed("fi"), visit.SiteArrived(), SETTING).state == visit.Welcome("fi")


appointments = st.lists(
    st.builds(
        lambda name, minutes, status, arrived: appointment(name, minutes, status, ARRIVAL if arrived else None),
        st.sampled_from(["A", "B", "C"]),
        st.integers(-200, 200),
        st.sampled_from(Status),
        st.booleans(),
    ),
    max_size=3,
).map(tuple)

events = st.one_of(
    st.sampled_from(["010594Y9032", "123456", "rubbish", ""]).map(lambda text: visit.Scanned(Scan(text))),
    st.sampled_from(["type", "check-in", "not-mine", "ready", "back", "erase", "finish", "more-time", "nonsense"]).map(
        Chosen
    ),
    st.sampled_from("0123456789-+ABY\x00").map(Keyed),
    st.sampled_from(["fi", "sv", "en", "xx"]).map(visit.LanguageChosen),
    st.builds(visit.Found, appointments, st.sampled_from([FRESH, DataQuality(None)])),
    st.builds(visit.CheckInRecorded, st.sampled_from([ARRIVAL, replace(ARRIVAL, fact=8)])),
    st.integers(6, 9).map(visit.ReceiptArrived),
    st.builds(PrintResult, st.integers(6, 9), st.sampled_from(PrintOutcome)).map(visit.TicketEnded),
    st.sampled_from([visit.Pulled(), visit.CheckInFailed(), visit.TimeUp(), visit.SiteArrived(), visit.Touched()]),
)


@settings(max_examples=300)
@given(st.lists(events, max_size=40))
def test_whatever_happens_there_is_a_page_with_a_way_on(played: list[visit.Event]) -> None:
    state = visit.start(SETTING)
    registered: set[int] = set()
    for event in played:
        if isinstance(event, visit.ReceiptArrived):
            registered.add(event.fact)
        state = step(state, event, SETTING).state
        page = tell(state, SITE)
        assert page.choices or page.entry or page.shape.value == "busy", "a page without a way on"
        assert sum(choice.role is Role.MAIN for choice in page.choices) <= 1
        if isinstance(state, visit.Done) and page.sign.value == "registered":
            assert state.arrival.fact in registered
        if page.personal or page.shape.value == "busy":
            assert visit.patience(state) is not None or isinstance(state, visit.Recording)
    # Left alone, every state comes back to a page without a person: nothing personal outlives its visitor.
    for _ in range(4):
        if not isinstance(state, visit.Welcome | visit.Recording):
            state = step(state, visit.TimeUp(), SETTING).state
            if isinstance(state, visit.Looking):
                state = step(state, visit.Found((), FRESH), SETTING).state
    assert isinstance(state, visit.Welcome | visit.Recording)


def test_every_outcome_has_a_page_of_its_own() -> None:
    booked = appointment()
    outcomes: list[rules.Outcome] = [
        rules.AlreadyIn(booked, ARRIVAL),
        rules.TooEarly(booked, NOW),
        rules.TooLate(booked),
        rules.Cancelled(booked),
        rules.NoMatch(),
        rules.CannotTell(),
    ]
    names = [name(visit.Told("fi", ClaimKind.BARCODE, outcome)) for outcome in outcomes]
    assert names == [outcome.reason for outcome in outcomes]
