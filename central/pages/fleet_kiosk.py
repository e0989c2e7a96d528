"""One kiosk: how it is, how it has been, what is open, and what an administrator may do."""

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from central import auth, machines
from central.pages import fleet_words
from central.pages.fleet import FLEET, PAGE, allowed
from central.pages.fleet_state import SEES, Chosen
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, configurations, day_closes, incidents, kiosk_history, kiosks, sites, staff_log
from central.store import machines as kept
from central.store.machines import Machine
from kiosk.sync.messages import Key

__all__ = ["PAGE"]

MOST_DAYS = 14
MOST_CHANGES = 40


@PAGE.get("/kiosk/{kiosk}")
async def show(visit: Visit) -> Response:
    """All that is known of a kiosk."""
    return await _page(visit)


@PAGE.post("/kiosk/{kiosk}/fault/{fault}", needs=(Role.TECHNICIAN,))
async def take_up(visit: Visit) -> Response:
    """Somebody looks after a fault."""
    sent, name, code, who = await visit.form(), visit.part("kiosk"), visit.part("fault"), visit.who
    machine = await _machine(visit, (Role.TECHNICIAN,))

    def work(connection: Connection) -> bool | None:
        there = incidents.standing(connection, name, machine.faults, machine.enrolled_at)
        one = next((one for one in there if one.fault == code), None)
        if one is None:
            return None
        done = incidents.take_up(connection, name, one, who.name, sent.get("note", "").strip()[:400], visit.now)
        if done:
            staff_log.note(connection, who, Action.FAULT_TAKEN, machine.site, f"{name} {code}"[:120], visit.now)
        return done

    done = await visit.write(work)
    told = {
        None: Told("fleet.told.gone"),
        True: Told("fleet.told.taken"),
        False: Told("fleet.told.fault-taken-before", warns=True),
    }[done]
    return await visit.onward(_at(name), told)


@PAGE.post("/kiosk/{kiosk}/revoke", needs=(Role.ADMIN,))
async def revoke(visit: Visit) -> Response:
    """Let it in no more, at once and for good."""
    sent, name, who = await visit.form(), visit.part("kiosk"), visit.who
    machine = await _machine(visit, (Role.ADMIN,))
    if sent.get("sure") != "yes":
        return await _page(visit, problem="fleet.problem.not-sure")

    def work(connection: Connection) -> bool:
        done = kiosks.revoke(connection, name, visit.now)
        if done:
            staff_log.note(connection, who, Action.KIOSK_REVOKED, machine.site, name, visit.now)
        return done

    done = await visit.write(work)
    return await visit.onward(_at(name), Told("fleet.told.revoked" if done else "fleet.told.revoked-before"))


@PAGE.post("/kiosk/{kiosk}/code", needs=(Role.ADMIN,))
async def new_code(visit: Visit) -> Response:
    """A code with which a machine becomes this kiosk. It is shown once, and kept only as a hash."""
    machine = await _machine(visit, (Role.ADMIN,))
    return await _page(visit, code=await _code(visit, machine.site, machine.kiosk))


@PAGE.get("/new", needs=(Role.ADMIN,))
async def ask_new(visit: Visit) -> Response:
    """Which kiosk is to be enrolled."""
    return await _new(visit)


@PAGE.post("/new", needs=(Role.ADMIN,))
async def make_new(visit: Visit) -> Response:
    """A code for a kiosk that is not there yet."""
    sent = await visit.form()
    site, name = sent.get("site", ""), sent.get("kiosk", "").strip()
    if site not in await _sites(visit):
        raise HTTPException(403)
    try:
        msgspec.convert(name, Key)
    except msgspec.ValidationError:
        return await _new(visit, 422, site=site, name=name, problem="fleet.problem.name")
    return await _new(visit, site=site, name=name, code=await _code(visit, site, name))


async def _code(visit: Visit, site: str, name: str) -> str:
    code, who = auth.new_code(), visit.who

    def work(connection: Connection) -> None:
        hashed = auth.code_hash(visit.house.store.pepper, code)
        kiosks.admit(connection, hashed, site, name, visit.now + auth.CODE_LIFE)
        staff_log.note(connection, who, Action.CODE_MADE, site, name, visit.now)

    await visit.write(work)
    return code


async def _sites(visit: Visit) -> dict[str, dict[str, str]]:
    rules = await visit.read(sites.all_rules)
    return {name: dict(one.name) for name, one in sorted(rules.items()) if visit.who.may(Role.ADMIN, name)}


async def _new(visit: Visit, status: int = 200, **data: str) -> Response:
    usual = {"site": "", "name": "", "code": "", "problem": ""} | data
    asked = {"asked_site": usual["site"], "name": usual["name"]}
    there = await _sites(visit)
    code, problem = usual["code"], usual["problem"]
    return await visit.page("fleet_new.html", status, sites=there, code=code, problem=problem, **asked)


async def _machine(visit: Visit, needs: tuple[Role, ...] = SEES) -> Machine:
    try:
        machine = await visit.read(lambda connection: kept.one(connection, visit.part("kiosk")))
    except LookupError as error:
        raise HTTPException(404) from error
    if not visit.who.may_any(needs, machine.site):
        # Of a site that is not theirs nobody learns what there is.
        raise HTTPException(404 if not visit.who.may_any(SEES, machine.site) else 403)
    return machine


async def _page(visit: Visit, code: str = "", problem: str = "") -> Response:
    machine = await _machine(visit)
    name, now = machine.kiosk, visit.now
    found = await visit.house.live.look(FLEET, "")
    history = await visit.read(lambda connection: kiosk_history.of(connection, name))
    chosen: Chosen = await allowed(visit, machine.site, "")
    return await visit.page(
        "fleet_kiosk.html",
        machine=machine,
        light=machine.light(now),
        said=fleet_words.Said(visit.words, found.data.names),
        incidents=await visit.read(
            lambda connection: incidents.standing(connection, name, machine.faults, machine.enrolled_at)
        ),
        alarms=[one for one in found.data.open(chosen) if one.data.get("kiosk") == name],
        rates=found.data.rates(chosen, name),
        changes=machines.changes(history)[:MOST_CHANGES],
        days=(await visit.read(lambda connection: day_closes.of_kiosk(connection, name)))[:MOST_DAYS],
        gaps=await visit.read(lambda connection: kept.gaps(connection, name)),
        last_fact=await visit.read(lambda connection: kept.last_fact(connection, name)),
        newest_rules=await visit.read(lambda connection: configurations.newest_number(connection, machine.site)),
        its_site=found.data.sites.get(machine.site),
        may_admin=visit.who.may(Role.ADMIN, machine.site),
        may_mend=visit.who.may(Role.TECHNICIAN, machine.site),
        code=code,
        problem=problem,
    )


def _at(name: str) -> str:
    return f"/fleet/kiosk/{name}"
