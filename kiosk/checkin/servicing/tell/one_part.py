"""One part: what stands against it with what to do, the last test, and what stood against it before."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kiosk.checkin import fault_words
from kiosk.checkin.faults import Part, worst
from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Line, Page, Role, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.events import Reopening
from kiosk.checkin.servicing.states import Doing, Ended, OnePart
from kiosk.checkin.servicing.tell.parts import BACK, LIGHTS, only_here, past_line, trouble_line
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text

MOST_PAST = 3
MOST_STANDING = 3
LIGHT_OF_ANSWER = {True: Light.GREEN, False: Light.RED, None: Light.YELLOW}
PROMPTS = {part: f"service.testing.{part.value}" for part in (Part.PRINTER, Part.SCANNER, Part.CARD_READER, Part.HELP)}
"""What to do or watch while a part is being tried out."""


def _one_part(state: OnePart, view: View) -> Page[Text]:
    standing = view.health.of(state.part)
    gravest = worst(trouble.fault.code for trouble in standing)
    light = Light.GREEN if gravest is None else LIGHTS[gravest]
    sentences = () if standing else (Text("service.part.well"),)
    if state.part is Part.FACTS and view.only_here is not None:
        light = max(light, Light.YELLOW, key=list(Light).index)
        sentences = (only_here(view.only_here, view),)
    return Page(
        "service-part",
        Shape.SERVICE,
        state.language,
        fault_words.part(state.part),
        sentences,
        light=light,
        lines=tuple(_lines(state, view)),
        choices=tuple(_choices(state, view)),
    )


def _lines(state: OnePart, view: View) -> Iterator[Line[Text]]:
    for trouble in view.health.of(state.part)[:MOST_STANDING]:
        yield trouble_line(trouble, view)
    if state.doing is Doing.TESTING:
        prompt = PROMPTS.get(state.part)
        yield Line(Text("service.testing"), Text("service.now"), Text(prompt) if prompt else None)
        yield from map(Line, state.told)
    elif state.doing is Doing.REOPENING:
        yield Line(Text("service.reopening"), Text("service.now"))
    elif state.ended is not None:
        yield _result(state.ended)
        yield from map(Line, state.told)
    past = [trouble for trouble in view.health.past if trouble.fault.part is state.part]
    for trouble in [] if state.told else past[:MOST_PAST]:
        yield past_line(trouble, view)


def _result(ended: Ended) -> Line[Text]:
    light = LIGHT_OF_ANSWER[ended.ok]
    if isinstance(ended.how, Reopening):
        return Line(Text(f"service.reopen.{ended.how.value}"), Text("service.reopen.label"), light=light)
    return Line(Text(f"service.test.{ended.how.value}"), Text("service.test.label"), light=light)


def _choices(state: OnePart, view: View) -> Iterator[Choice[Text]]:
    resting = state.doing is Doing.NOTHING
    if state.doing is Doing.TESTING:
        yield Choice(choices.STOP_TEST, Text("service.test.stop"), Role.MAIN)
    elif view.testable(state.part):
        yield Choice(choices.TEST, Text("service.test.run"), Role.MAIN, open=resting)
    if view.reopenable(state.part):
        yield Choice(choices.REOPEN, Text("service.reopen.run"), open=resting)
    if state.part is Part.FACTS and view.only_here is not None:
        yield Choice(choices.WITNESS, Text("witness.open"), Role.MAIN)
    yield BACK


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {OnePart: _one_part}
