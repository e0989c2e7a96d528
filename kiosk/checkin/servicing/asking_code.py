"""The way in: the service code, its lock-out, or a technician's card."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin.card import CardNotRead
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.effects import CheckCode, KeepLock
from kiosk.checkin.servicing.events import CodeChecked, Event, TechnicianCard
from kiosk.checkin.servicing.lock import OPEN, after_wrong, seconds_locked
from kiosk.checkin.servicing.states import AskingCode, CheckingCode, LockedOut, Overview
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.visit.events import Chosen, Keyed, TimeUp

DIGITS = "0123456789"
SHORTEST, LONGEST = 6, 12
"""Digits of a service code."""


def is_whole(typed: str) -> bool:
    """Whether so many digits may be a code."""
    return SHORTEST <= len(typed) <= LONGEST


def _typing(state: AskingCode, event: Event, view: View) -> Step:
    if seconds_locked(view.lock, view.passed):
        return Step(LockedOut(state.language))
    match event:
        case TechnicianCard(False) | CardNotRead():
            return Step(replace(state, wrong=False, strange=True))
        case Keyed(key) if key in DIGITS and len(key) == 1 and len(state.typed) < LONGEST:
            return Step(replace(state, typed=state.typed + key, wrong=False, strange=False))
        case Chosen(choices.ERASE):
            return Step(replace(state, typed=state.typed[:-1], wrong=False, strange=False))
        case Chosen(choices.READY) if is_whole(state.typed):
            # A code counts as wrong until it has proved right: leaving in between, or pulling the plug, wins nothing.
            counted = after_wrong(view.lock, view.passed)
            return Step(CheckingCode(state.language), (KeepLock(counted), CheckCode(state.typed)))
    return Step(state)


def _checking(state: CheckingCode, event: Event, view: View) -> Step:
    match event:
        case CodeChecked(True):
            return Step(Overview(state.language), (KeepLock(OPEN),))
        case CodeChecked(False):
            locked = seconds_locked(view.lock, view.passed) > 0
            return Step(LockedOut(state.language) if locked else AskingCode(state.language, wrong=True))
        case TimeUp():
            return Step(AskingCode(state.language))
    return Step(state)


def _locked_out(state: LockedOut, event: Event, view: View) -> Step:
    # The wait may end while somebody stands there.
    return Step(state if seconds_locked(view.lock, view.passed) else AskingCode(state.language))


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {
    AskingCode: _typing,
    CheckingCode: _checking,
    LockedOut: _locked_out,
}
