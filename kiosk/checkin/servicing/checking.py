"""The device check as a flow: on and back, what is tried, what was seen of it, and what the technician says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import fault_words
from kiosk.checkin.card import CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import CATALOGUE, DEVICE_CHECK_OPEN, Part, Severity, worst
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.device_check import MARKS, PART_OF, Found, Station, Walk, beside
from kiosk.checkin.servicing.effects import TEST_JOB, Effect, KeepWalk, Leave, RunSelfTest, StopTest, TestPart
from kiosk.checkin.servicing.events import Event, Result, SelfTestEnded, TechnicianCard, TestEnded
from kiosk.checkin.servicing.states import Checking, Left, Overview
from kiosk.checkin.servicing.trying_out import of_card, scanned
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.ticket import PrintOutcome
from kiosk.checkin.visit.events import Chosen, Scanned, TicketEnded, TimeUp
from kiosk.checkin.wording import Text

MOST_TOLD = 3
"""Lines of what was seen, the last ones."""
BY_HAND = (Station.PRINTER, Station.HELP, Station.SOUND)
"""Where the technician says when it begins, to be there when it comes."""
PRINTED = {
    PrintOutcome.PRINTED: Result.PRINTED,
    PrintOutcome.UNKNOWN: Result.SENT,
    PrintOutcome.FAILED: Result.NOT_PRINTED,
}


def begun(walk: Walk, language: str, view: View) -> Step:
    """Where it was left, or at its beginning."""
    at = walk.at if walk.at in view.stations else view.stations[0]
    return _at(Checking(language, walk), at, view)


def stopping(state: object) -> tuple[Effect, ...]:
    """What has to end with a state that is left."""
    scanning = isinstance(state, Checking) and state.walk.at is Station.SCANNER
    return (StopTest(Part.SCANNER),) if scanning else ()


def _checking(state: Checking, event: Event, view: View) -> Step:
    walk, at = state.walk, state.walk.at
    match event:
        case Chosen(choices.BACK) if (before := beside(at, -1, view.stations)) is not None:
            return _at(state, before, view)
        case Chosen(choices.BACK) if not walk.first:
            return Step(Overview(state.language), stopping(state))
        case Chosen(choices.CHECK_NEXT) if (after := beside(at, 1, view.stations)) is not None:
            return _at(state, after, view)
        case Chosen(choices.CHECK_DONE) if at is Station.SUMMARY:
            return _finished(state, view)
        case Chosen(choice) if at is Station.SUMMARY and (station := _station(choice, view)) is not None:
            return _at(state, station, view)
        case Chosen(choice) if at is not Station.SUMMARY and (found := _found(choice)) is not None:
            return _said(state, found, view)
        case TimeUp() if state.trying and at is Station.PRINTER:
            return Step(replace(state, trying=False, asked=True, told=(Text("service.test.sent"),)))
        case TimeUp() if state.trying:
            return Step(replace(state, trying=False))
    return _seen(state, event, view)


def _seen(state: Checking, event: Event, view: View) -> Step:
    """What the devices say, and what is tried."""
    at = state.walk.at
    match at, event:
        case Station.TOUCH, Chosen(choice) if choice.startswith(choices.MARK):
            return _marked(state, choice.removeprefix(choices.MARK))
        case Station.KEYPAD, Chosen(choice) if choice.startswith(choices.PRESSED):
            return _pressed(state, choice.removeprefix(choices.PRESSED), view)
        case Station.SOUND, Chosen(choices.TEST):
            return Step(replace(state, trying=not state.trying, asked=True))
        case Station.HELP | Station.PRINTER, Chosen(choices.TEST) if not state.trying:
            return Step(replace(state, trying=True, asked=False, told=()), (TestPart(PART_OF[at]),))
        case Station.SELF_TEST, Chosen(choices.TEST) if not state.trying:
            return Step(replace(state, trying=True, tested=False, codes=None), (RunSelfTest(),))
        case Station.HELP, TestEnded(Part.HELP, _, result):
            told = (Text(f"service.test.{result.value}"),)
            return Step(replace(state, trying=False, asked=result is Result.GIVEN, told=told))
        case Station.PRINTER, TicketEnded(result) if result.job == TEST_JOB and state.trying:
            fault = CATALOGUE.get(result.reason or "")
            told = (Text(f"service.test.{PRINTED[result.outcome].value}"),)
            came = result.outcome is not PrintOutcome.FAILED
            why = () if came or fault is None else (fault_words.sentence(fault),)
            return Step(replace(state, trying=False, asked=came, told=(*told, *why)))
        case Station.SCANNER, Scanned(scan):
            return _kept(_told(state, scanned(scan, view)), Found.GOOD)
        case Station.CARD_READER, CardInserted() | CardRead() | CardNotRead() | TechnicianCard():
            words = of_card(event)
            return _kept(state if words is None else _told(state, words), Found.GOOD)
        case Station.CARD_READER, CardRemoved():
            return Step(_told(state, Text("service.test.card-out")))
        case Station.SELF_TEST, SelfTestEnded(codes) if state.trying:
            return _kept(replace(state, trying=False, tested=True, codes=codes), _tested(codes))
    return Step(state)


def _marked(state: Checking, mark: str) -> Step:
    if mark not in map(str, range(MARKS)):
        return Step(state)
    marked = state.marked | {int(mark)}
    state = replace(state, marked=marked)
    return _kept(state, Found.GOOD) if len(marked) == MARKS else Step(state)


def _pressed(state: Checking, key: str, view: View) -> Step:
    if key not in view.keys:
        return Step(state)
    pressed = state.pressed | {key}
    state = replace(state, pressed=pressed)
    return _kept(state, Found.GOOD) if pressed.issuperset(view.keys) else Step(state)


def _told(state: Checking, words: Text) -> Checking:
    return replace(state, told=(*state.told, words)[-MOST_TOLD:])


def _said(state: Checking, found: Found, view: View) -> Step:
    """What is good or not there is done with; of what does not work the page tells what to do."""
    kept = _kept(replace(state, trying=False), found)
    after = beside(state.walk.at, 1, view.stations)
    if found in (Found.GOOD, Found.ABSENT, Found.LATER) and after is not None:
        moved = _at(kept.state, after, view)
        return Step(moved.state, (*kept.effects, *moved.effects))
    return kept


def _kept(state: Checking, found: Found) -> Step:
    state = replace(state, walk=state.walk.with_found(state.walk.at, found))
    return Step(state, (KeepWalk(replace(state.walk, language=state.language)),))


def _at(state: Any, station: Station, view: View) -> Step:
    """Come to a station, and begin at once with what needs nobody's hand."""
    walk = replace(state.walk, at=station, language=state.language)
    effects: list[Effect] = [*stopping(state), KeepWalk(walk)]
    testing = station is Station.SELF_TEST
    if station is Station.SCANNER:
        effects.append(TestPart(Part.SCANNER))
    elif testing:
        effects.append(RunSelfTest())
    return Step(Checking(state.language, walk, trying=testing), tuple(effects))


def _finished(state: Checking, view: View) -> Step:
    """The centre hears of it by one more self-test, which finds what was left to do."""
    effects = (KeepWalk(replace(state.walk.finished(view.stations[:-1]), language=state.language)), RunSelfTest())
    if state.walk.first:
        return Step(Left(state.language), (*effects, Leave()))
    return Step(Overview(state.language), effects)


def _tested(codes: tuple[str, ...] | None) -> Found:
    """What this very check has left open says nothing against the test of the rest."""
    if codes is None:
        return Found.BROKEN
    gravest = worst(code for code in codes if code != DEVICE_CHECK_OPEN.code)
    return Found.GOOD if gravest in (None, Severity.NOTE) else Found.BROKEN


def _station(choice: str, view: View) -> Station | None:
    name = choice.removeprefix(choices.STATION)
    found = Station(name) if name != choice and name in set(Station) else None
    return found if found in view.stations[:-1] else None


def _found(choice: str) -> Found | None:
    name = choice.removeprefix(choices.FOUND)
    return Found(name) if name != choice and name in set(Found) else None


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {Checking: _checking}
