"""How kiosks have been: what their heartbeats said otherwise than the one before."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select

from central.machines import Was
from central.store import bulk
from central.store.tables import kiosk_history, kiosk_state
from kiosk.sync.messages import Heartbeat

KEPT = timedelta(days=90)


class _Told(msgspec.Struct, frozen=True):
    """Of a heartbeat what makes history; all else would only fill the table."""

    light: str = ""
    faults: list[str] = []
    program: str = ""
    schema: str = ""


_TOLD = msgspec.json.Decoder(_Told)


def note(connection: Connection, said: Iterable[tuple[str, datetime, Heartbeat]]) -> None:
    """Write down what is new in these heartbeats, one of each kiosk, before they take the place of those before."""
    new = {kiosk: (at, beat) for kiosk, at, beat in said}
    there = bulk.among(connection, kiosk_state.c.kiosk, new)
    held = connection.execute(select(kiosk_state.c.kiosk, kiosk_state.c.body).where(there))
    before = {name: _read(body) for name, body in held}
    rows = []
    for kiosk, (at, beat) in sorted(new.items()):
        if not _same(before.get(kiosk), beat):
            faults = " ".join(sorted(set(beat.faults)))
            row = {"kiosk": kiosk, "at": at, "light": beat.light, "faults": faults}
            rows.append(row | {"program": beat.program, "schema": beat.schema})
    bulk.write(connection, kiosk_history, rows)


def of(connection: Connection, kiosk: str, most: int = 200) -> list[Was]:
    """The history of one kiosk, the newest first."""
    statement = select(kiosk_history).where(kiosk_history.c.kiosk == kiosk)
    return [_was(row) for row in connection.execute(statement.order_by(kiosk_history.c.at.desc()).limit(most))]


def forget(connection: Connection, now: datetime) -> int:
    """Drop what is older than ``KEPT``, but for how each kiosk was when that time began; how many rows that were."""
    old = kiosk_history.c.at < now - KEPT
    newest = (
        select(kiosk_history.c.kiosk, func.max(kiosk_history.c.at).label("at"))
        .where(old)
        .group_by(kiosk_history.c.kiosk)
        .subquery()
    )
    holds = select(newest.c.at).where(newest.c.kiosk == kiosk_history.c.kiosk).scalar_subquery()
    return connection.execute(delete(kiosk_history).where(old, kiosk_history.c.at < holds)).rowcount


def _read(body: str) -> _Told | None:
    try:
        return _TOLD.decode(body)
    except msgspec.MsgspecError:
        return None


def _same(told: _Told | None, beat: Heartbeat) -> bool:
    if told is None or (told.light, told.program, told.schema) != (beat.light, beat.program, beat.schema):
        return False
    return told.faults == beat.faults or set(told.faults) == set(beat.faults)


def _was(row: Any) -> Was:
    named: Mapping[str, Any] = row._asdict()
    return Was(named["at"], named["light"], frozenset(named["faults"].split()), named["program"], named["schema"])
