"""What somebody must look into: opened once, closed by itself, and told on each channel."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from central.alarms.rules import Kind, Standing
from central.store.database import insert
from central.store.tables import alarm, alarm_letter
from kiosk.checkin.facts import uuid7

KEPT = timedelta(days=90)
OPENED, CLOSED = "opened", "closed"
WAITING, SENT, GIVEN_UP = "waiting", "sent", "given-up"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm. ``site`` is empty where it concerns the whole centre; ``data`` goes into its words."""

    id: str
    kind: Kind
    site: str
    subject: str
    data: dict[str, str | int]
    opened_at: datetime
    closed_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: str = ""


@dataclass(frozen=True)
class Letter:
    """An alarm that is to be told on a channel: that it opened, or that it closed."""

    alarm: Alarm
    event: str
    attempts: int
    made_at: datetime


def standing(connection: Connection) -> list[Alarm]:
    """The open alarms, the newest first."""
    return _read(connection, alarm.c.closed_at.is_(None))


def lately(connection: Connection, since: datetime) -> list[Alarm]:
    """The alarms that closed since then, the newest first."""
    return _read(connection, alarm.c.closed_at >= since)


def between(connection: Connection, begins: datetime, ends: datetime) -> list[Alarm]:
    """The alarms that were open at any moment of that time, the newest first."""
    return _read(connection, (alarm.c.opened_at < ends) & (alarm.c.closed_at.is_(None) | (alarm.c.closed_at > begins)))


def settle(
    connection: Connection, found: Iterable[Standing], channels: Mapping[str, Any], now: datetime
) -> tuple[list[Alarm], list[Alarm]]:
    """Open what stands and is not open, close what is open and does not stand; what was opened and closed by us.

    ``channels`` are the names of those that are told, each with what says whether it wants an alarm. Of two who settle
    at once, one opens: the table holds an open alarm once.
    """
    stands = {one.key: one for one in found}
    held = {(one.kind, one.site, one.subject): one for one in standing(connection)}
    opened = [_open(each, now) for key, each in stands.items() if key not in held and each.opens]
    rows = [msgspec.structs.asdict(one) | {"data": msgspec.json.encode(one.data).decode()} for one in opened]
    done = {one.id for one, row in zip(opened, rows, strict=True) if _once(connection, row)}
    ended = [one for key, one in held.items() if key not in stands and _close(connection, one.id, now)]
    new = [one for one in opened if one.id in done]
    for event, alarms in ((OPENED, new), (CLOSED, ended)):
        _write(connection, event, alarms, channels, now)
    return new, ended


def acknowledge(connection: Connection, name: str, by: str, now: datetime) -> bool:
    """Somebody looks into it; ``False`` where somebody has before, or it is over."""
    free = (alarm.c.id == name) & alarm.c.seen_at.is_(None) & alarm.c.closed_at.is_(None)
    return connection.execute(update(alarm).where(free).values(seen_at=now, seen_by=by)).rowcount == 1


def one(connection: Connection, name: str) -> Alarm:
    """One alarm. Raises ``LookupError``."""
    found = _read(connection, alarm.c.id == name)
    if not found:
        raise LookupError(name)
    return found[0]


# --- what is told ----------------------------------------------------------------------------------------------------


def due(connection: Connection, channel: str, now: datetime, lease: timedelta, most: int) -> list[Letter]:
    """Take letters that are due, the oldest first; nobody else gets them before the lease is over."""
    at = alarm_letter.c
    free = at.leased_until.is_(None) | (at.leased_until <= now)
    here = (at.channel == channel) & (at.state == WAITING) & (at.due_at <= now) & free
    statement = select(alarm_letter, *[alarm.c[name].label(f"alarm_{name}") for name in Alarm.__struct_fields__])
    joined = statement.join_from(alarm_letter, alarm, at.alarm == alarm.c.id).where(here)
    rows = list(connection.execute(joined.order_by(at.made_at, at.alarm).limit(most)))
    taken = []
    for row in rows:
        this = _this(row.alarm, row.event, channel)
        mine = update(alarm_letter).where(this, at.state == WAITING, free)
        if connection.execute(mine.values(leased_until=now + lease)).rowcount == 1:
            told = row._asdict()
            named = {name: told[f"alarm_{name}"] for name in Alarm.__struct_fields__}
            taken.append(Letter(_alarm(named), row.event, row.attempts, row.made_at))
    return taken


