"""The arrivals that the centre does not have, by waiting area; and the receptionist's card while that lasts."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kiosk.checkin.health import Light
from kiosk.checkin.listing import area_name
from kiosk.checkin.page import Choice, Line, Page, Role, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.states import LineCard, TakingWitness, Witness
from kiosk.checkin.servicing.tell.one_part import LIGHT_OF_ANSWER
from kiosk.checkin.servicing.tell.parts import BACK, only_here
from kiosk.checkin.servicing.tell.staff_card import CLOSE
from kiosk.checkin.servicing.view import View
from kiosk.checkin.servicing.witness import MOST_LISTED, printable, slips
from kiosk.checkin.witness import Unreported, by_area
from kiosk.checkin.wording import Text

DRAWING = "slip-in-mouth"
"""The list as it comes out of the printer."""


def _taking(state: TakingWitness, view: View) -> Page[Text]:
    return Page("service-witness-busy", Shape.BUSY, state.language, Text("service.annul.busy"))


def _witness(state: Witness, view: View) -> Page[Text]:
    return Page(
        "service-witness",
        Shape.SERVICE,
        state.language,
        Text("witness.heading"),
        tuple(_sentences(state, view)),
        lines=tuple(_lines(state, view)),
        choices=tuple(_choices(state, view)),
    )


def _sentences(state: Witness, view: View) -> Iterator[Text]:
    if state.arrivals is None:
        yield Text("witness.unread")
        return
    yield Text("witness.count-at", {"count": len(state.arrivals), "now": view.local(state.taken)})
    if state.arrivals:
        yield Text("witness.hand-over")
    if state.earlier:
        yield Text("witness.earlier", {"count": state.earlier})


def _lines(state: Witness, view: View) -> Iterator[Line[Text]]:
    if state.printing:
        numbers = {"slip": state.printing, "slips": len(slips(state, view))}
        yield Line(Text("witness.printing", numbers), Text("service.now"))
    elif state.ended is not None:
        light = LIGHT_OF_ANSWER[state.ended.ok]
        yield Line(Text(f"witness.list-{state.ended.how.value}"), Text("witness.print"), light=light)
    first = state.turned * MOST_LISTED
    # In the order of the paper.
    listed = [one for _, group in by_area(state.arrivals or ()) for one in group]
    for one in listed[first : first + MOST_LISTED]:
        yield _line(one, view)


def _line(one: Unreported, view: View) -> Line[Text]:
    at = view.local(one.at)
    words = Text("witness.line", {"number": one.number, "at": at})
    if one.starts is not None:
        words = Text("witness.line-visit", {"number": one.number, "at": at, "starts": view.local(one.starts)})
    return Line(words, area_name(one.area), Text("witness.refused") if one.refused else None)


def _choices(state: Witness, view: View) -> Iterator[Choice[Text]]:
    if printable(state, view):
        yield Choice(choices.PRINT_LIST, Text("witness.print"), Role.MAIN, open=not state.printing)
    if state.turned:
        yield Choice(choices.NEWER, Text("witness.previous"))
    if (state.turned + 1) * MOST_LISTED < len(state.arrivals or ()):
        yield Choice(choices.OLDER, Text("witness.next"))
    yield BACK


def _card(state: LineCard, view: View) -> Page[Text]:
    if state.mended or view.only_here is None:
        return Page(
            "staff-line",
            Shape.STAFF,
            state.language,
            Text("staff.line-mended.heading"),
            (Text("staff.line-mended.sentence"),),
            light=Light.GREEN,
            drawing=DRAWING,
            choices=(CLOSE,),
        )
    return Page(
        "staff-line",
        Shape.STAFF,
        state.language,
        Text("staff.line-lost.heading"),
        (only_here(view.only_here, view), Text("staff.steps")),
        (Text("staff.line-lost.action"),),
        light=Light.YELLOW,
        drawing=DRAWING,
        choices=(CLOSE,),
    )


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {
    TakingWitness: _taking,
    Witness: _witness,
    LineCard: _card,
}
