"""Calling: who is next, to which room, and whether they came."""

from collections.abc import Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from central.calling import Call, Client, Line, Rule, State, room_sign, ticket
from central.pages import calling_room
from central.pages.live import Topic
from central.pages.page import Page
from central.pages.visit import Told, Visit
from central.people.actions import Action
from central.people.roles import Role
from central.store import Connection, calls
from central.store.calls import Seat

PAGE = Page("calling", "/calling", Role.CALLER, by_site=True)
LINES = Topic("calling", calling_room.look)


@PAGE.get()
async def show(visit: Visit) -> Response:
    """Who waits, and who is called."""
    await visit.look_up("calling")
    return await _shown(visit)


@PAGE.get("/live")
async def follow(visit: Visit) -> Response:
    """The same, kept up to date."""
    if not visit.shown:
        await visit.look_up("calling")
    return visit.stream(LINES, "calling_state.html", seat=await visit.read(_seat(visit)))


@PAGE.post("/seat")
async def sit(visit: Visit) -> Response:
    """From here on I call from this room."""
    sent = await visit.form()
    room, line, rule = room_sign(sent.get("room", "")), sent.get("line", ""), sent.get("rule", Rule.APPOINTMENT.value)
    if room is None:
        return await _shown(visit, 422, problem="calling.problem.room", written=sent.get("room", "")[:40])
    if rule not in set(Rule) or len(line) > 300 or line.count("|") not in (0, 3):
        raise HTTPException(400)
    seat = Seat(room, line, Rule(rule))
    await visit.write(lambda connection: calls.sit(connection, visit.token, visit.site, seat))
    return await visit.onward(_page(visit))


@PAGE.post("/next")
async def call_next(visit: Visit) -> Response:
    """Call whoever is first in a line."""
    sent, seat = await visit.form(), await _seated(visit)
    line, turn = sent.get("line", ""), sent.get("turn", "")
    if line.count("|") != 3 or not (turn.isascii() and turn.isdigit() and len(turn) < 9):
        raise HTTPException(400)

    def work(connection: Connection) -> tuple[Call | None, Call | None]:
        here = calling_room.look(connection, visit.site, visit.now)
        [(_, clients)] = here.lines(seat.rule, line)
        wanted = [(one, here.display_of(one)) for one in clients]
        place = (visit.site, here.day)
        made = calls.make_next(connection, *place, wanted, seat.room, int(turn), visit.who.name, visit.now)
        if made is not None:
            visit.note(connection, Action.CALLED, made.fact)
        return made, next(iter(here.open_calls(seat.room)), None)

    made, before = await visit.write(work)
    if made is not None:
        return await visit.onward(_page(visit), _called(made))
    if before is not None and int(turn) + 1 == (await visit.read(_turn(visit, seat.room))):
        # The second press of the same button, or a colleague in the same room: that call stands.
        return await visit.onward(_page(visit), _held(visit, before))
    return await visit.onward(_page(visit), Told("calling.told.nobody", warns=True))


@PAGE.post("/call")
async def call_number(visit: Visit) -> Response:
    """Call one number, whether the centre knows of them yet or not."""
    sent, seat = await visit.form(), await _seated(visit)
    number = ticket(sent.get("number", ""))
    if number is None:
        return await visit.onward(_page(visit), Told("calling.told.no-number", warns=True))

    def work(connection: Connection) -> tuple[bool, bool, Call]:
        here = calling_room.look(connection, visit.site, visit.now)
        known = here.client(number)
        before = next((one for one in here.calls if one.number == number), None)
        area = here.display_of(known) if known else _area(here, seat)
        client = known or Client(before.fact or "" if before else "", number, Line(), visit.now)
        made, held = calls.make(connection, visit.site, here.day, client, area, seat.room, visit.who.name, visit.now)
        if made:
            visit.note(connection, Action.CALLED, held.fact or number)
        return made, known is not None or before is not None, held

    made, known, held = await visit.write(work)
    if not made:
        return await visit.onward(_page(visit), _held(visit, held))
    unknown = Told("calling.told.called-unknown", {"number": held.number, "room": held.room}, warns=True)
    return await visit.onward(_page(visit), _called(held) if known else unknown)


