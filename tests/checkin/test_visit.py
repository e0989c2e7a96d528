import dataclasses
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import outcome, visit
from kiosk.checkin.appointment import Arrival, Standing, Status
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.identity import LONGEST_TYPED_CODE, Claim, ClaimKind, Scan
from kiosk.checkin.outcome import CheckIn
from kiosk.checkin.page import Keypad, Role
from kiosk.checkin.rules import DataQuality
from kiosk.checkin.site import Hours, Neighbour, Policy, Service
from kiosk.checkin.tell import tell
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Keyed, Setting, step
from tests.example_site import NOW, SITE, appointment, words

SETTING = Setting(SITE, "fi", NOW)
CODED = replace(SITE, policy=Policy(code_pattern="AJ-[0-9A-Z]{8}"))
WITH_CODES = Setting(CODED, "fi", NOW)
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
    return tell(state, SITE, NOW).name


def test_the_thin_line() -> None:
    booked = appointment()
    state, effects = play(visit.start(SETTING), CARD)
    assert isinstance(effects[0], visit.Find)
    state, effects = play(state, visit.Found((booked,), FRESH))
    assert (name(state), effects) == ("confirm", [])
    state, effects = play(state, Chosen("check-in"))
    assert effects == [visit.RecordCheckIn((booked,), ClaimKind.BARCODE, "fi")]
    state, effects = play(state, visit.Recorded(ARRIVAL))
    (slip,) = effects
    assert isinstance(slip, visit.PrintSlip)
    assert (slip.slip.number, slip.job) == ("A 001", 7)
    assert tell(state, SITE, NOW).sign.value == "recorded"
    state, _ = play(state, visit.ReceiptArrived(7))
    assert tell(state, SITE, NOW).sign.value == "registered"
    state, _ = play(state, Chosen("finish"))
    assert state == visit.Welcome("fi")


def test_registered_is_said_only_for_its_own_receipt() -> None:
    state, _ = play(visit.Done("fi", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL), visit.ReceiptArrived(8))
    assert tell(state, SITE, NOW).sign.value == "recorded"
    assert visit.awaited_receipt(state) == 7


def test_a_check_in_that_was_not_written_is_not_claimed() -> None:
    state, effects = play(visit.Recording("fi", ClaimKind.BARCODE, CheckIn((appointment(),))), visit.RecordFailed())
    assert (name(state), tell(state, SITE, NOW).sign.value, effects) == ("not-recorded", "not-registered", [])


def test_nothing_found_asks_the_centre_once_before_it_is_told() -> None:
    state, effects = play(visit.Welcome("fi"), CARD, visit.Found((), FRESH))
    assert effects[-1] == visit.Pull()
    assert name(state) == "looking"
    state, effects = play(state, visit.Pulled())
    assert isinstance(effects[-1], visit.Find)
    state, effects = play(state, visit.Found((), FRESH))
    (report,) = effects
    assert isinstance(report, visit.Report)
    assert name(state) == "recording"
    state, effects = play(state, visit.Recorded(ARRIVAL))
    assert name(state) == "no-match"
    assert isinstance(effects[0], visit.PrintSlip)


def test_paper() -> None:
    done = visit.Done("fi", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL)
    for printed, key in (
        (PrintOutcome.PRINTED, "paper.take"),
        (PrintOutcome.FAILED, "paper.none"),
        (PrintOutcome.UNKNOWN, "paper.none"),
    ):
        state, _ = play(done, visit.TicketEnded(PrintResult(7, printed)))
        page = tell(state, SITE, NOW)
        assert page.sentences[-1].key == key
        assert page.card is not None
        assert page.card.number_alone is (key == "paper.none")
    other, _ = play(done, visit.TicketEnded(PrintResult(6, PrintOutcome.PRINTED)))
    assert tell(other, SITE, NOW).sentences[-1].key == "paper.printing"


