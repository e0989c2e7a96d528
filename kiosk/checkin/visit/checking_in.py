"""The main flow: a card or a typed code, a question, a check-in, a number."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import phone, ticket
from kiosk.checkin.card import CardFailure
from kiosk.checkin.facts import FactKind
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.outcome import AlreadyIn, CannotTell, CheckIn, NoMatch
from kiosk.checkin.rules import decide
from kiosk.checkin.visit import handing_off
from kiosk.checkin.visit.effects import Find, PrintSlip, Pull, RecordCheckIn, Report
from kiosk.checkin.visit.events import (
    Chosen,
    Event,
    Found,
    Keyed,
    Pulled,
    ReceiptArrived,
    Recorded,
    RecordFailed,
    TicketEnded,
    TimeUp,
)
from kiosk.checkin.visit.last_page import last_page
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import (
    CheckingContact,
    ChoosingCallBack,
    ChoosingService,
    Confirming,
    Done,
    Entering,
    HandedOver,
    Looking,
    NotRead,
    NotRecorded,
    Recording,
    Told,
    Welcome,
)


def welcome(state: Welcome, event: Event, setting: Setting) -> Step:
    """The first page."""
    match event:
        case Chosen("type"):
            return Step(Entering(state.language, failures=state.failures, earlier=state.earlier))
        case Chosen("walk-in"):
            return Step(ChoosingService(state.language, state.failures, state.earlier))
        case Chosen("call-back"):
            return Step(ChoosingCallBack(state.language, state.failures, state.earlier))
        case Chosen("finish"):
            return over(setting)
    return Step(state)


def looking(state: Looking, event: Event, setting: Setting) -> Step:
    """The roster answers; if it knows nothing, the centre is asked once."""
    match event:
        case Found(appointments, quality) if setting.site is not None:
            outcome = decide(appointments, setting.site, setting.now, quality)
            if isinstance(outcome, NoMatch | CannotTell) and not state.pulled:
                return Step(state, (Pull(),))
            if isinstance(outcome, NoMatch | CannotTell) and state.claim.kind is ClaimKind.CHIP:
                # A chip gives a number that few rosters hold: the client is asked for another card, never sent away.
                return Step(
                    NotRead(state.language, CardFailure.NOT_LINKED, max(1, state.failures), earlier=state.earlier)
                )
            if isinstance(outcome, CheckIn):
                return Step(Confirming(state.language, state.claim.kind, outcome, state.earlier))
            if isinstance(outcome, AlreadyIn):
                return Step(Told(state.language, state.claim.kind, outcome))
            return handing_off.report(state.language, state.claim, outcome, setting.site)
        case Pulled() | TimeUp() if not state.pulled:
            return Step(replace(state, pulled=True), (Find(state.claim),))
        case TimeUp():
            return over(setting)
    return Step(state)


def confirming(state: Confirming, event: Event, setting: Setting) -> Step:
    """One touch checks in whatever may be checked in now."""
    match event:
        case Chosen("check-in"):
            recording = Recording(state.language, state.kind, state.plan, state.earlier)
            return Step(recording, (RecordCheckIn(state.plan.now, state.kind, state.language),))
        case Chosen("not-mine"):
            return over(setting)
    return Step(state)


def recording(state: Recording, event: Event, setting: Setting) -> Step:
    """Nothing is claimed before it is on the disk."""
    match event:
        case Recorded(arrival) if arrival.fact is None:
            # Meanwhile somebody else has checked this visit in: their number is the one that will be called.
            return Step(Told(state.language, state.kind, AlreadyIn(state.plan.now[0], arrival)))
        case Recorded(arrival) if setting.site is not None and arrival.fact is not None:
            done = Done(state.language, state.kind, state.plan, arrival, earlier=state.earlier)
            slip = ticket.for_check_in(state.plan, arrival, setting.site)
            return Step(done, (PrintSlip(slip, state.language, arrival.fact),))
        case RecordFailed():
            return Step(NotRecorded(state.language))
    return Step(state)


def done(state: Done, event: Event, setting: Setting) -> Step:
    """The number, and whatever becomes true about it."""
    match event:
        case Chosen("another-person") if setting.site is not None and setting.site.policy.family:
            return Step(Welcome(state.language, earlier=(*state.earlier, state.arrival.number)))
        case Chosen("contact") if phone.to_check(state.plan, state.kind, setting.site):
            return Step(CheckingContact(state.language, state))
    return last_page(state, event, setting)


def checking_contact(state: CheckingContact, event: Event, setting: Setting) -> Step:
    """The phone number, corrected by keypad."""
    match event:
        case Chosen("still-right") | Chosen("finish"):
            return Step(state.done)
        case Chosen("correct"):
            return Step(replace(state, typed=""))
        case Chosen("back"):
            return Step(replace(state, typed=None, mistake=False))
        case Keyed(key) if state.typed is not None and key in phone.allowed_next(state.typed):
            return Step(replace(state, typed=state.typed + key, mistake=False))
        case Chosen("erase") if state.typed is not None:
            return Step(replace(state, typed=state.typed[:-1], mistake=False))
        case Chosen("ready") if state.typed is not None:
            if not phone.is_complete(state.typed):
                return Step(replace(state, mistake=True))
            first = state.done.plan.now[0]
            report = Report(FactKind.CONTACT_CORRECTED, {"appointment": first.id}, private={"phone": state.typed})
            return Step(state, (report,))
        case Recorded() if state.typed is not None:
            return Step(state.done)
        case RecordFailed() if state.typed is not None:
            # The number that staff have is still the old one: it is asked about again.
            return Step(replace(state, typed=None, mistake=False))
        case ReceiptArrived() | TicketEnded():
            below = done(state.done, event, setting).state
            return Step(replace(state, done=below) if isinstance(below, Done) else state)
    return Step(state)


def ended(state: NotRecorded | HandedOver, event: Event, setting: Setting) -> Step:
    """Only the way back to the start is left."""
    return over(setting) if event == Chosen("finish") else Step(state)


HANDLERS: Mapping[type, Any] = {
    Welcome: welcome,
    Looking: looking,
    Confirming: confirming,
    Recording: recording,
    Done: done,
    CheckingContact: checking_contact,
    NotRecorded: ended,
    HandedOver: ended,
}
