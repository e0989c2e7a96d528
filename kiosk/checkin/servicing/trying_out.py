"""One part: trying it out, and opening it anew. What a test shows are classes, lengths and steps, never a content."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import fault_words, identity
from kiosk.checkin.card import CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.faults import CATALOGUE, Part
from kiosk.checkin.identity import Claim, Scan
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.effects import TEST_JOB, Effect, ListUnreported, ReopenPart, StopTest, TestPart
from kiosk.checkin.servicing.events import Event, Reopened, Reopening, Result, TechnicianCard, TestEnded, TestTold
from kiosk.checkin.servicing.states import Doing, Ended, OnePart, Overview, State, TakingWitness
from kiosk.checkin.servicing.view import Step, View
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit.events import Chosen, Scanned, TicketEnded, TimeUp
from kiosk.checkin.wording import Text

MOST_TOLD = 6
"""Lines of a test, the last ones."""
PRINTED = {
    PrintOutcome.PRINTED: Ended(True, Result.PRINTED),
    PrintOutcome.UNKNOWN: Ended(None, Result.SENT),
    PrintOutcome.FAILED: Ended(False, Result.NOT_PRINTED),
}
UNANSWERED = {
    Part.PRINTER: Ended(None, Result.SENT),
    Part.CENTRE: Ended(False, Result.SILENT),
    Part.HELP: Ended(None, Result.GIVEN),
}
"""What is said where no answer came in time. Of what was to be read, it is what had been read by then."""


def card_told(card_class: str, steps: Iterable[tuple[str, bool]], commands: int, milliseconds: int) -> tuple[Text, ...]:
    """How a card was read, for ``TestTold``: its class, how much it took, and which steps led on."""
    taken = ", ".join(f"{step} {'+' if found else '–'}" for step, found in steps)
    told = Text("service.test.card-class", {"class": card_class, "commands": commands, "milliseconds": milliseconds})
    return (told, Text("service.test.card-steps", {"steps": taken})) if taken else (told,)


def stopping(state: State) -> tuple[Effect, ...]:
    """What has to end with a state that is left."""
    return (StopTest(state.part),) if isinstance(state, OnePart) and state.doing is Doing.TESTING else ()


def _one_part(state: OnePart, event: Event, view: View) -> Step:
    part, resting = state.part, state.doing is Doing.NOTHING
    match event:
        case Chosen(choices.BACK):
            return Step(Overview(state.language), stopping(state))
        case Chosen(choices.WITNESS) if part is Part.FACTS and view.only_here is not None:
            return Step(TakingWitness(state.language), (ListUnreported(),))
        case Chosen(choices.TEST) if resting and view.testable(part):
            return Step(replace(state, doing=Doing.TESTING, ended=None, told=()), (TestPart(part),))
        case Chosen(choices.REOPEN) if resting and view.reopenable(part):
            return Step(replace(state, doing=Doing.REOPENING, ended=None, told=()), (ReopenPart(part),))
        case Reopened(opened, ok) if opened is part and state.doing is Doing.REOPENING:
            how = Reopening.OPENED if ok else Reopening.NOT_OPENED
            return Step(replace(state, doing=Doing.NOTHING, ended=Ended(ok, how)))
        case TimeUp() if state.doing is Doing.REOPENING:
            return Step(replace(state, doing=Doing.NOTHING, ended=Ended(False, Reopening.NOT_OPENED)))
    return _testing(state, event, view) if state.doing is Doing.TESTING else Step(state)


def _testing(state: OnePart, event: Event, view: View) -> Step:
    match event:
        case Chosen(choices.STOP_TEST) | TimeUp():
            return _over(state, UNANSWERED.get(state.part) or _read(state))
        case TestEnded(part, ok, result) if part is state.part:
            return _over(state, Ended(ok, result))
        case TestTold(part, words) if part is state.part:
            return _shown(state, words)
        case TicketEnded(result) if state.part is Part.PRINTER and result.job == TEST_JOB:
            return _over(_with_reason(state, result), PRINTED[result.outcome])
        case Scanned(scan) if state.part is Part.SCANNER:
            return _shown(state, scanned(scan, view))
        case _ if state.part is Part.CARD_READER and (told := of_card(event)) is not None:
            return _shown(state, told)
    return Step(state)


def _over(state: OnePart, ended: Ended) -> Step:
    return Step(replace(state, doing=Doing.NOTHING, ended=ended), stopping(state))


def _shown(state: OnePart, words: Text) -> Step:
    return Step(replace(state, told=(*state.told, words)[-MOST_TOLD:]))


def _read(state: OnePart) -> Ended:
    read = any(words.key in ("service.test.scanned", "service.test.card-read") for words in state.told)
    return Ended(read, Result.READ if read else Result.NOTHING_READ)


def _with_reason(state: OnePart, result: PrintResult) -> OnePart:
    fault = None if result.reason is None else CATALOGUE.get(result.reason)
    return state if fault is None else replace(state, told=(fault_words.sentence(fault),))


def scanned(scan: Scan, view: View) -> Text:
    """What was read, by its kind and length alone."""
    found = identity.from_scan(scan, view.local(view.now).date(), view.policy.code_pattern, view.policy.local_pattern)
    kind = found.kind.value if isinstance(found, Claim) else found.value
    said: dict[str, str | int] = {"kind": kind, "length": len(scan.text), "symbology": scan.symbology or "–"}
    return Text("service.test.scanned", said)


def of_card(event: Event) -> Text | None:
    """What the reader says of a card; ``None`` for what is no word of it."""
    match event:
        case CardInserted():
            return Text("service.test.card-in")
        case CardRead(claim):
            return Text("service.test.card-read", {"kind": claim.kind.value})
        case CardNotRead(failure):
            return Text("service.test.card-not-read", {"kind": failure.value})
        case CardRemoved():
            return Text("service.test.card-out")
        case TechnicianCard(ok):
            return Text("service.test.card-technician" if ok else "service.test.card-stranger")
    return None


HANDLERS: Mapping[type, Callable[[Any, Event, View], Step]] = {OnePart: _one_part}
