"""The last heartbeat of each kiosk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from central.store import bulk, kiosk_history
from central.store.tables import kiosk, kiosk_state
from kiosk.sync.messages import Heartbeat, HeartbeatAnswer, encode

_HEARTBEAT = msgspec.json.Decoder(Heartbeat)


@dataclass(frozen=True)
class Beat:
    """What a kiosk says of itself, heard now."""

    kiosk: str
    said: Heartbeat
    now: datetime


@dataclass(frozen=True)
class Heard:
    """When a kiosk was last heard, and what it said; ``said`` is ``None`` where a newer centre kept it."""

    at: datetime
    said: Heartbeat | None


def keep(connection: Connection, beats: Sequence[Beat]) -> list[HeartbeatAnswer]:
    """Keep the last one of each kiosk, and what is new in it for its history."""
    newest = {beat.kiosk: beat for beat in beats}
    # Sorted, so that two transactions that write the same rows wait for each other in one direction only.
    rows = [
        {"kiosk": name, "heard_at": beat.now, "body": encode(beat.said).decode()}
        for name, beat in sorted(newest.items())
    ]
    kiosk_history.note(connection, [(beat.kiosk, beat.now, beat.said) for beat in newest.values()])
    bulk.replace(connection, kiosk_state, rows)
    return [HeartbeatAnswer(heard_at=beat.now) for beat in beats]


def heard(connection: Connection, name: str | None = None) -> dict[str, Heard]:
    """The last heartbeat of each kiosk that ever sent one, or of one of them."""
    statement = select(kiosk_state) if name is None else select(kiosk_state).where(kiosk_state.c.kiosk == name)
    return {row.kiosk: Heard(row.heard_at, _read(row.body)) for row in connection.execute(statement)}


def last_signs(connection: Connection, name: str | None = None) -> Mapping[str, datetime]:
    """When each enrolled kiosk was last heard of; a new one counts from its enrolment."""
    at = func.coalesce(kiosk_state.c.heard_at, kiosk.c.enrolled_at, type_=kiosk.c.enrolled_at.type).label("at")
    there = kiosk_state.c.kiosk == kiosk.c.id
    statement = select(kiosk.c.id, kiosk.c.enrolled_at, at).join_from(kiosk, kiosk_state, there, isouter=True)
    rows = connection.execute(statement if name is None else statement.where(kiosk.c.id == name))
    # Enrolled anew, it has the name of a machine that was heard before.
    return {row.id: max(row.at, row.enrolled_at) for row in rows}


def _read(body: str) -> Heartbeat | None:
    try:
        return _HEARTBEAT.decode(body)
    except msgspec.MsgspecError:
        return None