def test_typing_keeps_what_was_typed_when_it_holds_a_mistake() -> None:
    state, _ = play(visit.Welcome("fi"), Chosen("type"), *(Keyed(key) for key in "010594Y9033"), Chosen("ready"))
    page = tell(state, SITE, NOW)
    assert page.entry is not None
    assert page.entry.error is not None
    assert page.entry.shown == "••••••••••3"
    state, effects = play(state, Chosen("erase"), Keyed("2"), Chosen("ready"))
    assert isinstance(effects[-1], visit.Find)
    assert effects[-1].claim.kind is ClaimKind.TYPED


def coded(state: visit.State, *events: visit.Event) -> visit.State:
    """The same at a site whose appointments have codes."""
    for event in events:
        state = step(state, event, WITH_CODES).state
    return state


def test_the_code_of_an_appointment_may_be_typed_instead() -> None:
    state = coded(
        visit.Welcome("sv", failures=1, earlier=("A 001",)), Chosen("type"), *map(Keyed, "0105"), Chosen("type-code")
    )
    # The keys change, and nothing of the identity code is left over.
    assert state == visit.Entering("sv", failures=1, earlier=("A 001",), by_code=True)
    assert step(state, Chosen("ready"), WITH_CODES).state == state
    state = coded(state, *map(Keyed, "AJ-0042KMPX"))
    page = tell(state, CODED, NOW)
    assert page.entry is not None
    assert (page.entry.shown, page.entry.keypad, page.personal) == ("AJ-0042KMPX", Keypad.CODE, True)
    assert "0042KMPX" not in repr(state)
    looking = step(state, Chosen("ready"), WITH_CODES)
    claim = Claim(ClaimKind.TYPED_CODE, "AJ-0042KMPX")
    assert looking.effects == (visit.Find(claim),)
    assert looking.state == visit.Looking("sv", claim, failures=1, earlier=("A 001",))


def test_a_typed_code_with_a_mistake_is_kept_and_counts_as_a_failure() -> None:
    state = coded(visit.Entering("fi", by_code=True), *map(Keyed, "AJ-0042"), Chosen("ready"))
    page = tell(state, CODED, NOW)
    assert page.entry is not None
    assert page.entry.error is not None
    assert (page.entry.error.key, page.entry.shown) == ("type-code.mistake", "AJ-0042")
    # What is wrong stands where the other keys are offered, and goes with the next touch.
    assert "type" not in [choice.id for choice in page.choices]
    mended = tell(step(state, Chosen("erase"), WITH_CODES).state, CODED, NOW)
    assert "type" in [choice.id for choice in mended.choices]
    # Two kinds of codes are tried out, one count of failures.
    state = coded(state, Chosen("type"), *map(Keyed, "010594Y9033"), Chosen("ready"))
    assert name(state) == "type"
    state = coded(state, Chosen("type-code"), Keyed("X"), Chosen("ready"))
    assert state == visit.HandedOver("fi")


def test_codes_are_typed_only_where_the_site_has_some_and_only_to_check_in() -> None:
    entering = visit.Entering("fi")
    assert step(entering, Chosen("type-code"), SETTING).state == entering
    assert [choice.id for choice in tell(entering, SITE, NOW).choices] == ["ready", "erase", "back"]
    to_be_called = visit.Entering("fi", purpose=visit.CallBack("dental"))
    assert step(to_be_called, Chosen("type-code"), WITH_CODES).state == to_be_called
    assert [choice.id for choice in tell(to_be_called, CODED, NOW).choices] == ["ready", "erase", "back"]
    assert [choice.id for choice in tell(entering, CODED, NOW).choices][-1] == "type-code"
    welcome = tell(visit.Welcome("fi"), CODED, NOW).choices[0]
    assert welcome.note is not None
    assert tell(visit.Welcome("fi"), SITE, NOW).choices[0].note is None


