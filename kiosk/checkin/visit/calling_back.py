"""Asking to be called: a service, a card or a code, a phone number. One open request for each person and service."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import phone
from kiosk.checkin.facts import FactKind
from kiosk.checkin.visit.choices import SERVICE
from kiosk.checkin.visit.effects import Report
from kiosk.checkin.visit.events import Chosen, Event, Keyed, Recorded, RecordFailed
from kiosk.checkin.visit.last_page import last_page
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import (
    CallBack,
    CallBackRequested,
    ChoosingCallBack,
    Entering,
    Identifying,
    NotRecorded,
    RequestingCallBack,
    TypingPhone,
    Welcome,
)


def choosing(state: ChoosingCallBack, event: Event, setting: Setting) -> Step:
    """Which service should call."""
    match event:
        case Chosen("back"):
            return Step(Welcome(state.language, state.failures, state.earlier))
        case Chosen("finish"):
            return over(setting)
        case Chosen(choice) if setting.site is not None and choice.startswith(SERVICE):
            service = choice.removeprefix(SERVICE)
            if service in setting.site.policy.call_back_services:
                return Step(Identifying(state.language, CallBack(service), state.failures, state.earlier))
    return Step(state)


def identifying(state: Identifying, event: Event, setting: Setting) -> Step:
    """Who is to be called: a card, or the keypad."""
    match event:
        case Chosen("type"):
            return Step(Entering(state.language, failures=state.failures, earlier=state.earlier, purpose=state.purpose))
        case Chosen("back"):
            return Step(ChoosingCallBack(state.language, state.failures, state.earlier))
    return Step(state)


def typing(state: TypingPhone, event: Event, setting: Setting) -> Step:
    """The number to call."""
    match event:
        case Keyed(key) if key in phone.allowed_next(state.typed):
            return Step(replace(state, typed=state.typed + key, mistake=False))
        case Chosen("erase"):
            return Step(replace(state, typed=state.typed[:-1], mistake=False))
        case Chosen("back"):
            return Step(Identifying(state.language, state.purpose))
        case Chosen("ready"):
            if not phone.is_complete(state.typed):
                return Step(replace(state, mistake=True))
            effect = Report(
                FactKind.CALL_BACK,
                {"service": state.purpose.service, "language": state.language},
                claim=state.claim,
                private={"phone": state.typed},
                once=f"call-back:{state.purpose.service}",
            )
            return Step(RequestingCallBack(state.language, state.purpose), (effect,))
    return Step(state)


def requesting(state: RequestingCallBack, event: Event, setting: Setting) -> Step:
    """The request is on the disk, or one was open before."""
    match event:
        case Recorded(arrival, again):
            return Step(CallBackRequested(state.language, state.purpose, arrival, again))
        case RecordFailed():
            return Step(NotRecorded(state.language))
    return Step(state)


HANDLERS: Mapping[type, Any] = {
    ChoosingCallBack: choosing,
    Identifying: identifying,
    TypingPhone: typing,
    RequestingCallBack: requesting,
    CallBackRequested: last_page,
}
