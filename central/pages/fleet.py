"""The fleet: every kiosk with what is the matter with it, what is open, and how check-ins go."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central.pages import fleet_state, fleet_words
from central.pages.fleet_state import EVERYWHERE, SEES, Chosen, Fleet
from central.pages.live import Topic
from central.pages.page import Page
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, alarms, sites, staff_log

PAGE = Page("fleet", "/fleet", *SEES)
FLEET: Topic[Fleet] = Topic("fleet", fleet_state.look, every=5.0)


async def allowed(visit: Visit, site: str, light: str) -> Chosen:
    """What whoever asks sees. Raises ``HTTPException``."""
    rules = await visit.read(sites.all_rules)
    try:
        return fleet_state.chosen(visit.who, rules, site, light)
    except LookupError as error:
        raise HTTPException(404) from error


@PAGE.get()
async def show(visit: Visit) -> Response:
    """The kiosks, the worst first."""
    query = visit.request.query_params
    chosen = await allowed(visit, query.get("site", ""), query.get("light", ""))
    found = await visit.house.live.look(FLEET, "")
    said = fleet_words.Said(visit.words, found.data.names)
    return await visit.page("fleet.html", data=found.data, chosen=chosen, said=said)


@PAGE.get("/live/{place}/{light}")
async def follow(visit: Visit) -> Response:
    """The same, kept up to date."""
    site, light = ("" if one == EVERYWHERE else one for one in (visit.part("place"), visit.part("light")))
    chosen = await allowed(visit, site, light)
    rules = await visit.read(sites.all_rules)
    said = fleet_words.Said(visit.words, {name: one.name for name, one in rules.items()})
    return visit.stream(FLEET, "fleet_state.html", chosen=chosen, said=said)


@PAGE.post("/alarm/{alarm}/acknowledge", needs=(Role.TECHNICIAN, Role.OPERATOR))
async def acknowledge(visit: Visit) -> Response:
    """Somebody looks into an alarm."""
    name, who = visit.part("alarm"), visit.who

    def work(connection: Connection) -> tuple[bool, str]:
        one = alarms.one(connection, name)
        if not who.may_any((Role.TECHNICIAN, Role.OPERATOR), one.site or None):
            raise LookupError(name)
        done = alarms.acknowledge(connection, name, who.name, visit.now)
        if done:
            staff_log.note(connection, who, Action.ALARM_TAKEN, one.site or None, name, visit.now)
        return done, one.seen_by

    try:
        done, by = await visit.write(work)
    except LookupError as error:
        raise HTTPException(404) from error
    if done or by == who.name:
        return await visit.onward("/fleet", Told("fleet.told.taken"))
    told = Told("fleet.told.taken-before", {"name": by}, warns=True) if by else Told("fleet.told.over")
    return await visit.onward("/fleet", told)
