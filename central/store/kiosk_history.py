"""How kiosks have been: what their heartbeats said otherwise than the one before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select

from central.machines import Light, Was
from central.store import bulk
from central.store.tables import kiosk, kiosk_history, kiosk_state
from kiosk.sync.messages import Heartbeat

KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Past:
    """How a kiosk has been, the oldest first, for as long as it was ours."""

    kiosk: str
    site: str
    enrolled_at: datetime
    revoked_at: datetime | None
    history: Sequence[Was]


class _Told(msgspec.Struct, frozen=True):
    """Of a heartbeat what makes history; all else would only fill the table."""

    light: str = ""
    faults: list[str] = []
    program: str = ""
    schema: str = ""


_TOLD = msgspec.json.Decoder(_Told)


def note(connection: Connection, said: Iterable[tuple[str, datetime, Heartbeat]]) -> None:
    """Write down what is new in these heartbeats, one of each kiosk, before they take the place of those before."""
    new = {name: (at, beat) for name, at, beat in said}
    there = bulk.among(connection, kiosk_state.c.kiosk, new)
    held = connection.execute(select(kiosk_state.c.kiosk, kiosk_state.c.body).where(there))
    before = {row.kiosk: _read(row.body) for row in held}
    rows = []
    for name, (at, beat) in sorted(new.items()):
        if not _same(before.get(name), beat):
            faults = " ".join(sorted(set(beat.faults)))
            row = {"kiosk": name, "at": at, "light": beat.light, "faults": faults}
            rows.append(row | {"program": beat.program, "schema": beat.schema})
    bulk.write(connection, kiosk_history, rows)


def of(connection: Connection, name: str, most: int = 200) -> list[Was]:
    """The history of one kiosk, the newest first."""
    statement = select(kiosk_history).where(kiosk_history.c.kiosk == name)
    return [_was(row) for row in connection.execute(statement.order_by(kiosk_history.c.at.desc()).limit(most))]


def between(connection: Connection, begins: datetime, ends: datetime) -> list[Past]:
    """How each kiosk was from ``begins`` on before ``ends``, with all that came before where it was not well then."""
    at, name = kiosk_history.c.at, kiosk_history.c.kiosk
    newest = select(name, func.max(at).label("at")).where(at < begins).group_by(name).subquery()
    stood = select(kiosk_history).join_from(kiosk_history, newest, (newest.c.kiosk == name) & (newest.c.at == at))
    rows = list(connection.execute(stood))
    unwell = [row.kiosk for row in rows if row.faults or row.light == Light.RED.value]
    rows = [row for row in rows if not (row.faults or row.light == Light.RED.value)]
    if unwell:
        before = select(kiosk_history).where(bulk.among(connection, name, unwell), at < begins)
        rows += connection.execute(before.order_by(at))
    rows += connection.execute(select(kiosk_history).where(at >= begins, at < ends).order_by(at))
    by_kiosk: dict[str, list[Was]] = {}
    for row in rows:
        by_kiosk.setdefault(row.kiosk, []).append(_was(row))
    columns = (kiosk.c.id, kiosk.c.site, kiosk.c.enrolled_at, kiosk.c.revoked_at)
    # What the machine of that name was before this one was enrolled is not this one's.
    return [
        Past(row.id, row.site, row.enrolled_at, row.revoked_at, [was for was in found if was.at >= row.enrolled_at])
        for row in connection.execute(select(*columns).order_by(kiosk.c.id))
        for found in (by_kiosk.get(row.id, []),)
    ]


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