def test_keys_end_where_a_code_does() -> None:
    state = coded(visit.Entering("fi", by_code=True), *[Keyed("A")] * 40)
    assert state == visit.Entering("fi", "A" * LONGEST_TYPED_CODE, by_code=True)
    assert step(state, Keyed("ä"), WITH_CODES).state == state


@pytest.mark.parametrize("key", ["Y", "-", "", "00", "Ä", "\n"])
def test_keys_that_do_not_fit_are_ignored(key: str) -> None:
    assert play(visit.Entering("fi"), Keyed(key))[0] == visit.Entering("fi")


def test_time_is_asked_for_before_anything_is_lost() -> None:
    confirming = visit.Confirming("sv", ClaimKind.BARCODE, CheckIn((appointment(),)))
    asking, _ = play(confirming, visit.TimeUp())
    assert name(asking) == "more-time"
    for _ in range(12):
        back, _ = play(asking, Chosen("more-time"))
        assert back == confirming
        asking, _ = play(back, visit.TimeUp())
    assert play(asking, visit.TimeUp())[0] == visit.Welcome("fi")
    assert visit.patience(asking) == 20.0


LAST_PAGES: tuple[visit.State, ...] = (
    visit.Done("sv", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL, PrintOutcome.PRINTED),
    visit.Done("sv", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL),
    visit.Queued("sv", "lab", ARRIVAL, PrintOutcome.FAILED),
    visit.CallBackRequested("sv", visit.CallBack("dental"), ARRIVAL),
    visit.Told("sv", ClaimKind.BARCODE, outcome.NoMatch(), ARRIVAL),
    visit.HandedOver("sv"),
    visit.NotRecorded("sv"),
    visit.Welcome("sv", earlier=("A 041",)),
)


@pytest.mark.parametrize("last", LAST_PAGES, ids=lambda state: type(state).__name__)
def test_no_last_page_goes_away_unasked_and_none_stays(last: visit.State) -> None:
    asking, effects = play(last, visit.TimeUp())
    assert (asking, effects) == (visit.Asking("sv", last), [])  # type: ignore[arg-type]
    assert play(asking, Chosen("more-time"))[0] == last
    ended = step(asking, visit.TimeUp(), SETTING)
    assert (ended.state, ended.over) == (visit.Welcome("fi"), True)
    assert play(asking, Chosen("finish"))[0] == visit.Welcome("fi")


@pytest.mark.parametrize("last", LAST_PAGES, ids=lambda state: type(state).__name__)
def test_the_next_card_is_the_next_clients_also_while_the_last_one_is_asked(last: visit.State) -> None:
    asking = visit.Asking("sv", last)  # type: ignore[arg-type]
    assert step(asking, CARD, SETTING) == step(last, CARD, SETTING)
    assert step(asking, CardInserted(), SETTING) == step(last, CardInserted(), SETTING)


def test_what_becomes_true_while_it_is_asked_stands_on_the_last_page() -> None:
    asking = visit.Asking("fi", visit.Done("fi", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL))
    assert visit.awaited_receipt(asking) == 7
    state, _ = play(asking, visit.ReceiptArrived(7), visit.TicketEnded(PrintResult(7, PrintOutcome.PRINTED)))
    state, _ = play(state, Chosen("more-time"))
    assert isinstance(state, visit.Done)
    assert (state.arrival.standing, state.paper) == (Standing.REGISTERED, PrintOutcome.PRINTED)


def test_who_called_staff_is_asked_before_the_visit_is_lost() -> None:
    confirming = visit.Confirming("sv", ClaimKind.BARCODE, CheckIn((appointment(),)))
    for before in (confirming, visit.Welcome("sv"), *LAST_PAGES):
        asking, _ = play(before, Chosen("call-staff"), visit.TimeUp())
        assert asking == visit.Asking("sv", before)  # type: ignore[arg-type]
        assert play(asking, Chosen("more-time"))[0] == before
        assert play(asking, visit.TimeUp())[0] == visit.Welcome("fi")


