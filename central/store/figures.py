"""How the whole fleet is, in a few numbers: for metrics, and nothing in them is about one kiosk or person."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from central.arrivals import Reason
from central.silence import is_silent
from central.store import heartbeats
from central.store.heartbeats import Heard
from central.store.tables import annulled, closed_conflict, fact, kiosk

UNKNOWN = "unknown"
LIGHTS = ("green", "yellow", "red", UNKNOWN)
"""What a kiosk can say of itself, and what stands for one that never did."""


@dataclass(frozen=True)
class Figures:
    """``waiting`` and ``oldest_unsent_seconds`` are of facts on kiosks, as each last told."""

    by_light: Mapping[str, int]
    silent: int
    revoked: int
    waiting: int
    oldest_unsent_seconds: float
    conflicts_open: int


def figures(connection: Connection, now: datetime) -> Figures:
    """All of them, counted now."""
    signs = heartbeats.last_signs(connection)
    heard = {name: one for name, one in heartbeats.heard(connection).items() if name in signs}
    lights = Counter(_light(heard.get(name)) for name in signs)
    return Figures(
        by_light=lights,
        silent=sum(is_silent(at, now) for at in signs.values()),
        revoked=connection.execute(select(func.count()).where(kiosk.c.revoked_at.is_not(None))).scalar_one(),
        waiting=sum((one.said.waiting or 0) for one in heard.values() if one.said is not None),
        oldest_unsent_seconds=max((_age(one, now) for one in heard.values()), default=timedelta(0)).total_seconds(),
        conflicts_open=_conflicts(connection),
    )


def _light(heard: Heard | None) -> str:
    light = UNKNOWN if heard is None or heard.said is None else heard.said.light
    return light if light in LIGHTS else UNKNOWN


def _age(heard: Heard, now: datetime) -> timedelta:
    """By the kiosk's own clock, and since it told."""
    said = heard.said
    if said is None or not said.waiting or said.oldest_waiting_at is None:
        return timedelta(0)
    return abs(said.at - said.oldest_waiting_at) + max(now - heard.at, timedelta(0))


def _conflicts(connection: Connection) -> int:
    statement = (
        select(func.count())
        .select_from(fact)
        .join(annulled, annulled.c.fact == fact.c.id, isouter=True)
        .join(closed_conflict, closed_conflict.c.fact == fact.c.id, isouter=True)
        .where(fact.c.reason == Reason.ALREADY_ARRIVED.value)
        .where(closed_conflict.c.fact.is_(None), annulled.c.fact.is_(None))
    )
    return connection.execute(statement).scalar_one()
