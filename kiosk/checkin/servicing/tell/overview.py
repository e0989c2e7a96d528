"""Every part on one page: what is broken in full and first, what is well beside it."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.checkin import fault_words
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Light, Trouble, in_order
from kiosk.checkin.page import Choice, Line, Page, Shape
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.states import Overview
from kiosk.checkin.servicing.tell.parts import LEAVE, UNKNOWN, age, as_it_is, count, light_of, since
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text, named

MOST_IN_FULL = 3
"""Broken parts that have room for a sentence; further ones show their light and how grave it is."""


def _overview(state: Overview, view: View) -> Page[Text]:
    light = view.health.light
    return Page(
        "service",
        Shape.SERVICE,
        state.language,
        Text(f"doctor.light.{light.value}"),
        light=light,
        facts=facts(view),
        lines=part_lines(view),
        choices=(
            Choice(choices.PAST, Text("service.past.heading")),
            Choice(choices.LOG, Text("service.log.heading")),
            Choice(choices.SELF_TEST, Text("service.self-test.run")),
            Choice(choices.ANNUL, Text("service.annul.open")),
            *((Choice(choices.CHECK, Text("check.open")),) if view.stations else ()),
            LEAVE,
        ),
    )


def facts(view: View) -> tuple[Line[Text], ...]:
    """What is asked for on the phone."""
    known = (
        ("kiosk", as_it_is(view.kiosk)),
        ("site", UNKNOWN if view.site is None else named(view.site)),
        ("software", as_it_is(view.software)),
        ("clock", Text("service.clock", {"now": view.local(view.now)})),
        ("waiting", _waiting(view)),
        ("roster", age(view.roster_as_of, view)),
        ("numbers", count(view.numbers_left)),
    )
    return tuple(Line(words, Text(f"service.fact.{name}")) for name, words in known)


def _waiting(view: View) -> Text:
    if view.waiting is None or not view.refused:
        return count(view.waiting)
    return Text("service.refused", {"waiting": view.waiting, "refused": view.refused})


def part_lines(view: View) -> tuple[Line[Text], ...]:
    """One line for each part that this kiosk has: the broken ones first, the others in the catalogue's order."""
    first: dict[Part, Trouble] = {}
    for trouble in in_order(view.health.standing):
        first.setdefault(trouble.fault.part, trouble)
    parts = [*first, *(part for part in Part if part in view.parts and part not in first)]
    return tuple(_line(part, first.get(part), view, full=place < MOST_IN_FULL) for place, part in enumerate(parts))


def _line(part: Part, trouble: Trouble | None, view: View, *, full: bool) -> Line[Text]:
    choice = choices.PART + part.value
    if part is Part.FACTS and view.only_here is not None:
        # Behind it is the list of them, whatever else is the matter.
        label = since(trouble, view) if trouble is not None and full else None
        only_here = Text("witness.only-here", {"count": view.only_here.count})
        return Line(fault_words.part(part), label, only_here, Light.YELLOW, choice)
    if trouble is None:
        return Line(fault_words.part(part), note=Text("doctor.state.well"), light=Light.GREEN, choice=choice)
    light = light_of(trouble.fault)
    if full:
        return Line(fault_words.part(part), since(trouble, view), fault_words.sentence(trouble.fault), light, choice)
    return Line(fault_words.part(part), None, Text(f"doctor.state.{trouble.fault.severity.value}"), light, choice)


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {Overview: _overview}
