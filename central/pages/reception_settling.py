"""Reception: what a person settles: double check-ins, requests to be called, and how long nobody is looked for."""

from datetime import timedelta

from starlette.responses import Response

from central.lost import WaitingRule
from central.pages.reception_desk import PAGE, done_or_missing, room, rule_of, unsealed
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, call_backs, conflicts, waiting

LONGEST_NOTE = 400
LONGEST_NAME = 64
PATIENCE = range(1, 181)
"""Minutes that a site may set."""


@PAGE.post("/conflict/{fact}/close")
async def close_conflict(visit: Visit) -> Response:
    """A person has looked into it."""
    fact, note = visit.part("fact"), (await visit.form()).get("note", "").strip()
    if not 1 <= len(note) <= LONGEST_NOTE:
        return await visit.onward(room(visit), Told("reception.told.note-needed", warns=True))

    def work(connection: Connection) -> bool:
        waiting.belongs(connection, visit.site, fact)
        done = conflicts.close(connection, fact, visit.who.subject[:LONGEST_NAME], note, visit.now)
        if done:
            visit.note(connection, Action.CONFLICT_CLOSED, fact)
            waiting.stir(connection, visit.site)
        return done

    done = await done_or_missing(visit, work)
    key = "reception.told.conflict-closed" if done else "reception.told.conflict-closed-before"
    return await visit.onward(room(visit), Told(key, warns=not done))


@PAGE.get("/call/{fact}")
async def show_call(visit: Visit) -> Response:
    """A request to be called."""
    return await visit.page("reception_call.html", fact=visit.part("fact"), who=None)


@PAGE.post("/call/{fact}/who")
async def show_whom_to_call(visit: Visit) -> Response:
    """Whom to call at which number. That somebody looked is logged before it is shown."""
    who = await unsealed(visit, visit.part("fact"))
    return await visit.page("reception_call.html", fact=visit.part("fact"), who=who)


@PAGE.post("/call/{fact}/done")
async def call_done(visit: Visit) -> Response:
    """Somebody has called."""
    fact = visit.part("fact")

    def work(connection: Connection) -> bool:
        waiting.belongs(connection, visit.site, fact)
        done = call_backs.close(connection, fact, visit.now)
        if done:
            visit.note(connection, Action.CALL_BACK_DONE, fact)
            waiting.stir(connection, visit.site)
        return done

    done = await done_or_missing(visit, work)
    key = "reception.told.called" if done else "reception.told.called-before"
    return await visit.onward(room(visit), Told(key, warns=not done))


@PAGE.get("/patience", needs=[Role.OPERATOR, Role.ADMIN])
async def show_patience(visit: Visit) -> Response:
    """After how long somebody is to be looked for."""
    return await visit.page("reception_patience.html", rule=await visit.read(rule_of(visit)), problem="")


@PAGE.post("/patience", needs=[Role.OPERATOR, Role.ADMIN])
async def set_patience(visit: Visit) -> Response:
    """Change it."""
    sent = await visit.form()
    written = [sent.get(name, "") for name in ("unseen", "overdue")]
    minutes = [int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0 for text in written]
    if not all(one in PATIENCE for one in minutes):
        rule = await visit.read(rule_of(visit))
        return await visit.page("reception_patience.html", 422, rule=rule, problem="patience.problem")
    rule = WaitingRule(*(timedelta(minutes=one) for one in minutes))

    def work(connection: Connection) -> None:
        waiting.set_rule(connection, visit.site, rule)
        visit.note(connection, Action.PATIENCE_SET, f"{minutes[0]},{minutes[1]}")

    await visit.write(work)
    return await visit.onward(f"{room(visit)}/patience", Told("patience.told"))
