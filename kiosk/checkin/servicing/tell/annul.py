"""Taking a check-in back. No name is shown, only what the number stands for."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Entry, Keypad, Line, Page, Role, Shape
from kiosk.checkin.servicing import choices, ticket_number
from kiosk.checkin.servicing.events import FoundVisit
from kiosk.checkin.servicing.states import Annulled, Annulling, ConfirmingAnnul, FindingNumber, TypingNumber
from kiosk.checkin.servicing.tell.parts import BACK, KEYPAD, as_it_is
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text, named

MOST_VISITS = 6


def _typing(state: TypingNumber, view: View) -> Page[Text]:
    return Page(
        "service-annul",
        Shape.ENTRY,
        state.language,
        Text("service.annul.heading"),
        (Text("service.annul.sentence"),),
        entry=Entry(
            label=Text("service.annul.label"),
            shown=ticket_number.shown(state.typed),
            length=0,
            allowed=ticket_number.allowed(state.typed),
            complete=ticket_number.read(state.typed) is not None,
            error=Text("service.annul.unknown") if state.unknown else None,
            keypad=Keypad.CODE,
        ),
        choices=(*KEYPAD, BACK),
    )


def _busy(state: FindingNumber | Annulling, view: View) -> Page[Text]:
    return Page("service-annul-busy", Shape.BUSY, state.language, Text("service.annul.busy"))


def _confirming(state: ConfirmingAnnul, view: View) -> Page[Text]:
    return Page(
        "service-annul-confirm",
        Shape.SERVICE,
        state.language,
        Text("service.annul.question", {"number": state.number}),
        (Text("service.annul.consequence"),),
        lines=tuple(_visit(visit, view) for visit in state.visits[:MOST_VISITS]),
        choices=(Choice(choices.ANNUL_NOW, Text("service.annul.yes"), Role.MAIN), BACK),
    )


def _visit(visit: FoundVisit, view: View) -> Line[Text]:
    unit = Text("service.annul.no-unit") if visit.unit is None else named(visit.unit)
    starts = as_it_is("–") if visit.starts is None else Text("time", {"time": view.local(visit.starts)})
    recorded = Text("service.annul.elsewhere")
    if visit.at is not None:
        recorded = Text("service.annul.recorded", {"at": view.local(visit.at)})
    return Line(unit, starts, recorded)


def _annulled(state: Annulled, view: View) -> Page[Text]:
    done = "done" if state.ok else "failed"
    return Page(
        "service-annulled",
        Shape.SERVICE,
        state.language,
        Text(f"service.annul.{done}.heading", {"number": state.number}),
        (Text(f"service.annul.{done}.sentence"),),
        light=Light.GREEN if state.ok else Light.RED,
        choices=(BACK, Choice(choices.ANNUL, Text("service.annul.another"))),
    )


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {
    TypingNumber: _typing,
    FindingNumber: _busy,
    ConfirmingAnnul: _confirming,
    Annulling: _busy,
    Annulled: _annulled,
}
