"""Every page that the rules can tell, in words: what the screen must be able to show."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from kiosk.checkin import outcome
from kiosk.checkin.appointment import Appointment, Arrival, Channel, Standing
from kiosk.checkin.card import CardFailure
from kiosk.checkin.comfort import AS_USUAL, Comfort
from kiosk.checkin.identity import LONGEST_TYPED_CODE, Claim, ClaimKind, ReadFailure
from kiosk.checkin.means import Means, Way
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Site
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit import states
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.ui.example_centre import BULLETINS, FULL, NOW, PLAIN
from tests.ui.staff_pages import staff_pages

KIND = ClaimKind.BARCODE
CLAIM = Claim(KIND, "010190-900M")
CALM = replace(FULL, bulletins=())
ONE_BULLETIN = replace(FULL, bulletins=BULLETINS[:1])

State = tuple[states.State, Site | None]


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """That time today, on the wall clock in Helsinki."""
    return NOW.replace(hour=hour - 2, minute=minute) + timedelta(days=days)


DENTAL = Appointment("A1", "dental", "B2", at(9), practitioner="suuhygienisti", phone="•• ••• 567")
PLAN = CheckIn((DENTAL,))
LABORATORY = Appointment("A2", "laboratory", "A1", at(9))
MEASURING = Appointment("A3", "measuring", "A1", at(9, 20))
STATION = Appointment("A4", "station", "B2", at(9, 45))
FAMILY = Appointment("A5", "maternity", "C3", at(11, 15))
LATE = Appointment("A6", "dental", "B2", at(13, 30))
DAY = CheckIn((LABORATORY, MEASURING, STATION), (FAMILY, LATE))
SHORT_DAY = CheckIn((LABORATORY,), (FAMILY,))
PROTECTED = CheckIn((replace(DENTAL, protected=True),))
ELSEWHERE = replace(FAMILY, site="itakatu", starts=at(10, 15))

RECORDED = Arrival("B 042", Standing.RECORDED, 1)
REGISTERED = Arrival("B 042", Standing.REGISTERED, 1)
NUMBERLESS = Arrival("", Standing.RECORDED, 1)
PRINTED, FAILED = PrintOutcome.PRINTED, PrintOutcome.FAILED


def every_state(language: str) -> Mapping[str, State]:
    """One state for each page, by a name of its own, with the site it is told at."""
    return {
        **_ways_in(language),
        **_check_ins(language),
        **_outcomes(language),
        **_services(language),
        **_help(language),
    }


def _ways_in(language: str) -> dict[str, State]:
    return {
        "welcome": (states.Welcome(language), CALM),
        "welcome-plain": (states.Welcome(language), PLAIN),
        "welcome-bulletins": (states.Welcome(language), FULL),
        "next-person": (states.Welcome(language, earlier=("B 042", "B 043", "B 044")), FULL),
        "type-empty": (states.Entering(language), FULL),
        "type-half": (states.Entering(language, "131052"), FULL),
        "type-full": (states.Entering(language, "010190-900M"), FULL),
        "type-mistake": (states.Entering(language, "010190-900N", mistake=True), FULL),
        "type-plain": (states.Entering(language, "0101"), PLAIN),
        "type-code-empty": (states.Entering(language, by_code=True), FULL),
        "type-code": (states.Entering(language, "AJ-0042KM", by_code=True), FULL),
        "type-code-mistake": (states.Entering(language, "W" * LONGEST_TYPED_CODE, mistake=True, by_code=True), FULL),
        "busy": (states.Recording(language, KIND, PLAN), FULL),
        "looking": (states.Looking(language, CLAIM), FULL),
        "reading-card": (states.ReadingCard(language), FULL),
    }


def _check_ins(language: str) -> dict[str, State]:
    def confirming(plan: CheckIn, kind: ClaimKind = KIND) -> states.Confirming:
        return states.Confirming(language, kind, plan)

    def done(plan: CheckIn, arrival: Arrival, paper: PrintOutcome | None) -> states.Done:
        return states.Done(language, KIND, plan, arrival, paper)

    whole = done(PLAN, REGISTERED, PRINTED)
    return {
        "confirm": (confirming(PLAN), CALM),
        "confirm-typed": (confirming(PLAN, ClaimKind.TYPED), CALM),
        "confirm-bulletins": (confirming(PLAN), FULL),
        "confirm-reminder": (confirming(CheckIn((replace(DENTAL, reminder_unit="station"),))), CALM),
        "confirm-protected": (confirming(PROTECTED), FULL),
        "day-plan": (confirming(SHORT_DAY), ONE_BULLETIN),
        "day-plan-long": (confirming(DAY), CALM),
        "day-plan-typed": (confirming(DAY, ClaimKind.TYPED), CALM),
        "done-printing": (done(PLAN, RECORDED, None), PLAIN),
        "done-recorded": (done(PLAN, RECORDED, PRINTED), PLAIN),
        "done-registered": (done(PLAN, REGISTERED, PRINTED), PLAIN),
        "done-alone": (done(PLAN, REGISTERED, FAILED), PLAIN),
        "done-recorded-alone": (done(PLAN, RECORDED, FAILED), PLAIN),
        "done-everything": (done(CheckIn((DENTAL,), (FAMILY,)), REGISTERED, PRINTED), FULL),
        "done-recorded-everything": (done(CheckIn((DENTAL,), (FAMILY,)), RECORDED, FAILED), FULL),
        "done-protected": (done(PROTECTED, REGISTERED, PRINTED), FULL),
        "contact": (states.CheckingContact(language, whole), FULL),
        "correct-phone-empty": (states.CheckingContact(language, whole, ""), FULL),
        "correct-phone": (states.CheckingContact(language, whole, "+358401234567890", mistake=True), FULL),
    }


def _outcomes(language: str) -> dict[str, State]:
    def told(
        result: Outcome, arrival: Arrival | None = None, paper: PrintOutcome | None = PRINTED, site: Site = CALM
    ) -> State:
        return states.Told(language, KIND, result, arrival, paper), site

    moved = replace(DENTAL, moved_to=at(10, 30, days=3))
    return {
        "already-in": told(outcome.AlreadyIn(DENTAL, RECORDED)),
        "already-in-later": told(outcome.AlreadyIn(DENTAL, REGISTERED, (FAMILY,))),
        "too-early": told(outcome.TooEarly(LATE, at(12, 30))),
        "too-late": told(outcome.TooLate(DENTAL)),
        "too-late-number": told(outcome.TooLate(DENTAL), RECORDED, site=ONE_BULLETIN),
        "too-late-alone": told(outcome.TooLate(DENTAL), RECORDED, FAILED),
        "cancelled": told(outcome.Cancelled(DENTAL)),
        "cancelled-number": told(outcome.Cancelled(DENTAL), RECORDED),
        "desk-first": told(outcome.DeskFirst(DENTAL), RECORDED),
        "not-live": told(outcome.NotLive(FAMILY), site=FULL),
        "remote": told(outcome.Remote(replace(DENTAL, channel=Channel.PHONE)), NUMBERLESS),
        "remote-protected": told(outcome.Remote(PROTECTED.now[0]), NUMBERLESS),
        "moved": told(outcome.Moved(moved), RECORDED),
        "moved-protected": told(outcome.Moved(replace(moved, protected=True)), RECORDED),
        "wrong-day": told(outcome.WrongDay(replace(DENTAL, starts=at(9, 0, days=1))), NUMBERLESS),
        "wrong-day-passed": told(outcome.WrongDay(replace(DENTAL, starts=at(9, 0, days=-3)), True), NUMBERLESS),
        "wrong-site": told(outcome.WrongSite(ELSEWHERE, True), NUMBERLESS),
        "wrong-site-late": told(outcome.WrongSite(replace(ELSEWHERE, reminder_unit="station"), False), NUMBERLESS),
        "wrong-site-unknown": told(outcome.WrongSite(replace(ELSEWHERE, site="elsewhere"), None), NUMBERLESS),
        "no-match": told(outcome.NoMatch(), RECORDED),
        "no-match-registered": told(outcome.NoMatch(), REGISTERED, FAILED),
        "cannot-tell": told(outcome.CannotTell(), RECORDED, FAILED),
        "turn-card": (states.NotRead(language, ReadFailure.CARD_ACCESS_NUMBER), FULL),
        "document-without-code": (states.NotRead(language, ReadFailure.DOCUMENT_WITHOUT_CODE), FULL),
        "document-unreadable": (states.NotRead(language, ReadFailure.DOCUMENT_UNREADABLE), FULL),
        "not-known-code": (states.NotRead(language, ReadFailure.UNKNOWN_CODE), FULL),
        **{failure.value: (states.NotRead(language, failure), FULL) for failure in CardFailure},
        "handed-over": (states.HandedOver(language), FULL),
        "not-recorded": (states.NotRecorded(language), FULL),
        "closed": (states.Closed(language), None),
    }


def _services(language: str) -> dict[str, State]:
    purpose = states.CallBack("dental")
    return {
        "walk-in": (states.ChoosingService(language), FULL),
        "walk-in-short": (
            states.ChoosingService(language),
            replace(FULL, services={name: FULL.services[name] for name in ("laboratory", "vaccination")}),
        ),
        "queued": (states.Queued(language, "laboratory", RECORDED, PRINTED), FULL),
        "queued-registered": (states.Queued(language, "laboratory", REGISTERED, FAILED), FULL),
        "call-back": (states.ChoosingCallBack(language), FULL),
        "identify": (states.Identifying(language, purpose), FULL),
        "phone-empty": (states.TypingPhone(language, CLAIM, purpose), FULL),
        "phone": (states.TypingPhone(language, CLAIM, purpose, "0401234567"), FULL),
        "phone-mistake": (states.TypingPhone(language, CLAIM, purpose, "+35840", mistake=True), FULL),
        "call-back-requested": (states.CallBackRequested(language, purpose, NUMBERLESS), FULL),
        "call-back-registered": (
            states.CallBackRequested(language, purpose, replace(NUMBERLESS, standing=Standing.REGISTERED)),
            FULL,
        ),
        "call-back-open": (
            states.CallBackRequested(language, purpose, Arrival("8.15", Standing.REGISTERED, 1), again=True),
            FULL,
        ),
    }


def _help(language: str) -> dict[str, State]:
    before = states.Confirming(language, KIND, PLAN)
    return {
        "more-time": (states.Asking(language, before), FULL),
        "staff-called": (states.StaffCalled(language, before), FULL),
    }


WORKS, BROKEN = Way.WORKS, Way.BROKEN
WAYS = {
    "welcome-chip-too": Means(WORKS, WORKS),
    "welcome-chip-broken": Means(WORKS, BROKEN),
    "welcome-chip-alone": Means(BROKEN, WORKS),
    "welcome-type": Means(BROKEN, BROKEN),
}
"""What works beside the keypad."""


def _with_cards(language: str) -> dict[str, Page[Text]]:
    """Pages that depend on what can read a card, and on the card that is in it."""
    empty, done = states.Welcome(language), states.Done(language, ClaimKind.CHIP, PLAN, REGISTERED, FAILED)
    return {
        **{name: tell(empty, CALM, NOW, means) for name, means in WAYS.items()},
        "welcome-card-left": tell(empty, FULL, NOW, Means(WORKS, WORKS), card_in=True),
        "done-card-in": tell(done, FULL, NOW, Means(WORKS, WORKS), card_in=True),
    }


@cache
def every_page(language: str) -> Mapping[str, Page[str]]:
    """The same as pages in words."""
    told = {name: tell(state, site, NOW) for name, (state, site) in every_state(language).items()}
    pages = {**told, **_with_cards(language)}
    for_clients = {name: page.map(lambda text: say(text, language)) for name, page in pages.items()}
    return {**for_clients, **staff_pages(language)}


@cache
def frame_in(
    language: str,
    comfort: Comfort = AS_USUAL,
    languages: tuple[str, ...] = FULL.languages,
    *,
    speaks: bool = False,
) -> Frame[str]:
    """What stands around them."""
    site = replace(FULL, languages=languages)
    return frame(site, comfort, speaks=speaks).map(lambda text: say(text, language))
