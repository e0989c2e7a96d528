"""``step``: what holds everywhere in service mode, and then what belongs to the state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin.card import CardInserted, CardRead
from kiosk.checkin.servicing import annulling, asking_code, checking, choices, looking_over, staff, trying_out, witness
from kiosk.checkin.servicing.device_check import Station
from kiosk.checkin.servicing.effects import KeepLock, Leave
from kiosk.checkin.servicing.events import Event, TechnicianCard
from kiosk.checkin.servicing.lock import OPEN
from kiosk.checkin.servicing.opening import LANGUAGES
from kiosk.checkin.servicing.states import (
    Checking,
    CheckingCode,
    Doing,
    Left,
    LineCard,
    OnePart,
    Outside,
    Overview,
    StaffCard,
    State,
    Witness,
)
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.visit.events import Chosen, LanguageChosen, Scanned, TimeUp
from kiosk.checkin.visit.events import Event as VisitEvent

Handler = Callable[[Any, Event, View], Step]


def step(state: State, event: Event, view: View) -> Step:
    """One step. An event that means nothing in a state leaves it as it is; in ``Left`` nothing happens any more."""
    if isinstance(state, Left):
        return Step(state)
    match event:
        case LanguageChosen(language):
            return Step(replace(state, language=language) if language in LANGUAGES else state)
        case Chosen(choices.LEAVE) if not _first(state):
            return left(state)
        case Chosen(choices.BACK) if isinstance(state, Outside):
            return left(state)
        case TimeUp() if not _ends_by_itself(state):
            return left(state)
        case TechnicianCard(True) if isinstance(state, Outside):
            return Step(Overview(state.language), (KeepLock(OPEN),))
        case Scanned() | CardRead() if isinstance(state, Outside):
            # Nobody is known to be a technician: whoever shows a card is a client.
            return left(state, *((CardInserted(),) if isinstance(event, CardRead) else ()), event)
        case CardInserted() if isinstance(state, Outside) and not view.carded:
            return left(state, event)
    return HANDLERS[type(state)](state, event, view)


def left(state: State, *events: VisitEvent) -> Step:
    """It is over, and what the visit has to hear of is handed on."""
    return Step(Left(state.language), (*trying_out.stopping(state), *checking.stopping(state), Leave(events)))


def _ends_by_itself(state: State) -> bool:
    match state:
        case CheckingCode():
            return True
        case Checking(walk=walk, trying=trying):
            return walk.first or (trying and walk.at is not Station.SOUND)
        case OnePart(doing=doing):
            return doing is not Doing.NOTHING
        case Witness(printing=slip):
            return slip > 0
    return False


def _first(state: State) -> bool:
    """Whether nobody is served before the end of it."""
    return isinstance(state, Checking) and state.walk.first


def _mending(state: StaffCard, event: Event, view: View) -> Step:
    if event == Chosen(choices.NEXT):
        state = replace(state, code=staff.after(state.code, view.health))
    return Step(staff.looked(state, view.health))


def _waiting_for_the_line(state: LineCard, event: Event, view: View) -> Step:
    return Step(replace(state, mended=view.only_here is None))


HANDLERS: Mapping[type, Handler] = {
    **asking_code.HANDLERS,
    **looking_over.HANDLERS,
    **trying_out.HANDLERS,
    **annulling.HANDLERS,
    **witness.HANDLERS,
    **checking.HANDLERS,
    StaffCard: _mending,
    LineCard: _waiting_for_the_line,
}
