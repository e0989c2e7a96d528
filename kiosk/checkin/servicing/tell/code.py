"""The service code and its lock-out. What was typed is never on a page."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from kiosk.checkin.page import Entry, Keypad, Page, Shape
from kiosk.checkin.servicing.asking_code import DIGITS, LONGEST, is_whole
from kiosk.checkin.servicing.lock import seconds_locked, tries_left
from kiosk.checkin.servicing.states import AskingCode, CheckingCode, LockedOut
from kiosk.checkin.servicing.tell.parts import BACK, KEYPAD
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text

HIDDEN = "•"


def _asking(state: AskingCode, view: View) -> Page[Text]:
    wrong = Text("service.code.wrong", {"left": tries_left(view.lock, view.passed)}) if state.wrong else None
    strange = Text("service.code.strange") if state.strange else None
    return Page(
        "service-code",
        Shape.ENTRY,
        state.language,
        Text("service.code.heading"),
        (Text("service.code.card") if view.carded else Text("service.code.sentence"),),
        entry=Entry(
            label=Text("service.code.label"),
            shown=HIDDEN * len(state.typed),
            length=0,
            allowed=DIGITS if len(state.typed) < LONGEST else "",
            complete=is_whole(state.typed),
            error=wrong or strange,
            keypad=Keypad.DIGITS,
        ),
        choices=(*KEYPAD, BACK),
    )


def _checking(state: CheckingCode, view: View) -> Page[Text]:
    return Page("service-checking", Shape.BUSY, state.language, Text("service.checking.heading"))


def _locked_out(state: LockedOut, view: View) -> Page[Text]:
    minutes = max(1, ceil(seconds_locked(view.lock, view.passed) / 60))
    wait = Text("service.locked.sentence", {"minutes": minutes})
    return Page(
        "service-locked",
        Shape.SERVICE,
        state.language,
        Text("service.locked.heading"),
        (wait, Text("service.locked.card")) if view.carded else (wait,),
        choices=(BACK,),
    )


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {
    AskingCode: _asking,
    CheckingCode: _checking,
    LockedOut: _locked_out,
}
