"""The log of staff: who did what, and looked at whom. That somebody reads it stands in it too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from central import moments
from central.csv_text import EXCEL
from central.pages.launch_state import bounds, zone_of
from central.pages.page import Page
from central.pages.visit import Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Store, sites, staff_log
from central.store.staff_log import COLUMNS, Asked, cells
from kiosk.sync.messages import SiteRecord

PAGE = Page("log", "/log", Role.ADMIN)
MOST = 100
"""Entries on one page."""
AT_ONCE = 500
LONGEST_PERSON = 120


@dataclass(frozen=True)
class Choice:
    """What was asked for, as the address has it."""

    day: date
    site: str
    person: str

    def address(self, path: str = "/log", **more: object) -> str:
        """The address with the same choice."""
        return f"{path}?{urlencode({'day': self.day, 'site': self.site, 'person': self.person, **more})}"

    @property
    def subject(self) -> str:
        """What the log says of the look."""
        return f"{self.day} {self.person}".strip()[:120]


@PAGE.get()
async def show(visit: Visit) -> Response:
    """A day, the newest first."""
    rules, choice, asked = await _asked(visit)
    number = visit.request.query_params.get("page", "1")
    place = int(number) if number.isdecimal() and len(number) < 6 else 1
    await _note(visit, Action.LOG_LOOKED, choice)
    skip = (max(place, 1) - 1) * MOST
    found = await visit.read(lambda connection: staff_log.newest(connection, asked, skip, MOST + 1))
    names = {name: one.name for name, one in rules.items()}
    more, known = len(found) > MOST, frozenset(Action)
    # What another version of the program has written is shown as it stands there.
    return await visit.page(
        "log.html", found=found[:MOST], more=more, place=max(place, 1), choice=choice, names=names, known=known
    )


@PAGE.get("/export.csv")
async def export(visit: Visit) -> Response:
    """The same as CSV, in the order in which it was written."""
    _, choice, asked = await _asked(visit)
    await _note(visit, Action.LOG_EXPORTED, choice)
    headers = {"Content-Disposition": f'attachment; filename="staff-log-{choice.day}.csv"'}
    lines = _lines(visit.house.store, asked)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _lines(store: Store, asked: Asked) -> Iterator[str]:
    yield EXCEL.begins + EXCEL.line(COLUMNS)
    after = None
    while True:
        with store.reading() as connection:
            found = staff_log.page(connection, asked, after, AT_ONCE)
        if not found:
            return
        yield "".join(EXCEL.line(cells(one)) for _, one in found)
        after = found[-1][1].at, found[-1][0]


async def _asked(visit: Visit) -> tuple[Mapping[str, SiteRecord], Choice, Asked]:
    """What was asked for, and what of it whoever asks may see. Raises ``HTTPException``."""
    query, rules = visit.request.query_params, await visit.read(sites.all_rules)
    theirs = {name: one for name, one in sorted(rules.items()) if visit.who.may(Role.ADMIN, name)}
    zone = zone_of(rules)
    try:
        day = date.fromisoformat(query["day"]) if query.get("day") else moments.today(zone, visit.now)
        since, until = bounds(zone, day)
    except (ValueError, OverflowError) as error:
        raise HTTPException(404) from error
    site, person = query.get("site", ""), query.get("person", "").strip()[:LONGEST_PERSON]
    if (site and site not in theirs) or "\x00" in person:
        raise HTTPException(404)
    # Whoever is an administrator of some sites alone sees nothing of the others, nor of what concerns none.
    everywhere = any(Role.ADMIN in grant.roles and not grant.sites for grant in visit.who.grants)
    shown = [site] if site else None if everywhere else list(theirs)
    return theirs, Choice(day, site, person), Asked(shown, since, until, person)


async def _note(visit: Visit, what: Action, choice: Choice) -> None:
    await visit.write(
        lambda connection: staff_log.note(connection, visit.who, what, choice.site or None, choice.subject, visit.now)
    )
