"""The verbs of a scenario: one function each, in one table. ``docs/scenarios.md`` tells them to writers."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from kiosk.checkin.hetu import LENGTH
from kiosk.scenario import devices
from kiosk.scenario.actor import Actor
from kiosk.scenario.devices import one_of
from kiosk.scenario.expectations import expect
from kiosk.scenario.stage import PLUGGED, PULLED
from kiosk.scenario.stagehand import StageError

TOUCH_SECONDS = 5.0
BETWEEN_SHOWINGS = timedelta(seconds=3)
"""Showing one card twice takes a hand this long; scanners and drivers take anything quicker for one showing."""

_SPAN = re.compile(r"([+-]?)([0-9]+)\s*(s|m|h|d)")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def scan(actor: Actor, text: str) -> None:
    r"""The scanner reads this text; write the scanner's suffix too, such as ``\r``."""
    if text == actor.last_scan:
        actor.stage.let_pass(BETWEEN_SHOWINGS)
    actor.last_scan = text
    actor.identifiers.add(text.strip())
    actor.act()
    actor.stage.scanner.scan(text)


def type_in(actor: Actor, text: str) -> None:
    """Touches the keys of the keypad one after another."""
    if len(text) >= LENGTH:
        actor.identifiers.add(text)
    actor.act()
    for before, key in pairwise(" " + text):
        actor.stage.stagehand.touch(f"key:{key}", TOUCH_SECONDS, hurry=before not in (" ", key))


def touch(actor: Actor, name: str) -> None:
    """Touches a choice of the page as soon as it is there; ``language-sv`` for a language, ``gesture-service``."""
    actor.act()
    kind, _, rest = name.partition("-")
    target = f"{kind}:{rest}" if kind in ("language", "key", "gesture") else f"choice:{name}"
    actor.stage.stagehand.touch(target, TOUCH_SECONDS)


def key(actor: Actor, names: str | list[str]) -> None:
    """Strikes keys of an assistive keypad one after another, such as ``down``, ``enter`` or ``f5``."""
    for name in [names] if isinstance(names, str | int) else names:
        actor.act()
        actor.stage.stagehand.strike(str(name))


def headphones(actor: Actor, state: str) -> None:
    """``in`` or ``out``: headphones are plugged into the jack of the keypad, or pulled out."""
    actor.act()
    strike = actor.stage.stagehand.strike
    one_of(state, {"in": lambda: strike(PLUGGED), "out": lambda: strike(PULLED)})


def wait(_actor: Actor, seconds: float) -> None:
    """Lets this many real seconds go by."""
    time.sleep(float(seconds))


def let_pass(actor: Actor, span: str) -> None:
    """Time passes for all processes at once, such as ``40s`` or ``10m``."""
    actor.act()
    actor.stage.let_pass(_span(span))


def clock(actor: Actor, span: str) -> None:
    """Somebody sets the kiosk's wall clock, such as ``+5m`` or ``-1d``; time-outs don't notice."""
    actor.stage.clock.set_wall(_span(span))


def kill(actor: Actor, name: str) -> None:
    """SIGKILL to ``screen``, ``sync`` or ``central``."""
    actor.stage.kill(name)


def start(actor: Actor, name: str) -> None:
    """Starts what was killed, and waits until it serves."""
    actor.stage.start(name)
    if name == "screen":
        actor.restarted()


def centre(actor: Actor, command: Mapping[str, Any]) -> None:
    """``cancel: A1``, ``annul: A1`` (the check-in is taken back), ``book: {id: …}`` (a new visit), ``publish: {…}``.

    What is published are the rules of the site with something else in them, as their next version.
    """
    ((what, given),) = command.items()
    site = actor.stage.plan.site_name
    one_of(
        what,
        {
            "cancel": lambda: actor.stage.central("cancel", given, "--site", site),
            "annul": lambda: actor.stage.central("annul", given, "--site", site),
            "book": lambda: actor.stage.seed([given]),
            "publish": lambda: actor.stage.publish(given),
        },
    )


def record(actor: Actor, visit: Mapping[str, Any]) -> None:
    """The health record books a visit of the dental unit: ``id``, ``person``, ``starts``, maybe ``protected``."""
    actor.identifiers.add(str(visit["person"]))
    actor.stage.book_in_record(visit)


def call(actor: Actor, what: Mapping[str, Any]) -> None:
    """Somebody of the staff calls a ``number`` (``shown`` is the page's) to a ``room``, on the page for that."""
    number = actor.number if what["number"] == "shown" else str(what["number"])
    actor.stage.call(str(number), str(what["room"]))


VERBS: Mapping[str, Callable[[Actor, Any], None]] = {
    "scan": scan,
    "type": type_in,
    "touch": touch,
    "key": key,
    "headphones": headphones,
    "wait": wait,
    "pass": let_pass,
    "clock": clock,
    "kill": kill,
    "start": start,
    "centre": centre,
    "record": record,
    "call": call,
    **devices.VERBS,
    "expect": expect,
}


def _span(text: str) -> timedelta:
    match = _SPAN.fullmatch(str(text).strip())
    if match is None:
        raise StageError(f"{text!r} is no span of time; write it as 40s, +5m, -1h or 2d")
    sign, count, unit = match.groups()
    span = timedelta(**{_UNITS[unit]: int(count)})
    return -span if sign == "-" else span