@PAGE.post("/again")
async def ring_again(visit: Visit) -> Response:
    """Let it ring once more."""
    sent = await visit.form()

    def work(connection: Connection, here: calling_room.CallingRoom, call: Call) -> bool:
        return calls.ring_again(connection, visit.site, here.day, call.number, sent.get("ring", ""), visit.now)

    return await _changed(visit, sent, Action.CALLED_AGAIN, "again", work)


@PAGE.post("/came")
async def note_came(visit: Visit) -> Response:
    """The client is in the room."""
    return await _settled(visit, State.CAME, Action.CALL_ANSWERED)


@PAGE.post("/missed")
async def note_missed(visit: Visit) -> Response:
    """The client did not come."""
    return await _settled(visit, State.MISSED, Action.CALL_UNANSWERED)


@PAGE.post("/taken-back")
async def take_back(visit: Visit) -> Response:
    """It was a mistake: they wait on, and it goes from the display."""
    return await _settled(visit, State.TAKEN_BACK, Action.CALL_TAKEN_BACK)


@PAGE.post("/reopen")
async def reopen(visit: Visit) -> Response:
    """Who did not come, or was said to have come, waits again."""

    def work(connection: Connection, here: calling_room.CallingRoom, call: Call) -> bool:
        return calls.reopen(connection, visit.site, here.day, call.number)

    return await _changed(visit, await visit.form(), Action.PUT_BACK, "reopen", work)


# --- what they share ------------------------------------------------------------------------------------------------


async def _shown(visit: Visit, status: int = 200, problem: str = "", written: str = "") -> Response:
    found = await visit.house.live.look(LINES, visit.site)
    seat = await visit.read(_seat(visit))
    return await visit.page("calling.html", status, data=found.data, seat=seat, problem=problem, written=written)


async def _settled(visit: Visit, state: State, action: Action) -> Response:
    def work(connection: Connection, here: calling_room.CallingRoom, call: Call) -> bool:
        return calls.settle(connection, visit.site, here.day, call.number, state, visit.who.name, visit.now)

    return await _changed(visit, await visit.form(), action, state.value, work)


async def _changed(
    visit: Visit,
    sent: Mapping[str, str],
    action: Action,
    word: str,
    work: Callable[[Connection, calling_room.CallingRoom, Call], bool],
) -> Response:
    number = sent.get("number", "")

    def run(connection: Connection) -> bool:
        here = calling_room.look(connection, visit.site, visit.now)
        found = next((one for one in here.calls if one.number == number), None)
        if found is None:
            raise HTTPException(404)
        done = work(connection, here, found)
        if done:
            visit.note(connection, action, found.fact or number)
        return done

    done = await visit.write(run)
    told = Told(f"calling.told.{word}", {"number": number})
    return await visit.onward(_page(visit), told if done else Told("calling.told.over", {"number": number}))


def _called(made: Call) -> Told:
    return Told("calling.told.called", {"number": made.number, "room": made.room})


def _held(visit: Visit, held: Call) -> Told:
    if held.by == visit.who.name and held.state is State.CALLED:
        return _called(held)
    data = {"number": held.number, "room": held.room, "name": held.by, "time": visit.words.time(held.rang_at)}
    return Told("calling.told.called-before", data, warns=True)


def _area(here: calling_room.CallingRoom, seat: Seat) -> str:
    area = seat.line.partition("|")[0]
    return area if any(one.id == area for one in here.rules.areas) else ""


def _page(visit: Visit) -> str:
    return PAGE.at(visit.site)


def _seat(visit: Visit) -> Callable[[Connection], Seat | None]:
    return lambda connection: calls.seat(connection, visit.token, visit.site)


def _turn(visit: Visit, room: str) -> Callable[[Connection], int]:
    return lambda connection: calls.turns(connection, visit.site).get(room, 0)


async def _seated(visit: Visit) -> Seat:
    seat = await visit.read(_seat(visit))
    if seat is None:
        raise HTTPException(400)
    return seat
