"""The kiosk looked over: all parts, what was, and the self-test."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin.faults import Part
from kiosk.checkin.servicing import checking, choices
from kiosk.checkin.servicing.device_check import Walk
from kiosk.checkin.servicing.effects import RunSelfTest
from kiosk.checkin.servicing.events import Event, SelfTestEnded
from kiosk.checkin.servicing.states import (
    LogTail,
    OnePart,
    Overview,
    PastFaults,
    SelfTested,
    SelfTesting,
    TypingNumber,
)
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.visit.events import Chosen

MOST_PAST = 8
"""Faults that have gone, on one page."""


def _overview(state: Overview, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.PAST):
            return Step(PastFaults(state.language))
        case Chosen(choices.LOG):
            return Step(LogTail(state.language))
        case Chosen(choices.SELF_TEST):
            return Step(SelfTesting(state.language), (RunSelfTest(),))
        case Chosen(choices.ANNUL):
            return Step(TypingNumber(state.language))
        case Chosen(choices.CHECK) if view.stations:
            return checking.begun(replace(view.walk or Walk(), at=view.stations[0]), state.language, view)
        case Chosen(choice) if (part := _part(choice)) is not None:
            return Step(OnePart(state.language, part) if part in view.parts else state)
    return Step(state)


def _past(state: PastFaults, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
        case Chosen(choices.OLDER) if (state.turned + 1) * MOST_PAST < len(view.health.past):
            return Step(replace(state, turned=state.turned + 1))
        case Chosen(choices.NEWER) if state.turned > 0:
            return Step(replace(state, turned=state.turned - 1))
    return Step(state)


def _log(state: LogTail, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
        case Chosen(choices.LOG_ALL | choices.LOG_WARNINGS as which):
            return Step(replace(state, whole=which == choices.LOG_ALL))
    return Step(state)


def _self_tested(state: SelfTested, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
        case Chosen(choices.SELF_TEST):
            return Step(SelfTesting(state.language), (RunSelfTest(),))
    return Step(state)


def _self_testing(state: SelfTesting, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language))
        case SelfTestEnded(codes):
            return Step(SelfTested(state.language, codes))
    return Step(state)


def _part(choice: str) -> Part | None:
    name = choice.removeprefix(choices.PART)
    return Part(name) if name != choice and name in set(Part) else None


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {
    Overview: _overview,
    PastFaults: _past,
    LogTail: _log,
    SelfTested: _self_tested,
    SelfTesting: _self_testing,
}