def sent(connection: Connection, channel: str, letters: Sequence[Letter]) -> None:
    """They have arrived."""
    _settle(connection, channel, letters, state=SENT, reason="")


def failed(connection: Connection, channel: str, letters: Sequence[Letter], reason: str, due_at: datetime) -> None:
    """They have not; they are tried again then."""
    _settle(connection, channel, letters, reason=reason, due_at=due_at)


def given_up(connection: Connection, channel: str, letters: Sequence[Letter], reason: str) -> None:
    """They will not be tried again."""
    _settle(connection, channel, letters, state=GIVEN_UP, reason=reason)


def letters(connection: Connection) -> list[dict[str, Any]]:
    """All letters, for whoever wonders why nobody was told."""
    return [row._asdict() for row in connection.execute(select(alarm_letter).order_by(alarm_letter.c.made_at))]


def forget(connection: Connection, now: datetime) -> int:
    """Drop alarms that closed more than ``KEPT`` ago, with their letters; how many alarms that were."""
    old = alarm.c.closed_at < now - KEPT
    connection.execute(delete(alarm_letter).where(alarm_letter.c.alarm.in_(select(alarm.c.id).where(old))))
    return connection.execute(delete(alarm).where(old)).rowcount


def _settle(connection: Connection, channel: str, letters: Sequence[Letter], **values: object) -> None:
    for letter in letters:
        this = update(alarm_letter).where(_this(letter.alarm.id, letter.event, channel))
        connection.execute(this.values(**values, attempts=letter.attempts + 1, leased_until=None))


def _this(name: str, event: str, channel: str) -> Any:
    at = alarm_letter.c
    return (at.alarm == name) & (at.event == event) & (at.channel == channel)


def _open(found: Standing, now: datetime) -> Alarm:
    name = uuid7(int(now.timestamp() * 1000), secrets.token_bytes(10))
    kind, site, subject = found.key
    return Alarm(id=name, kind=kind, site=site, subject=subject, data=dict(found.data), opened_at=now)


def _once(connection: Connection, row: Mapping[str, Any]) -> bool:
    values = dict(row) | {"kind": row["kind"].value, "seen_by": None}
    return connection.execute(insert(connection, alarm).values(**values).on_conflict_do_nothing()).rowcount == 1


def _close(connection: Connection, name: str, now: datetime) -> bool:
    still = (alarm.c.id == name) & alarm.c.closed_at.is_(None)
    return connection.execute(update(alarm).where(still).values(closed_at=now)).rowcount == 1


def _write(
    connection: Connection, event: str, alarms: Iterable[Alarm], channels: Mapping[str, Any], now: datetime
) -> None:
    usual = {"state": WAITING, "made_at": now, "due_at": now, "attempts": 0, "leased_until": None, "reason": ""}
    rows = [
        {"alarm": one.id, "event": event, "channel": name, **usual}
        for one in alarms
        for name, wants in channels.items()
        if wants(one)
    ]
    if rows:
        connection.execute(insert(connection, alarm_letter).on_conflict_do_nothing(), rows)


def _read(connection: Connection, where: Any) -> list[Alarm]:
    rows = connection.execute(select(alarm).where(where).order_by(alarm.c.opened_at.desc(), alarm.c.id))
    return [_alarm(row._asdict()) for row in rows]


def _alarm(row: Mapping[str, Any]) -> Alarm:
    kind, data = Kind(row["kind"]), msgspec.json.decode(row["data"], type=dict[str, str | int])
    return Alarm(**dict(row) | {"kind": kind, "data": data, "seen_by": row["seen_by"] or ""})
