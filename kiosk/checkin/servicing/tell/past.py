"""What was: the last faults, and the end of the log."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Line, Page, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.looking_over import MOST_PAST
from kiosk.checkin.servicing.states import LogTail, PastFaults
from kiosk.checkin.servicing.tell.parts import BACK, as_it_is, past_line
from kiosk.checkin.servicing.view import LogLine, View
from kiosk.checkin.wording import Text

MOST_LOG = 12
LIGHTS = {"warning": Light.YELLOW, "error": Light.RED, "critical": Light.RED}


def _past(state: PastFaults, view: View) -> Page[Text]:
    first = state.turned * MOST_PAST
    lines = tuple(past_line(trouble, view) for trouble in view.health.past[first : first + MOST_PAST])
    turning = (
        *((Choice(choices.NEWER, Text("service.past.newer")),) if state.turned else ()),
        *((Choice(choices.OLDER, Text("service.past.older")),) if first + MOST_PAST < len(view.health.past) else ()),
    )
    return Page(
        "service-past",
        Shape.SERVICE,
        state.language,
        Text("service.past.heading"),
        () if lines else (Text("service.past.none"),),
        lines=lines,
        choices=(*turning, BACK),
    )


def _log(state: LogTail, view: View) -> Page[Text]:
    told = [line for line in view.log if state.whole or line.level in LIGHTS]
    lines = tuple(_log_line(line, view) for line in reversed(told[-MOST_LOG:]))
    other = choices.LOG_WARNINGS if state.whole else choices.LOG_ALL
    return Page(
        "service-log",
        Shape.SERVICE,
        state.language,
        Text("service.log.heading"),
        (Text("service.log.sentence" if lines else "service.log.none"),),
        lines=lines,
        choices=(Choice(other, Text(f"service.{other}")), BACK),
    )


def _log_line(line: LogLine, view: View) -> Line[Text]:
    at = as_it_is(f"{view.local(line.at):%H:%M:%S}")
    return Line(as_it_is(line.event), at, light=LIGHTS.get(line.level))


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {PastFaults: _past, LogTail: _log}