def test_the_first_page_where_nothing_has_begun_asks_nobody() -> None:
    for failures in (0, 1):
        ended = step(visit.Welcome("sv", failures), visit.TimeUp(), SETTING)
        assert (ended.state, ended.over) == (visit.Welcome("fi"), True)


def test_back_from_the_phone_number_is_one_page_back() -> None:
    typing = visit.TypingPhone("sv", Claim(ClaimKind.BARCODE, "010594Y9032"), visit.CallBack("dental"), "0401")
    back = step(typing, Chosen("back"), EVERYTHING)
    # Of whoever showed the card nothing is held any more.
    assert back == visit.Step(visit.Identifying("sv", visit.CallBack("dental")))


def test_a_language_holds_until_the_visit_ends() -> None:
    state, _ = play(visit.Welcome("fi"), visit.LanguageChosen("en"), Chosen("type"))
    assert state == visit.Entering("en")
    assert play(state, visit.LanguageChosen("xx"))[0] == state
    asking, _ = play(state, visit.TimeUp(), visit.LanguageChosen("sv"), Chosen("more-time"))
    assert asking == visit.Entering("sv")
    assert play(asking, visit.TimeUp(), visit.TimeUp())[0] == visit.Welcome("fi")


def test_without_a_site_nothing_is_served() -> None:
    nowhere = Setting(None, "fi", NOW)
    assert step(visit.Welcome("fi"), CARD, nowhere) == visit.Step(visit.Closed("fi"), over=True)
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

SITE_WITH_ALL = replace(
    SITE,
    services={"lab": Service("lab", words("Lab"), "B2", "L", tuple(Hours(d, time(0), time(23)) for d in range(1, 8)))},
    policy=Policy(
        family=True, contact_check=True, desk_tickets=True, call_back_services=("dental",), code_pattern="[AB0-9]{3}"
    ),
    neighbours={
        "vuosaari": Neighbour("vuosaari", words("Vuosaari"), words("Street 1"), words("Metro"), 20, "https://m")
    },
)
EVERYTHING = Setting(SITE_WITH_ALL, "fi", NOW)

events = st.one_of(
    st.sampled_from(["010594Y9032", "123456", "rubbish", ""]).map(lambda text: visit.Scanned(Scan(text))),
    st.sampled_from(
        [
            *("type", "check-in", "not-mine", "ready", "back", "erase", "finish", "more-time", "nonsense", "walk-in"),
            *("call-back", "call-staff", "another-person", "contact", "correct", "still-right", "service-lab"),
            *("service-dental", "service-nowhere", "type-code"),
        ]
    ).map(Chosen),
    st.sampled_from("0123456789-+ABY\x00").map(Keyed),
    st.sampled_from(["fi", "sv", "en", "xx"]).map(visit.LanguageChosen),
    st.builds(visit.Found, appointments, st.sampled_from([FRESH, DataQuality(None), DataQuality(NOW, False)])),
    st.builds(
        visit.Recorded, st.sampled_from([ARRIVAL, replace(ARRIVAL, fact=8), replace(ARRIVAL, fact=None)]), st.booleans()
    ),
    st.builds(visit.ReceiptArrived, st.integers(6, 9), st.sampled_from([Standing.REGISTERED, Standing.DISPUTED])),
    st.builds(PrintResult, st.integers(6, 9), st.sampled_from(PrintOutcome)).map(visit.TicketEnded),
    st.sampled_from([visit.Pulled(), visit.RecordFailed(), visit.TimeUp(), visit.SiteArrived(), visit.Touched()]),
    st.sampled_from([CardInserted(), CardRead(Claim(ClaimKind.CHIP, "satu:99900001N")), CardRemoved()]),
    st.sampled_from(CardFailure).map(CardNotRead),
)


