"""Reception: who is here, since when, and what is done for one of them."""

from collections.abc import Callable
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central.pages import reception_finding, reception_room, reception_settling
from central.pages.live import Topic
from central.pages.reception_desk import PAGE, by_others, done_or_missing, found_reading, room, rule_of, unsealed
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.store import Connection, annulments, expected, waiting
from central.store.waiting import Done

__all__ = ["PAGE", "reception_finding", "reception_settling"]

ROOM = Topic("reception", reception_room.look)


@PAGE.get()
async def show(visit: Visit) -> Response:
    """Who is here now."""
    await visit.look_up("reception")
    found = await visit.house.live.look(ROOM, visit.site)
    return await visit.page("reception.html", data=found.data)


@PAGE.get("/live")
async def follow(visit: Visit) -> Response:
    """The same, kept up to date. Whoever has not just opened the page looks anew."""
    if not visit.shown:
        await visit.look_up("reception")
    return visit.stream(ROOM, "reception_state.html")


# --- one client -----------------------------------------------------------------------------------------------------


@PAGE.get("/client/{fact}")
async def show_client(visit: Visit) -> Response:
    """All that is known of somebody's coming, and what can be done."""
    return await _client(visit)


@PAGE.post("/client/{fact}/acknowledge")
async def acknowledge(visit: Visit) -> Response:
    """Somebody of the staff has seen that the client is here."""
    return await _care(visit, waiting.acknowledge, Action.ACKNOWLEDGED, "acknowledged")


@PAGE.post("/client/{fact}/take-in")
async def take_in(visit: Visit) -> Response:
    """The client waits no longer."""
    return await _care(visit, waiting.take_in, Action.TAKEN_IN, "taken-in")


@PAGE.post("/client/{fact}/put-back")
async def put_back(visit: Visit) -> Response:
    """The client waits still: it was a mistake."""
    fact = visit.part("fact")

    def work(connection: Connection) -> bool:
        done = waiting.put_back(connection, visit.site, fact)
        if done:
            visit.note(connection, Action.PUT_BACK, fact)
        return done

    done = await visit.write(work)
    return await visit.onward(_back(visit), Told("reception.told.put-back") if done else None)


@PAGE.post("/client/{fact}/who")
async def show_who(visit: Visit) -> Response:
    """Who it is, as the kiosk sealed it. That somebody looked is logged before it is shown."""
    return await _client(visit, who=await unsealed(visit, visit.part("fact")))


@PAGE.post("/client/{fact}/annul")
async def annul(visit: Visit) -> Response:
    """Take the check-in back."""
    fact, sent = visit.part("fact"), await visit.form()
    if sent.get("sure") != "yes":
        return await _client(visit, 200, problem="reception.problem.not-sure")

    def work(connection: Connection) -> str:
        here = waiting.one(connection, visit.site, fact)
        if not here.stands:
            return "annulled-before"
        annulments.annul(connection, visit.site, here.about, visit.now)
        visit.note(connection, Action.ANNULLED, fact)
        return "annulled"

    try:
        told = await visit.write(work)
    except LookupError as error:
        raise HTTPException(404) from error
    return await visit.onward(room(visit), Told(f"reception.told.{told}", warns=told != "annulled"))


async def _care(
    visit: Visit, work: Callable[[Connection, str, str, str, datetime], Done], action: Action, word: str
) -> Response:
    fact = visit.part("fact")

    def run(connection: Connection) -> Done:
        done = work(connection, visit.site, fact, visit.who.name, visit.now)
        if done.now:
            visit.note(connection, action, fact)
        return done

    done = await done_or_missing(visit, run)
    if done.now or done.by == visit.who.name:
        return await visit.onward(_back(visit), Told(f"reception.told.{word}"))
    return await visit.onward(_back(visit), by_others(f"{word}-before", visit, done))


async def _client(visit: Visit, status: int = 200, who: dict[str, str] | None = None, problem: str = "") -> Response:
    fact = visit.part("fact")
    await visit.look_up(fact)
    here = await found_reading(visit, lambda connection: waiting.one(connection, visit.site, fact))
    booked = None
    if here.appointment:
        booked = await visit.read(lambda connection: expected.one(connection, visit.site, here.appointment))
    over = here.taken_in_at or here.annulled_at or here.matched_to
    waits = None if over else reception_room.judged(here, await visit.read(rule_of(visit)), visit.now)
    return await visit.page(
        "reception_client.html", status, here=here, booked=booked, waits=waits, who=who, problem=problem
    )


def _back(visit: Visit) -> str:
    """To the room, or to the client where the button stood there."""
    fact = visit.part("fact")
    return f"{room(visit)}/client/{fact}" if visit.request.query_params.get("from") == "client" else room(visit)
