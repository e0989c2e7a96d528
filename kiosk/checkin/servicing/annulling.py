"""Taking a check-in back: the number on the slip, what stands under it, the question, the answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin.servicing import choices, ticket_number
from kiosk.checkin.servicing.effects import Annul, FindNumber
from kiosk.checkin.servicing.events import AnnulEnded, Event, NumberFound
from kiosk.checkin.servicing.states import (
    Annulled,
    Annulling,
    ConfirmingAnnul,
    FindingNumber,
    Overview,
    TypingNumber,
)
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.visit.events import Chosen, Keyed


def _typing(state: TypingNumber, event: Event, view: View) -> Step:
    match event:
        case Keyed(key) if len(key) == 1 and key in ticket_number.allowed(state.typed):
            return Step(replace(state, typed=state.typed + key, unknown=False))
        case Chosen(choices.ERASE):
            return Step(replace(state, typed=state.typed[:-1], unknown=False))
        case Chosen(choices.READY) if (number := ticket_number.read(state.typed)) is not None:
            return Step(FindingNumber(state.language, number), (FindNumber(number),))
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
    return Step(state)


def _finding(state: FindingNumber, event: Event, view: View) -> Step:
    match event:
        case NumberFound(state.number, visits) if visits:
            return Step(ConfirmingAnnul(state.language, state.number, visits))
        case NumberFound(state.number):
            return Step(TypingNumber(state.language, state.number.replace(" ", ""), unknown=True))
        case AnnulEnded(state.number, False):
            # Nobody could look: "there is no such number" would be a lie.
            return Step(Annulled(state.language, state.number, ok=False))
    return Step(state)


def _confirming(state: ConfirmingAnnul, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.ANNUL_NOW):
            return Step(Annulling(state.language, state.number), (Annul(state.number),))
        case Chosen(choices.BACK):
            return Step(TypingNumber(state.language))
    return Step(state)


def _annulling(state: Annulling, event: Event, view: View) -> Step:
    match event:
        case AnnulEnded(state.number, ok):
            return Step(Annulled(state.language, state.number, ok))
    return Step(state)


def _annulled(state: Annulled, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
        case Chosen(choices.ANNUL):
            return Step(TypingNumber(state.language))
    return Step(state)


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {
    TypingNumber: _typing,
    FindingNumber: _finding,
    ConfirmingAnnul: _confirming,
    Annulling: _annulling,
    Annulled: _annulled,
}