@settings(max_examples=2800)  # some 50,000 steps
@given(st.lists(events, max_size=40))
def test_whatever_happens_there_is_a_page_with_a_way_on(played: list[visit.Event]) -> None:
    state = visit.start(EVERYTHING)
    registered: set[int | None] = set()
    for event in played:
        if isinstance(event, visit.ReceiptArrived) and event.standing is Standing.REGISTERED:
            registered.add(event.fact)
        state = step(state, event, EVERYTHING).state
        page = tell(state, SITE_WITH_ALL, NOW)
        assert page.choices or page.entry or page.shape.value == "busy", "a page without a way on"
        assert sum(choice.role is Role.MAIN for choice in page.choices) <= 1
        if isinstance(state, visit.Done | visit.Queued) and page.sign.value == "registered":
            assert state.arrival.fact in registered
        if page.personal and page.shape.value != "busy":
            assert visit.patience(state) is not None
    # Left alone, every state comes back to a page without a person: nothing personal outlives its visitor.
    for _ in range(6):
        if not isinstance(state, visit.Welcome) and visit.patience(state) is None:
            state = step(state, visit.RecordFailed(), EVERYTHING).state
        if visit.patience(state) is not None:
            state = step(state, visit.TimeUp(), EVERYTHING).state
        if isinstance(state, visit.Looking):
            state = step(state, visit.Found((), FRESH), EVERYTHING).state
    assert state == visit.Welcome("fi")


def test_every_outcome_has_a_page_of_its_own() -> None:
    booked = appointment()
    for kind in outcome.ALL:
        if kind is outcome.CheckIn:
            continue
        fields = {field.name for field in dataclasses.fields(kind)}
        given = {"appointment": booked, "arrival": ARRIVAL, "opens": NOW, "in_time": True}
        told = kind(**{key: value for key, value in given.items() if key in fields})  # type: ignore[arg-type]
        assert name(visit.Told("fi", ClaimKind.BARCODE, told, ARRIVAL)) == kind.reason


def test_three_failures_hand_over_to_a_person() -> None:
    rubbish = visit.Scanned(Scan("rubbish"))
    state, _ = play(visit.Welcome("sv"), rubbish)
    assert name(state) == "not-known-code"
    state, _ = play(state, Chosen("type"), *(Keyed(key) for key in "010594Y9033"), Chosen("ready"))
    assert name(state) == "type"
    state, _ = play(state, Chosen("ready"))
    assert (name(state), state.language) == ("handed-over", "sv")


def test_staff_can_be_called_from_every_page_and_the_visit_goes_on() -> None:
    confirming = visit.Confirming("sv", ClaimKind.BARCODE, CheckIn((appointment(),)))
    standing: tuple[visit.State, ...] = (visit.Welcome("sv"), confirming, visit.Entering("sv", "0105"))
    for before in standing:
        state, effects = play(before, Chosen("call-staff"))
        assert isinstance(effects[0], visit.SignalStaff)
        assert isinstance(effects[1], visit.Report)
        assert play(state, Chosen("more-time"))[0] == before
        assert "0105" not in str(effects)


def test_several_visits_are_one_touch_and_one_slip() -> None:
    first, second, later = appointment("A", 10), appointment("B", 20), appointment("C", 300)
    state, _ = play(visit.Welcome("fi"), CARD, visit.Found((later, second, first), FRESH))
    page = tell(state, SITE, NOW)
    assert (page.name, [row.now for row in page.rows]) == ("day-plan", [True, True, False])
    state, effects = play(state, Chosen("check-in"))
    assert effects == [visit.RecordCheckIn((first, second), ClaimKind.BARCODE, "fi")]
    _, (slip,) = play(state, visit.Recorded(ARRIVAL))
    assert isinstance(slip, visit.PrintSlip)
    assert [text.key for text in slip.slip.sentences[:3]] == ["ticket.time", "ticket.also-at", "ticket.also-at"]


