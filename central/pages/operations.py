"""Operations: what waits for a second person, what goes live when, and the sites whose rules somebody looks after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import amendments, moments, noted
from central.pages.operations_words import Said
from central.pages.page import Page
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, proposals, sites, versions
from central.store.proposals import NotDoneError, Proposal
from kiosk.sync.messages import SiteRecord, UnitMessage

SEES = (Role.OPERATOR, Role.APPROVER)
PAGE = Page("operations", "/operations", *SEES)
FARTHEST = 10
"""Years: a day beyond is a slip of the keyboard."""


@dataclass(frozen=True)
class Start:
    """A unit's first day, or, where somebody proposes it, what its first day would be."""

    site: str
    unit: UnitMessage
    day: date
    proposal: str = ""


@dataclass(frozen=True)
class Seen:
    """The sites that somebody may see, and what waits there."""

    sites: Mapping[str, SiteRecord]
    waiting: Sequence[Proposal]

    def of(self, site: str) -> Sequence[Proposal]:
        """What waits at a site."""
        return [one for one in self.waiting if one.site == site]

    def proposed(self, site: str, unit: str) -> Proposal | None:
        """The newest proposal of a unit's first day."""
        found = [one for one in self.of(site) if isinstance(one.change, amendments.GoLive) and one.change.unit == unit]
        return found[-1] if found else None

    def months(self) -> Mapping[tuple[int, int], Sequence[Start]]:
        """What goes live in which month, decided and proposed, in the order of the days."""
        starts = [
            Start(name, unit, unit.goes_live)
            for name, rules in self.sites.items()
            for unit in rules.units
            if unit.goes_live is not None
        ]
        for one in self.waiting:
            if isinstance(one.change, amendments.GoLive) and one.site in self.sites:
                there = next((it for it in self.sites[one.site].units if it.id == one.change.unit), None)
                starts += [] if there is None else [Start(one.site, there, one.change.day, one.id)]
        found: dict[tuple[int, int], list[Start]] = {}
        for start in sorted(starts, key=lambda one: (one.day, one.site, one.unit.id)):
            found.setdefault((start.day.year, start.day.month), []).append(start)
        return found


async def seen_by(visit: Visit) -> Seen:
    """What whoever asks sees."""

    def work(connection: Connection) -> Seen:
        known = sites.all_rules(connection)
        open_to = {name: one for name, one in sorted(known.items()) if visit.who.may_any(SEES, name)}
        return Seen(open_to, proposals.waiting(connection, open_to))

    return await visit.read(work)


@PAGE.get()
async def show(visit: Visit) -> Response:
    """What waits, what comes, and the sites."""
    seen = await seen_by(visit)
    return await visit.page("operations.html", seen=seen, said=Said(visit.words), today=_today(visit))


@PAGE.get("/calendar")
async def calendar(visit: Visit) -> Response:
    """Which unit goes live when, at all sites."""
    seen = await seen_by(visit)
    return await visit.page("operations_calendar.html", seen=seen, said=Said(visit.words), today=_today(visit))


@PAGE.get("/site/{site}/go-live/{unit}", needs=(Role.OPERATOR,))
async def ask_go_live(visit: Visit) -> Response:
    """From which day on the clients of a unit check in by kiosk."""
    unit = _unit(visit)
    return await _go_live(visit, unit, {"day": unit.goes_live.isoformat() if unit.goes_live else "", "why": ""})


@PAGE.post("/site/{site}/go-live/{unit}", needs=(Role.OPERATOR,))
async def propose_go_live(visit: Visit) -> Response:
    """Propose that day."""
    unit, sent = _unit(visit), await visit.form()
    problems: dict[str, str] = {}
    day = None
    try:
        day = date.fromisoformat(sent.get("day", ""))
    except ValueError:
        problems["day"] = visit.words.say("ops.problem.day")
    today = moments.today(visit.its_rules.zone, visit.now)
    if day is not None and not today.year - FARTHEST <= day.year <= today.year + FARTHEST:
        problems["day"] = visit.words.say("ops.problem.day-far")
    why = reason(visit, sent, problems)
    if day is None or problems:
        return await _go_live(visit, unit, sent, problems)
    change = amendments.GoLive(unit=unit.id, day=day, was=unit.goes_live)
    try:
        name = await proposed(visit, await newest(visit), change, why)
    except NotDoneError as error:
        return await _go_live(visit, unit, sent, {"": Said(visit.words).not_done(error)})
    return await visit.onward(f"/operations/site/{visit.site}/proposal/{name}", Told("ops.told.proposed"))


async def newest(visit: Visit) -> int:
    """The number of the newest version of the site."""
    return (await visit.read(lambda connection: versions.newest(connection, visit.site))).number


async def proposed(visit: Visit, base: int, change: amendments.Change, why: str) -> str:
    """Keep a change for a second person; its id. Raises ``NotDoneError``."""

    def work(connection: Connection) -> str:
        name = proposals.propose(connection, visit.site, base, change, visit.who, why, visit.now)
        visit.note(connection, Action.CHANGE_PROPOSED, f"{name} {proposals.kind_of(change)}")
        return name

    return await visit.write(work)


def reason(visit: Visit, sent: Mapping[str, str], problems: dict[str, str], *, may_be_empty: bool = False) -> str:
    """Why somebody wants something; what is wrong with it is put to the problems."""
    try:
        return noted.text(sent.get("why", ""), may_be_empty=may_be_empty)
    except noted.NotNotedError as error:
        problems["why"] = visit.words.say(f"ops.problem.why-{error.why}", longest=str(error.longest))
        return ""


def _unit(visit: Visit) -> UnitMessage:
    try:
        return amendments.unit(visit.its_rules, visit.part("unit"))
    except LookupError as error:
        raise HTTPException(404) from error


async def _go_live(
    visit: Visit, unit: UnitMessage, sent: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    seen, found = await seen_by(visit), problems or {}
    waits = seen.proposed(visit.site, unit.id)
    said = Said(visit.words)
    before = said.before_go_live(visit.its_rules.languages)
    status = 422 if found else 200
    return await visit.page(
        "operations_go_live.html", status, unit=unit, sent=sent, problems=found, said=said, waits=waits, before=before
    )


def _today(visit: Visit) -> date:
    return moments.today(visit.words.zone, visit.now)
