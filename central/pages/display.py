"""The display of a waiting area: numbers and rooms, for everybody to see. It knows nothing else of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import moments
from central.calling import Call, Shown, State, shown
from central.pages import spoken
from central.pages.live import Topic
from central.pages.page import Page
from central.pages.visit import Visit
from central.pages.words import LANGUAGES, Words
from central.store import Connection, calls, changes

PAGE = Page("display", "/display", by_site=True, public=True, in_menu=False)


@dataclass(frozen=True)
class Board:
    """The calls of a site on one day, without a word on whom or by whom."""

    calls: Sequence[Call]

    def shown(self, area: str, now: datetime) -> Shown:
        """What one display shows of them."""
        return shown(self.calls, area, now)


def look(connection: Connection, site: str, now: datetime) -> Board:
    """The board as it is now: a new day begins with an empty one."""
    day = moments.today(changes.rules(connection, site).zone, now)
    made = calls.of_day(connection, site, day)
    return Board([replace(one, fact=None, by="", language="", settled_at=None) for one in made])


CALLS = Topic("display", look, every=5.0)


@PAGE.get()
async def choose(visit: Visit) -> Response:
    """The displays of a site."""
    return await visit.page("display_choose.html")


@PAGE.get("/{area}")
async def show(visit: Visit) -> Response:
    """The display of one area."""
    found = await visit.house.live.look(CALLS, visit.site)
    return await visit.page("display.html", data=found.data, **_setting(visit))


@PAGE.get("/{area}/live")
async def follow(visit: Visit) -> Response:
    """The same, kept up to date."""
    return visit.stream(CALLS, "display_state.html", **_setting(visit))


@PAGE.get("/{area}/sound/{ring}")
async def say(visit: Visit) -> Response:
    """A call of this display, said in the language in which its client used the kiosk.

    One that was taken back since is not said any more: there is nothing wrong with asking, and no content.
    """
    area, ring, now = _setting(visit)["area"], visit.part("ring"), visit.now
    call = await visit.read(lambda connection: calls.by_ring(connection, visit.site, ring))
    if call is None or call.area not in ("", area):
        raise HTTPException(404)
    if moments.today(visit.its_rules.zone, call.rang_at) != moments.today(visit.its_rules.zone, now):
        raise HTTPException(404)
    if call.state is State.TAKEN_BACK:
        return Response(status_code=204)
    language = spoken.tongue(call.language, visit.its_rules.languages)
    made = await run_in_threadpool(spoken.sound, call.number, call.room, language)
    if made is None:
        raise HTTPException(404)
    return Response(made, media_type="audio/wav")


def _setting(visit: Visit) -> dict[str, Any]:
    """What the templates of a display need. Raises ``HTTPException`` where there is no such area."""
    area, rules = visit.part("area"), visit.its_rules
    name = next((one.name for one in rules.areas if one.id == area), None)
    if name is None:
        raise HTTPException(404)
    first = visit.words.language
    said = [first, *(one for one in LANGUAGES if one in rules.languages and one != first)]
    tongues = [Words(one, rules.zone) for one in said]
    return {"area": area, "area_name": name, "tongues": tongues, "speaks": spoken.program() is not None}
