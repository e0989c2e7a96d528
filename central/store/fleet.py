"""The kiosks as the centre knows them: when each last spoke, and how its last opening self-test went."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from central.store.tables import fact, kiosk
from kiosk.checkin.facts import FactKind


class KioskLine(msgspec.Struct, frozen=True, kw_only=True):
    """One kiosk. ``light`` is ``green``, ``yellow`` or ``red``; it and the rest are empty while it has not told."""

    kiosk: str
    site: str
    last_fact_at: datetime | None = None
    tested_at: datetime | None = None
    light: str | None = None
    codes: list[str] = []


class _Details(msgspec.Struct, frozen=True):
    light: str = ""
    codes: str = ""


def kiosks(connection: Connection, site: str | None) -> list[KioskLine]:
    """The enrolled kiosks of one site or of all."""
    spoken = select(fact.c.kiosk, func.max(fact.c.received_at).label("at")).group_by(fact.c.kiosk).subquery()
    newest = (
        select(fact.c.kiosk, func.max(fact.c.at).label("at"))
        .where(fact.c.kind == FactKind.SELF_TEST.value)
        .group_by(fact.c.kiosk)
        .subquery()
    )
    test = fact.alias("test")
    tested = (test.c.kiosk == newest.c.kiosk) & (test.c.at == newest.c.at) & (test.c.kind == FactKind.SELF_TEST.value)
    columns = (kiosk.c.id, kiosk.c.site, spoken.c.at.label("spoken_at"), newest.c.at.label("tested_at"), test.c.details)
    statement = (
        select(*columns)
        .join_from(kiosk, spoken, spoken.c.kiosk == kiosk.c.id, isouter=True)
        .join(newest, newest.c.kiosk == kiosk.c.id, isouter=True)
        .join(test, tested, isouter=True)
        .order_by(kiosk.c.site, kiosk.c.id)
    )
    rows = connection.execute(statement if site is None else statement.where(kiosk.c.site == site))
    # Two tests at the very same moment are one line.
    return list({row.id: _line(row) for row in rows}.values())


def _line(row: Any) -> KioskLine:
    details = _Details() if row.details is None else msgspec.json.decode(row.details, type=_Details)
    return KioskLine(
        kiosk=row.id,
        site=row.site,
        last_fact_at=row.spoken_at,
        tested_at=row.tested_at,
        light=details.light or None,
        codes=details.codes.split(),
    )
