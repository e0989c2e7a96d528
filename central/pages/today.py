"""What is wrong at the kiosks today, for everybody: only what a person has let be read, and nothing of anybody."""

import time
from collections.abc import Callable
from datetime import timedelta
from weakref import WeakKeyDictionary

from starlette.responses import PlainTextResponse, Response

from central import moments
from central.pages import launch_state
from central.pages.house import House
from central.pages.launch import that_day
from central.pages.launch_state import Day
from central.pages.launch_words import Said
from central.pages.page import Page
from central.pages.visit import Visit
from central.store import Connection

PAGE = Page("today", "/today", public=True, in_menu=False)
KEPT = 5.0
"""Seconds for which one look serves all who ask: the page is for everybody, and may be asked for by many."""
OLDEST = timedelta(days=30)


_LOOKS: WeakKeyDictionary[House, dict[str, tuple[float, Day]]] = WeakKeyDictionary()


def forget(house: House) -> None:
    """Look anew the next time: somebody has published something."""
    _LOOKS.pop(house, None)


@PAGE.get()
async def show(visit: Visit) -> Response:
    """Today."""
    data = await _kept(visit, "", lambda connection: launch_state.today(connection, "", visit.now))
    if data.day != moments.today(data.zone(""), visit.now):
        forget(visit.house)
        data = await _kept(visit, "", lambda connection: launch_state.today(connection, "", visit.now))
    said = Said(visit.words, data)
    if visit.request.query_params.get("as") == "text":
        return PlainTextResponse(said.text(data.sites) + "\n")
    return await visit.page("today.html", data=data, said=said, last=data.day, oldest=data.day - OLDEST)


@PAGE.get("/{day}")
async def show_day(visit: Visit) -> Response:
    """A day before."""
    day = await that_day(visit, OLDEST)
    data = await _kept(visit, day.isoformat(), lambda connection: launch_state.on(connection, day, visit.now))
    last = moments.today(data.zone(""), visit.now)
    return await visit.page("today.html", data=data, said=Said(visit.words, data), last=last, oldest=last - OLDEST)


async def _kept(visit: Visit, name: str, look: Callable[[Connection], Day]) -> Day:
    kept = _LOOKS.setdefault(visit.house, {})
    found = kept.get(name)
    if found is None or time.monotonic() - found[0] > KEPT:
        found = kept[name] = time.monotonic(), await visit.read(look)
    return found[1]
