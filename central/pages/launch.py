"""What is wrong today, at each site: for those who mend it, and for whoever decides what is published of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import moments
from central.pages import fleet_words, launch_state
from central.pages.launch_state import Day, Line
from central.pages.launch_words import Said
from central.pages.live import Topic
from central.pages.page import Page
from central.pages.visit import Visit
from central.pages.words import LANGUAGES, Words
from central.people.roles import Role
from central.store import sites

SEES = (Role.OPERATOR, Role.TECHNICIAN, Role.RECEPTION)
MENDS = (Role.OPERATOR, Role.TECHNICIAN)
OLDEST = timedelta(days=60)
"""How far back days are shown: what they are made of is kept for 90."""
EVERYWHERE = "all"

PAGE = Page("launch", "/launch", *SEES)
TODAY: Topic[Day] = Topic("launch", launch_state.today, every=10.0)


@dataclass(frozen=True)
class Seen:
    """Which sites somebody may see, and which one they chose; empty is all of them."""

    open_to: Sequence[str]
    site: str = ""
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def shown(self) -> Sequence[str]:
        """The sites that are on the page."""
        return [self.site] if self.site else self.open_to


@PAGE.get()
async def show(visit: Visit) -> Response:
    """Today."""
    seen = await seen_by(visit, visit.request.query_params.get("site", ""))
    found = await visit.house.live.look(TODAY, "")
    return await visit.page("launch.html", data=found.data, **_setting(visit, seen))


@PAGE.get("/live/{place}")
async def follow(visit: Visit) -> Response:
    """The same, kept up to date."""
    place = visit.part("place")
    seen = await seen_by(visit, "" if place == EVERYWHERE else place)
    return visit.stream(TODAY, "launch_state.html", **_setting(visit, seen))


@PAGE.get("/text")
async def text(visit: Visit) -> Response:
    """What was published of today as plain text in each language, to be copied."""
    seen = await seen_by(visit, visit.request.query_params.get("site", ""))
    found = await visit.house.live.look(TODAY, "")
    zone = found.data.zone("")
    texts = {one: Said(Words(one, zone), found.data).text(dict.fromkeys(seen.shown)) for one in LANGUAGES}
    return await visit.page("launch_text.html", texts=texts, seen=seen)


@PAGE.get("/day/{day}")
async def show_day(visit: Visit) -> Response:
    """What was wrong on a day, and for how long."""
    seen = await seen_by(visit, visit.request.query_params.get("site", ""))
    day = await that_day(visit, OLDEST)
    data = await visit.read(lambda connection: launch_state.on(connection, day, visit.now))
    return await visit.page("launch_day.html", data=data, day=day, last=_today(visit, data), **_setting(visit, seen))


async def that_day(visit: Visit, oldest: timedelta) -> date:
    """The day of the address. Raises ``HTTPException`` where it is none, to come, or too long ago."""
    zone = launch_state.zone_of(await visit.read(sites.all_rules))
    try:
        day = date.fromisoformat(visit.part("day"))
    except ValueError as error:
        raise HTTPException(404) from error
    today = moments.today(zone, visit.now)
    if not today - oldest <= day <= today:
        raise HTTPException(404)
    return day


async def seen_by(visit: Visit, site: str) -> Seen:
    """What whoever asks may see. Raises ``HTTPException`` where they may not see that site."""
    rules = await visit.read(sites.all_rules)
    open_to = [one for one in sorted(rules) if visit.who.may_any(SEES, one)]
    if site and site not in open_to:
        raise HTTPException(404)
    return Seen(open_to, site, {name: one.name for name, one in rules.items()})


async def line_of(visit: Visit, item: str) -> tuple[Day, Line]:
    """One thing of today, by its id, where whoever asks may see it. Raises ``HTTPException``."""
    data = (await visit.house.live.look(TODAY, "")).data
    line = next((one for one in data.lines if one.spell.item == item), None)
    if line is None or not visit.who.may_any(SEES, line.spell.site or None):
        raise HTTPException(404)
    return data, line


def _today(visit: Visit, data: Day) -> date:
    return moments.today(data.zone(""), visit.now)


def _setting(visit: Visit, seen: Seen) -> dict[str, Any]:
    fleet = fleet_words.Said(visit.words, seen.names)
    return {"seen": seen, "said": lambda day: Said(visit.words, day), "fleet": fleet}