def test_a_family_checks_in_one_after_the_other() -> None:
    done = visit.Done("fi", ClaimKind.BARCODE, CheckIn((appointment(),)), ARRIVAL)
    assert step(done, Chosen("another-person"), SETTING).state == done
    state = step(done, Chosen("another-person"), EVERYTHING).state
    assert state == visit.Welcome("fi", earlier=("A 001",))
    assert tell(state, SITE_WITH_ALL, NOW).name == "next-person"
    asking = step(state, visit.TimeUp(), EVERYTHING).state
    assert step(asking, Chosen("more-time"), EVERYTHING).state == state
    assert step(asking, visit.TimeUp(), EVERYTHING).state == visit.Welcome("fi")


def test_one_call_back_is_enough() -> None:
    played: list[visit.Event] = [
        Chosen("call-back"),
        Chosen("service-dental"),
        CARD,
        *map(Keyed, "0501234"),
        Chosen("ready"),
    ]
    state: visit.State = visit.Welcome("fi")
    effects: tuple[visit.Effect, ...] = ()
    for event in played:
        taken = step(state, event, EVERYTHING)
        state, effects = taken.state, taken.effects
    (report,) = effects
    assert isinstance(report, visit.Report)
    assert report.private == {"phone": "0501234"}
    assert "0501234" not in repr(report)
    first = step(state, visit.Recorded(replace(ARRIVAL, at=NOW)), EVERYTHING).state
    assert tell(first, SITE_WITH_ALL, NOW).heading.key == "call-back.recorded"
    again = step(state, visit.Recorded(replace(ARRIVAL, at=NOW), True), EVERYTHING).state
    assert [text.key for text in tell(again, SITE_WITH_ALL, NOW).sentences] == ["call-back.since", "call-back.we-call"]


@pytest.mark.parametrize(
    "touched",
    [
        ("walk-in", "back"),
        ("call-back", "back"),
        ("call-back", "service-dental", "back", "back"),
        ("call-back", "service-dental", "type", "back", "back", "back"),
        ("walk-in", "back", "call-back", "back", "walk-in", "back"),
    ],
)
def test_what_was_touched_and_left_again_costs_nobody_their_failures_or_the_familys_numbers(
    touched: tuple[str, ...],
) -> None:
    state: visit.State = visit.Welcome("sv", failures=2, earlier=("A 041", "A 042"))
    before = state
    for choice in touched:
        state = step(state, Chosen(choice), EVERYTHING).state
        assert state != before or choice == "back"
    assert state == before


@pytest.mark.parametrize("touched", [("walk-in",), ("call-back",), ("call-back", "service-dental")])
def test_a_card_that_is_shown_on_the_way_belongs_to_the_same_visit(touched: tuple[str, ...]) -> None:
    state: visit.State = visit.Welcome("sv", failures=1, earlier=("A 041",))
    for choice in touched:
        state = step(state, Chosen(choice), EVERYTHING).state
    reading = step(state, CardInserted(), EVERYTHING).state
    assert isinstance(reading, visit.ReadingCard)
    assert (reading.language, reading.failures, reading.earlier) == ("sv", 1, ("A 041",))
    assert (reading.purpose is None) is (len(touched) == 1)


def test_a_kiosk_that_is_out_of_order_keeps_nobodys_numbers() -> None:
    """The page has no end of its own: whoever reads the next first page is another client."""
    broken = replace(EVERYTHING, in_order=False)
    closed = step(visit.Welcome("sv", earlier=("A 041",)), visit.SiteArrived(), broken).state
    assert closed == visit.Closed("fi")
    assert step(closed, visit.SiteArrived(), EVERYTHING).state == visit.Welcome("fi")


def test_only_open_services_give_a_number() -> None:
    night = Setting(SITE_WITH_ALL, "fi", NOW.replace(hour=21, minute=30))
    assert step(visit.ChoosingService("fi"), Chosen("service-lab"), night).effects == ()
    assert not tell(visit.ChoosingService("fi"), SITE_WITH_ALL, night.now).choices[0].open
    (report,) = step(visit.ChoosingService("fi"), Chosen("service-lab"), EVERYTHING).effects
    assert isinstance(report, visit.Report)
    assert report.series == "L"
