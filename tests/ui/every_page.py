"""Every page that the rules can tell, in words: what the screen must be able to show."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from kiosk.checkin import outcome
from kiosk.checkin.appointment import Appointment, Arrival, Channel, Standing
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure
from kiosk.checkin.outcome import CheckIn, Outcome
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.site import Site
from kiosk.checkin.tell import frame, tell
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit import states
from kiosk.texts import say
from tests.ui.example_centre import BULLETINS, FULL, NOW, PLAIN

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
        "busy": (states.Recording(language, KIND, PLAN), FULL),
        "looking": (states.Looking(language, CLAIM), FULL),
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
        "wrong-site": told(outcome.WrongSite(ELSEWHERE, True), NUMBERLESS),
        "wrong-site-late": told(outcome.WrongSite(replace(ELSEWHERE, reminder_unit="station"), False), NUMBERLESS),
        "wrong-site-unknown": told(outcome.WrongSite(replace(ELSEWHERE, site="elsewhere"), None), NUMBERLESS),
        "no-match": told(outcome.NoMatch(), RECORDED),
        "no-match-registered": told(outcome.NoMatch(), REGISTERED, FAILED),
        "cannot-tell": told(outcome.CannotTell(), RECORDED, FAILED),
        "turn-card": (states.NotRead(language, ReadFailure.CARD_ACCESS_NUMBER), FULL),
        "not-known-code": (states.NotRead(language, ReadFailure.UNKNOWN_CODE), FULL),
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


@cache
def every_page(language: str) -> Mapping[str, Page[str]]:
    """The same as pages in words."""
    return {
        name: tell(state, site, NOW).map(lambda text: say(text, language))
        for name, (state, site) in every_state(language).items()
    }


@cache
def frame_in(language: str) -> Frame[str]:
    """What stands around them."""
    return frame(FULL).map(lambda text: say(text, language))
