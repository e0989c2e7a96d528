"""The kiosks as the centre knows them: how each is, when it last spoke, and how its last opening self-test went."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from central.silence import is_silent
from central.store import heartbeats
from central.store.heartbeats import Heard
from central.store.tables import fact, kiosk
from kiosk.checkin.facts import FactKind
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.sync.messages import Heartbeat

WAITING_ALLOWED = timedelta(minutes=10)
"""How old a fact that a kiosk could not send may get before somebody should look."""

SILENT, FACTS_WAITING, CLOCK_DOUBTFUL = "silent", "facts-waiting", "clock-doubtful"


class KioskLine(msgspec.Struct, frozen=True, kw_only=True):
    """One kiosk.

    ``last_fact_at`` is when the centre last took a fact of it. ``tested_at``, ``light`` (``green``, ``yellow`` or
    ``red``) and ``codes`` are of its last self-test; ``heard_at`` and ``state`` of its last heartbeat. What it has not
    told is empty. ``warnings`` are for whoever looks after it: ``silent`` (since ``silent_since``), ``facts-waiting``
    and ``clock-doubtful``.
    """

    kiosk: str
    site: str
    last_fact_at: datetime | None = None
    tested_at: datetime | None = None
    light: str | None = None
    codes: list[str] = []
    heard_at: datetime | None = None
    silent_since: datetime | None = None
    warnings: list[str] = []
    state: Heartbeat | None = None


class _Details(msgspec.Struct, frozen=True):
    light: str = ""
    codes: str = ""


_DETAILS = msgspec.json.Decoder(_Details)


def kiosks(connection: Connection, site: str | None, now: datetime) -> list[KioskLine]:
    """The enrolled kiosks of one site or of all, as they are now."""
    spoken = select(fact.c.kiosk, func.max(fact.c.received_at).label("at")).group_by(fact.c.kiosk).subquery()
    newest = (
        select(fact.c.kiosk, func.max(fact.c.happened_at).label("at"))
        .where(fact.c.kind == FactKind.SELF_TEST.value)
        .group_by(fact.c.kiosk)
        .subquery()
    )
    test = fact.alias("test")
    of_kind = test.c.kind == FactKind.SELF_TEST.value
    tested = (test.c.kiosk == newest.c.kiosk) & (test.c.happened_at == newest.c.at) & of_kind
    columns = (kiosk.c.id, kiosk.c.site, spoken.c.at.label("spoken_at"), newest.c.at.label("tested_at"), test.c.details)
    statement = (
        select(*columns)
        .join_from(kiosk, spoken, spoken.c.kiosk == kiosk.c.id, isouter=True)
        .join(newest, newest.c.kiosk == kiosk.c.id, isouter=True)
        .join(test, tested, isouter=True)
        .order_by(kiosk.c.site, kiosk.c.id, test.c.ordering, test.c.seq)
    )
    rows = connection.execute(statement if site is None else statement.where(kiosk.c.site == site))
    # Two tests at the very same moment are one line.
    tested_lines = {row.id: _line(row) for row in rows}
    heard, signs = heartbeats.heard(connection), heartbeats.last_signs(connection)
    return [_as_heard(one, heard.get(name), signs[name], now) for name, one in tested_lines.items()]


def warnings(state: Heartbeat | None, heard_at: datetime | None, last_sign: datetime, now: datetime) -> list[str]:
    """What somebody should look into. The age of a fact is measured by the kiosk's own clock, and since it was told."""
    found = [SILENT] if is_silent(last_sign, now) else []
    if state is None or heard_at is None:
        return found
    if state.oldest_waiting_at is not None and state.waiting:
        age = abs(state.at - state.oldest_waiting_at) + (now - heard_at)
        found += [FACTS_WAITING] if age > WAITING_ALLOWED else []
    return found + ([CLOCK_DOUBTFUL] if state.clock == ClockQuality.DOUBTFUL else [])


def _as_heard(one: KioskLine, heard: Heard | None, last_sign: datetime, now: datetime) -> KioskLine:
    state, heard_at = (None, None) if heard is None else (heard.said, heard.at)
    found = warnings(state, heard_at, last_sign, now)
    since = last_sign if SILENT in found else None
    return msgspec.structs.replace(one, heard_at=heard_at, silent_since=since, warnings=found, state=state)


def _line(row: Any) -> KioskLine:
    details = _Details() if row.details is None else _DETAILS.decode(row.details)
    return KioskLine(
        kiosk=row.id,
        site=row.site,
        last_fact_at=row.spoken_at,
        tested_at=row.tested_at,
        light=details.light or None,
        codes=details.codes.split(),
    )
