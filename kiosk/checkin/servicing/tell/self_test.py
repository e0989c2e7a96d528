"""The self-test while it runs, and what it found."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin import fault_words, faults
from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Line, Page, Role, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.states import SelfTested, SelfTesting
from kiosk.checkin.servicing.tell.parts import BACK, LIGHTS, light_of
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text

MOST = 6
"""Faults that are told; the overview has them all."""
AGAIN = Choice(choices.SELF_TEST, Text("service.self-test.again"), Role.MAIN)


def _running(state: SelfTesting, view: View) -> Page[Text]:
    return Page(
        "service-self-testing",
        Shape.SERVICE,
        state.language,
        Text("service.self-test.heading"),
        (Text("service.self-test.running"),),
        choices=(BACK,),
    )


def _ended(state: SelfTested, view: View) -> Page[Text]:
    if state.codes is None:
        return _page(state, Light.RED, (Text("service.self-test.failed"),), ())
    found = sorted((faults.find(code) for code in state.codes), key=lambda fault: -list(LIGHTS).index(fault.severity))
    gravest = faults.worst(state.codes)
    light = Light.GREEN if gravest is None else LIGHTS[gravest]
    lines = tuple(
        Line(fault_words.sentence(fault), fault_words.part(fault.part), fault_words.action(fault), light_of(fault))
        for fault in reversed(found)
    )
    return _page(state, light, (Text(f"doctor.light.{light.value}"),), lines[:MOST])


def _page(state: SelfTested, light: Light, sentences: tuple[Text, ...], lines: tuple[Line[Text], ...]) -> Page[Text]:
    return Page(
        "service-self-tested",
        Shape.SERVICE,
        state.language,
        Text("service.self-test.heading"),
        sentences,
        light=light,
        lines=lines,
        choices=(AGAIN, BACK),
    )


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {SelfTesting: _running, SelfTested: _ended}
