"""``step``: what holds in every state, and then the flow that the state belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin.card import CardInserted
from kiosk.checkin.facts import FactKind
from kiosk.checkin.visit import calling_back, checking_in, handing_off, identifying, walking_in
from kiosk.checkin.visit.effects import Report, SignalStaff
from kiosk.checkin.visit.events import (
    Chosen,
    Event,
    LanguageChosen,
    ReceiptArrived,
    Scanned,
    SiteArrived,
    TicketEnded,
    TimeUp,
)
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import (
    Asking,
    CheckingContact,
    Closed,
    Personal,
    StaffCalled,
    State,
    Welcome,
)

Handler = Callable[[Any, Event, Setting], Step]

HANDLERS: Mapping[type, Handler] = {
    **identifying.HANDLERS,
    **checking_in.HANDLERS,
    **handing_off.HANDLERS,
    **walking_in.HANDLERS,
    **calling_back.HANDLERS,
}


def start(setting: Setting) -> State:
    """The state of a kiosk that has just been switched on."""
    serves = setting.site is not None and setting.in_order
    return Welcome(setting.home_language) if serves else Closed(setting.home_language)


def step(state: State, event: Event, setting: Setting) -> Step:
    """One step of the flow. An event that means nothing in a state leaves it as it is."""
    taken = _step(state, event, setting)
    if isinstance(taken.state, Welcome) and not setting.in_order:
        return Step(Closed(setting.home_language), taken.effects, taken.over)
    return taken


def _step(state: State, event: Event, setting: Setting) -> Step:
    if setting.site is None:
        return Step(Closed(setting.home_language), over=True)
    match event:
        case SiteArrived():
            return Step(start(setting) if isinstance(state, Closed) else state)
        case LanguageChosen(language):
            return Step(_speaking(state, language, setting) if language in setting.site.languages else state)
        case Scanned(scan):
            return identifying.scanned(state, scan, setting)
        case CardInserted():
            return identifying.inserted(state, setting)
        case Chosen("call-staff") if isinstance(state, Personal):
            report = Report(FactKind.HELP_CALLED, {"page": type(state).__name__})
            return Step(StaffCalled(state.language, state), (SignalStaff(), report))
        case TimeUp() if isinstance(state, Closed):
            return Step(start(setting), over=True)
        case TimeUp() if isinstance(state, Asking) or _has_not_begun(state):
            return over(setting)
        case TimeUp() if isinstance(state, StaffCalled):
            return Step(Asking(state.language, state.before))
        case TimeUp() if isinstance(state, Personal):
            # The last page too: a number is to be read at leisure, and an errand may follow (EN 301 549, 11.2.2.1).
            return Step(Asking(state.language, state))
    if isinstance(state, Asking | StaffCalled):
        return _over_another(state, event, setting)
    handler = HANDLERS.get(type(state))
    return Step(state) if handler is None else handler(state, event, setting)


def _has_not_begun(state: State) -> bool:
    """The only state in which nothing can be lost by going back to the start unasked."""
    return isinstance(state, Welcome) and not state.earlier


def _over_another(state: Asking | StaffCalled, event: Event, setting: Setting) -> Step:
    match event:
        case Chosen("more-time"):
            return Step(state.before)
        case Chosen("finish"):
            return over(setting)
        case ReceiptArrived() | TicketEnded():
            below = step(state.before, event, setting).state
            return Step(replace(state, before=below) if isinstance(below, Personal) else state)
    return Step(state)


def _speaking(state: State, language: str, setting: Setting) -> State:
    if isinstance(state, Closed):
        return Closed(language, chosen=language != setting.home_language)
    if isinstance(state, Asking | StaffCalled):
        below = _speaking(state.before, language, setting)
        return replace(state, language=language, before=below)  # type: ignore[arg-type]
    if isinstance(state, CheckingContact):
        return replace(state, language=language, done=replace(state.done, language=language))
    return replace(state, language=language)
