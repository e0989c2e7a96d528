"""Calling: each number belongs to one caller at a time, whoever presses when."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from central.calling import Call, Client, Rule, State
from central.store import waiting
from central.store.database import insert
from central.store.tables import call, calling_room, calling_seat, session

OPEN_TO_CALL = (State.TAKEN_BACK.value, State.MISSED.value)
"""States from which a number may be called once more."""


@dataclass(frozen=True)
class Seat:
    """Where somebody sits and whom they call: one ``line`` by its key, or all where it is empty."""

    room: str
    line: str = ""
    rule: Rule = Rule.APPOINTMENT


def of_day(connection: Connection, site: str, day: date) -> list[Call]:
    """All calls of a day, by the time at which each last rang."""
    there = (call.c.site == site) & (call.c.day == day)
    return [_read(row) for row in connection.execute(select(call).where(there).order_by(call.c.rang_at, call.c.ring))]


def by_ring(connection: Connection, site: str, ring: str) -> Call | None:
    """The call that rings by this mark now."""
    row = connection.execute(select(call).where(call.c.site == site, call.c.ring == ring)).first()
    return None if row is None else _read(row)


def make(
    connection: Connection, site: str, day: date, client: Client, area: str, room: str, by: str, now: datetime
) -> tuple[bool, Call]:
    """Call somebody to a room. ``False`` where they are called already, or have come, with the call that holds them."""
    values = {
        "fact": client.fact or None,
        "area": area,
        "room": room,
        "language": client.language,
        "state": State.CALLED.value,
        "ring": secrets.token_hex(8),
        "rang_at": now,
        "by": by,
        "settled_at": None,
        "settled_by": None,
    }
    row = insert(connection, call).values(site=site, day=day, number=client.number, rings=1, **values)
    # Whoever is second waits here for the first, and then finds the row taken.
    again = row.on_conflict_do_update(
        index_elements=[call.c.site, call.c.day, call.c.number],
        set_={**values, "rings": call.c.rings + 1},
        where=call.c.state.in_(OPEN_TO_CALL),
    )
    made = connection.execute(again).rowcount == 1
    if made and client.fact:
        waiting.acknowledge(connection, site, client.fact, by, now)
    if made:
        waiting.stir(connection, site)
    held = _held(connection, site, day, client.number)
    assert held is not None
    return made, held


def make_next(
    connection: Connection,
    site: str,
    day: date,
    clients: Sequence[tuple[Client, str]],
    room: str,
    turn: int,
    by: str,
    now: datetime,
) -> Call | None:
    """Call the first of those, each with their area, whom nobody else has called meanwhile.

    ``None`` where there is nobody left, or the room has gone on since ``turn``: the same button was pressed twice.
    """
    expected = (calling_room.c.site == site) & (calling_room.c.room == room) & (calling_room.c.turn == turn)
    if connection.execute(update(calling_room).where(expected).values(turn=turn + 1)).rowcount != 1:
        return None
    for client, area in clients:
        made, held = make(connection, site, day, client, area, room, by, now)
        if made:
            return held
    return None


def ring_again(connection: Connection, site: str, day: date, number: str, ring: str, now: datetime) -> bool:
    """Let a call ring once more; ``False`` where it has rung since ``ring``, or is over."""
    same = _open(site, day, number) & (call.c.ring == ring)
    fresh = {"ring": secrets.token_hex(8), "rings": call.c.rings + 1, "rang_at": now}
    return _stirred(connection, site, connection.execute(update(call).where(same).values(**fresh)).rowcount)


def settle(connection: Connection, site: str, day: date, number: str, state: State, by: str, now: datetime) -> bool:
    """The client came, did not come, or should not have been called; ``False`` where the call is over already.

    Whoever came waits no longer, for reception too.
    """
    values = {"state": state.value, "settled_at": now, "settled_by": by}
    count = connection.execute(update(call).where(_open(site, day, number)).values(**values)).rowcount
    held = _held(connection, site, day, number)
    if count == 1 and state is State.CAME and held is not None and held.fact:
        waiting.take_in(connection, site, held.fact, by, now)
    return _stirred(connection, site, count)


def reopen(connection: Connection, site: str, day: date, number: str) -> bool:
    """Somebody who did not come, or was said to have come, is put back among those who wait."""
    over = call.c.state.in_([State.MISSED.value, State.CAME.value])
    there = (call.c.site == site) & (call.c.day == day) & (call.c.number == number) & over
    count = connection.execute(update(call).where(there).values(state=State.TAKEN_BACK.value)).rowcount
    held = _held(connection, site, day, number)
    if count == 1 and held is not None and held.fact:
        waiting.put_back(connection, site, held.fact)
    return _stirred(connection, site, count)


def seat(connection: Connection, token: str, site: str) -> Seat | None:
    """Where the person of a session sits."""
    there = (calling_seat.c.session == token) & (calling_seat.c.site == site)
    row = connection.execute(select(calling_seat).where(there)).first()
    return None if row is None else Seat(row.room, row.line, Rule(row.rule))


def sit(connection: Connection, token: str, site: str, new: Seat) -> None:
    """Remember it for as long as the session lasts. Those of sessions that have ended are cleared away."""
    connection.execute(delete(calling_seat).where(calling_seat.c.session.not_in(select(session.c.hash))))
    values = {"room": new.room, "line": new.line, "rule": new.rule.value}
    row = insert(connection, calling_seat).values(session=token, site=site, **values)
    keys = [calling_seat.c.session, calling_seat.c.site]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_=values))
    room = insert(connection, calling_room).values(site=site, room=new.room, turn=0)
    connection.execute(room.on_conflict_do_nothing())


def turns(connection: Connection, site: str) -> dict[str, int]:
    """How often each room has called somebody next."""
    rows = connection.execute(select(calling_room).where(calling_room.c.site == site))
    return {row.room: row.turn for row in rows}


def _open(site: str, day: date, number: str) -> Any:
    there = (call.c.site == site) & (call.c.day == day) & (call.c.number == number)
    return there & (call.c.state == State.CALLED.value)


def _stirred(connection: Connection, site: str, count: int) -> bool:
    if count == 1:
        waiting.stir(connection, site)
    return count == 1


def _held(connection: Connection, site: str, day: date, number: str) -> Call | None:
    there = (call.c.site == site) & (call.c.day == day) & (call.c.number == number)
    row = connection.execute(select(call).where(there)).first()
    return None if row is None else _read(row)


def _read(row: Row[Any]) -> Call:
    return Call(
        number=row.number,
        room=row.room,
        area=row.area,
        state=State(row.state),
        ring=row.ring,
        rings=row.rings,
        rang_at=row.rang_at,
        language=row.language,
        fact=row.fact,
        by=row.by,
        settled_at=row.settled_at,
    )
