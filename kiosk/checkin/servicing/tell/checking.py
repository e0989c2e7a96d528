"""The device check: each device with its drawing and what to do, the self-test, and at the end how all of them are."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kiosk.checkin import fault_words, faults
from kiosk.checkin.faults import Part
from kiosk.checkin.health import Light
from kiosk.checkin.page import Choice, Line, Page, Role, Shape, Stop
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.device_check import MARKS, Found, Station, light, troubles
from kiosk.checkin.servicing.states import Checking
from kiosk.checkin.servicing.tell.parts import BACK, LIGHTS, as_it_is, trouble_line
from kiosk.checkin.servicing.view import View
from kiosk.checkin.wording import Text, named

AWAITED = Text("service.awaited")
MOST_TROUBLES = 2
DRAWINGS = {
    Station.PLACE: "kiosk",
    Station.PRINTER: "slip-in-mouth",
    Station.SCANNER: "scan-code",
    Station.CARD_READER: "card-put-in",
    Station.HELP: "light-and-sound",
    Station.SOUND: "loudspeaker",
    Station.KEYPAD: "keypad",
}
ANSWERS = {
    Station.PLACE: (Found.GOOD, Found.BROKEN),
    Station.TOUCH: (Found.OFF, Found.BROKEN),
    Station.PRINTER: (Found.GOOD, Found.ILLEGIBLE, Found.UNCUT, Found.BROKEN),
}
USUAL = (Found.GOOD, Found.BROKEN, Found.ABSENT)
TRIED = {Station.PRINTER, Station.HELP, Station.SOUND}
"""Where something has to be tried before anybody can say that it is good."""
OWN_WORDS = {Station.PLACE, Station.PRINTER, Station.HELP, Station.SOUND}
"""Where what can be answered has words of its own."""


def _checking(state: Checking, view: View) -> Page[Text]:
    match state.walk.at:
        case Station.PLACE:
            return _place(state, view)
        case Station.TOUCH:
            return _touch(state, view)
        case Station.SELF_TEST:
            return _self_test(state, view)
        case Station.SUMMARY:
            return _summary(state, view)
    return _device(state, view)


def _stops(state: Checking, view: View) -> tuple[Stop, ...]:
    here = state.walk.at
    return tuple(Stop(light(state.walk, one), one is here) for one in view.stations if one is not Station.SUMMARY)


def _step(state: Checking, view: View) -> Text:
    n = view.stations.index(state.walk.at) + 1 if state.walk.at in view.stations else 1
    return Text("check.step", {"n": n, "of": len(view.stations) - 1})


def _page(state: Checking, view: View, shape: Shape, **more: Any) -> Page[Text]:
    at = state.walk.at.value
    return Page(f"check-{at}", shape, state.language, Text(f"check.{at}.heading"), stops=_stops(state, view), **more)


def _place(state: Checking, view: View) -> Page[Text]:
    # On a machine that was enrolled a moment ago, the site's own rules are still on their way.
    plan = {None: "none", False: "missing", True: "drawn"}[view.on_plan]
    lines = (
        Line(as_it_is(view.kiosk), Text("service.fact.kiosk")),
        Line(AWAITED if view.site is None else named(view.site), Text("service.fact.site")),
        Line(AWAITED if view.site is None else Text(f"check.plan.{plan}"), Text("check.plan")),
    )
    wrong = (Line(Text("check.place.wrong"), light=Light.RED),) if _is(state, Found.BROKEN) else ()
    return _page(
        state,
        view,
        Shape.CHECK,
        sentences=(_step(state, view), Text("check.place.do")),
        drawing=DRAWINGS[Station.PLACE],
        light=light(state.walk, Station.PLACE),
        lines=(*lines, *wrong),
        choices=tuple(_choices(state, view)),
    )


def _touch(state: Checking, view: View) -> Page[Text]:
    found = state.walk.found.get(Station.TOUCH)
    told = {Found.GOOD: "done", Found.OFF: "off", Found.BROKEN: "broken"}.get(found or Found.LATER, "do")
    return _page(
        state,
        view,
        Shape.TOUCH,
        sentences=(_step(state, view), Text(f"check.touch.{told}")),
        marks=tuple((found is Found.GOOD and not state.marked) or n in state.marked for n in range(MARKS)),
        choices=tuple(_choices(state, view)),
    )


def _device(state: Checking, view: View) -> Page[Text]:
    at = state.walk.at
    # What the technician is asked, or what is to be done.
    to_do = Text(f"check.{at.value}.ask") if state.asked else Text(f"check.{at.value}.do")
    return _page(
        state,
        view,
        Shape.CHECK,
        sentences=(_step(state, view), to_do),
        drawing=DRAWINGS[at],
        light=light(state.walk, at),
        lines=tuple(_lines(state, view)),
        choices=tuple(_choices(state, view)),
        awaited=_awaited(state, view),
    )


def _lines(state: Checking, view: View) -> Iterator[Line[Text]]:
    at = state.walk.at
    standing = troubles(at, view.health)[:MOST_TROUBLES]
    yield from (trouble_line(one, view) for one in standing)
    if state.trying and at is not Station.SOUND:
        yield Line(Text("service.testing"))
    yield from map(Line, state.told)
    if at is Station.KEYPAD and (awaited := _awaited(state, view)):
        yield from (Line(Text(f"check.key.{key}"), light=None if key in awaited else Light.GREEN) for key in view.keys)
    found = state.walk.found.get(at)
    if found not in (None, Found.GOOD, Found.LATER) and not standing:
        advice = "absent" if found is Found.ABSENT else at.value
        yield Line(Text(f"check.found.{found.value}"), note=Text(f"check.advice.{advice}"), light=light(state.walk, at))


def _awaited(state: Checking, view: View) -> tuple[str, ...]:
    if state.walk.at is not Station.KEYPAD or (state.walk.at in state.walk.found and not state.pressed):
        return ()
    return tuple(key for key in view.keys if key not in state.pressed)


def _choices(state: Checking, view: View) -> Iterator[Choice[Text]]:
    at = state.walk.at
    done = at in state.walk.found
    if at in TRIED and not state.asked:
        role = Role.OTHER if done else Role.MAIN
        yield Choice(choices.TEST, Text(f"check.{at.value}.try"), role, open=not state.trying)
        answers: tuple[Found, ...] = (Found.BROKEN, Found.ABSENT)
    else:
        if state.asked:
            again = "stop" if at is Station.SOUND and state.trying else "again"
            yield Choice(choices.TEST, Text(f"check.{again}"))
        answers = ANSWERS.get(at, USUAL)
    for found in answers:
        role = Role.MAIN if found is Found.GOOD and not done else Role.OTHER
        own = f".{at.value}" if at in OWN_WORDS and found in (Found.GOOD, Found.BROKEN) and _asks(state) else ""
        on = state.walk.found.get(at) is found
        yield Choice(choices.FOUND + found.value, Text(f"check.say{own}.{found.value}"), role, on=on)
    yield from _around(state, view, main=done)


def _asks(state: Checking) -> bool:
    return state.asked or state.walk.at not in TRIED


def _around(state: Checking, view: View, *, main: bool) -> Iterator[Choice[Text]]:
    if not state.walk.first or state.walk.at is not view.stations[0]:
        yield BACK
    yield Choice(choices.CHECK_NEXT, Text("check.next" if main else "check.skip"), Role.MAIN if main else Role.OTHER)


def _self_test(state: Checking, view: View) -> Page[Text]:
    if state.trying:
        sentence = Text("service.self-test.running")
    elif state.tested and state.codes is None:
        sentence = Text("service.self-test.failed")
    else:
        sentence = Text(f"doctor.light.{_self_light(state).value}")
    return _page(
        state,
        view,
        Shape.SERVICE,
        light=None if state.trying else _self_light(state),
        sentences=(_step(state, view), sentence),
        lines=tuple(_fault_lines(state)) if state.tested else (),
        facts=tuple(_well(state, view)) if state.tested else (),
        choices=(
            Choice(choices.TEST, Text("service.self-test.again"), open=not state.trying),
            *_around(state, view, main=not state.trying),
        ),
    )


def _self_light(state: Checking) -> Light:
    if state.codes is None:
        return Light.RED
    gravest = faults.worst(state.codes)
    return Light.GREEN if gravest is None else LIGHTS[gravest]


def _fault_lines(state: Checking) -> Iterator[Line[Text]]:
    """What is wrong, the gravest first."""
    found = sorted((faults.find(code) for code in state.codes or ()), key=lambda one: list(LIGHTS).index(one.severity))
    if state.codes == ():
        yield Line(Text("check.self-test.well"), light=Light.GREEN)
    for fault in reversed(found):
        yield Line(fault_words.sentence(fault), fault_words.part(fault.part), None, LIGHTS[fault.severity])


def _well(state: Checking, view: View) -> Iterator[Line[Text]]:
    """The parts against which nothing was found."""
    troubled = {faults.find(code).part for code in state.codes or ()}
    for part in Part:
        if state.codes is not None and part in view.parts and part not in troubled:
            yield Line(Text("doctor.state.well"), fault_words.part(part))


def _summary(state: Checking, view: View) -> Page[Text]:
    stations = view.stations[:-1]
    good = all(state.walk.found.get(one) is Found.GOOD for one in stations)
    lights = [light(state.walk, one) for one in stations]
    shines = Light.GREEN if good else Light.RED if Light.RED in lights else Light.YELLOW
    how = "well" if good else "open"
    return Page(
        "check-summary",
        Shape.SERVICE,
        state.language,
        Text(f"check.summary-{how}.heading"),
        (Text(f"check.summary-{how}.sentence"),),
        light=shines,
        lines=tuple(_summed(state, one) for one in stations),
        choices=(
            Choice(choices.CHECK_DONE, Text("check.start" if state.walk.first else "check.done"), Role.MAIN),
            BACK,
        ),
        stops=_stops(state, view),
    )


def _summed(state: Checking, station: Station) -> Line[Text]:
    found = state.walk.found.get(station)
    said = Text(f"check.found.{found.value}") if found is not None else Text("check.found.none")
    shines = light(state.walk, station) or Light.YELLOW
    return Line(Text(f"check.{station.value}.name"), note=said, light=shines, choice=choices.STATION + station.value)


def _is(state: Checking, *found: Found) -> bool:
    return state.walk.found.get(state.walk.at) in found


PAGES: Mapping[type, Callable[[Any, View], Page[Text]]] = {Checking: _checking}
