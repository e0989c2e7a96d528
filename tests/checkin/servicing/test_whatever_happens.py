"""Service mode always ends, and nobody gets in without a code."""

import itertools
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.checkin import servicing, visit
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Health
from kiosk.checkin.identity import Scan
from kiosk.checkin.page import Role, Shape
from kiosk.checkin.servicing import Result
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import Chosen, Keyed, LanguageChosen, TimeUp
from kiosk.checkin.wording import Text
from tests.checkin.servicing.rig import BROKEN, CLIENT, CODE, PERSON, VISITS, WRONG, Kiosk, health, play, typed


def test_everything_left_alone_ends() -> None:
    states: list[tuple[servicing.State, float]] = [
        (servicing.AskingCode("fi"), 60),
        (servicing.LockedOut("fi"), 60),
        (servicing.Overview("fi"), 120),
        (servicing.PastFaults("fi"), 120),
        (servicing.ConfirmingAnnul("fi", "A 001", VISITS), 120),
        (servicing.OnePart("fi", Part.CLOCK), 120),
        (servicing.OnePart("fi", Part.PRINTER, ended=servicing.Ended(True, Result.PRINTED)), 300),
        (servicing.SelfTested("fi", ()), 300),
        (servicing.StaffCard("fi", "printer-jam"), 60),
    ]
    for state, seconds in states:
        assert servicing.patience(state) == seconds
        assert isinstance(play(state, TimeUp())[0], servicing.Left)
    assert servicing.patience(servicing.Left("fi")) is None
    left = servicing.Left("fi")
    assert play(left, Chosen("leave"), servicing.TechnicianCard(True), *typed(CODE)) == (left, [])


CHOICES = [
    *("ready", "erase", "back", "leave", "finish", "test", "stop-test", "reopen", "past-faults", "older", "newer"),
    *("log", "log-all", "log-warnings", "self-test", "annul", "annul-now", "next", "service", "staff"),
    *("part:printer", "part:scanner", "part:card-reader", "part:centre", "part:clock", "part:xx", ""),
]
HEALTHS = [health(), BROKEN, health("printer-jam"), health("disk-full", "card-left-behind"), Health()]
MOVES: list[Any] = [
    *map(Chosen, CHOICES),
    *map(Chosen, CHOICES),
    *["enter"] * 40,
    *[[Chosen("annul"), *typed("A1")]] * 12,
    *[[Chosen("part:scanner"), Chosen("test")]] * 6,
    *[[Chosen("part:printer"), Chosen("reopen")]] * 3,
    *[Chosen("annul-now")] * 12,
    typed(CODE),
    *map(typed, [WRONG, "000000", "40827"]),
    *map(Keyed, "0123456789AB\x00"),
    *map(LanguageChosen, ["fi", "sv", "en", "xx"]),
    *(1.0, 30.0, 299.0, 3599.0),
    *HEALTHS,
    *("restart", "gesture", "gesture", "gesture", "strip"),
    *(TimeUp(), TimeUp(), servicing.HealthChanged(), servicing.CodeChecked(True), servicing.CodeChecked(False)),
    *(servicing.TechnicianCard(False), visit.Scanned(Scan(PERSON)), CardInserted(), CardRead(CLIENT)),
    *(CardNotRead(CardFailure.PULLED), CardRemoved(), visit.Touched(), visit.SiteArrived(), visit.Pulled()),
    visit.TicketEnded(PrintResult(servicing.TEST_JOB, PrintOutcome.FAILED, "printer-jam")),
    *(servicing.TestEnded(part, True, Result.ANSWERED) for part in (Part.PRINTER, Part.CENTRE)),
    *(servicing.Reopened(Part.PRINTER, ok) for ok in (True, False)),
    *(servicing.SelfTestEnded(codes) for codes in ((), ("disk-full",), None)),
    *(servicing.NumberFound("A 001", found) for found in ((), VISITS)),
    *(servicing.AnnulEnded("A 001", ok) for ok in (True, False)),
    servicing.TestTold(Part.CARD_READER, Text("service.test.card-in")),
]


def moved(kiosk: Kiosk, move: Any) -> None:
    match move:
        case float():
            kiosk.let_pass(move)
        case Health():
            kiosk.view = replace(kiosk.view, health=move)
            kiosk.handle(servicing.HealthChanged())
        case "restart":
            kiosk.restart()
        case "gesture" | "enter":
            if isinstance(kiosk.state, servicing.Left):
                kiosk.begin()
            if move == "enter" and isinstance(kiosk.state, servicing.AskingCode):
                kiosk.handle(*[Chosen("erase")] * 12, *typed(CODE))
        case "strip":
            card = servicing.open_staff_card(kiosk.view, "fi")
            kiosk.state = card if card is not None and isinstance(kiosk.state, servicing.Left) else kiosk.state
        case list():
            kiosk.handle(*move)
        case event:
            kiosk.handle(event)


def looked_at(kiosk: Kiosk, *, inside: bool) -> None:
    """What holds of every page."""
    state, view = kiosk.state, kiosk.view
    if isinstance(state, servicing.Left):
        return
    page = servicing.tell(state, view)
    assert page.choices or page.shape is Shape.BUSY, "a page without a way on"
    assert sum(choice.role is Role.MAIN for choice in page.choices) <= 1
    assert servicing.patience(state) is not None
    assert inside or isinstance(state, servicing.Outside), "inside without a code or a card"
    assert inside or page.name in ("service-code", "service-checking", "service-locked", "staff-card")
    shown = repr((state, page, kiosk.effects))
    for secret in (CODE, WRONG, PERSON):
        assert secret not in shown


@settings(max_examples=1300)  # some 50,000 steps
@given(st.lists(st.sampled_from(MOVES), min_size=20, max_size=60))
def test_whatever_happens_there_is_a_way_on_and_nobody_gets_in_without_a_code(played: list[Any]) -> None:
    kiosk = Kiosk()
    inside = False
    for move in played:
        right = kiosk.right
        kiosk.effects.clear()
        moved(kiosk, move)
        # Only the right code, looked at because somebody typed it just now, leads inside; and out is out.
        inside = (inside or kiosk.right > right) and not isinstance(kiosk.state, servicing.Outside)
        looked_at(kiosk, inside=inside)
    for _ in range(4):
        kiosk.handle(TimeUp())
    assert isinstance(kiosk.state, servicing.Left), "left alone, it always ends"


GUESSES = st.lists(
    st.one_of(
        st.sampled_from([0.5, 20.0, 250.0, 299.0, 300.0, 900.0, 3600.0]),
        st.sampled_from([Chosen("back"), Chosen("leave"), TimeUp(), servicing.HealthChanged(), LanguageChosen("sv")]),
        st.integers(0, 9).map(lambda last: typed(f"40827{last}")),
        st.sampled_from(["restart", "gesture"]),
    ),
    max_size=120,
)


@settings(max_examples=400)
@given(GUESSES)
def test_however_it_is_tried_the_lock_holds(played: list[Any]) -> None:
    kiosk = Kiosk(code="999999999999")
    elapsed, tried = 0.0, []
    for move in played:
        before = len(kiosk.checked)
        moved(kiosk, move)
        elapsed += move if isinstance(move, float) else 0.0
        tried.extend([elapsed] * (len(kiosk.checked) - before))
        assert not isinstance(kiosk.state, servicing.Inside)
    failures = 1
    for first, second in itertools.pairwise(tried):
        wait = 0.0 if failures < 5 else min(3600.0, 300.0 * 2 ** (failures - 5))
        assert second - first >= wait
        failures = 1 if second - first >= 86400 else failures + 1
