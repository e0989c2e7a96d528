"""Requests to be called: one open request for each person and service of a site."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from central.arrivals import Reason
from central.store.tables import call_back, fact
from kiosk.checkin.facts import FactKind

AGAIN = Reason.CALL_BACK_OPEN.value


class CallBack(msgspec.Struct, frozen=True, kw_only=True):
    """One request, without a word on who asked. ``id`` is that of its fact."""

    id: str
    site: str
    service: str
    asked_at: datetime
    received_at: datetime
    kiosk: str
    state: str
    done_at: datetime | None


def listed(connection: Connection, site: str | None) -> list[CallBack]:
    """All requests, of one site or of all, in the order in which people asked.

    Who asks again while a request is open may have left another number: that is listed too, as ``again``, until the
    open one is done.
    """
    same = (call_back.c.fact == fact.c.id) | ((fact.c.reason == AGAIN) & (call_back.c.fact == fact.c.against))
    columns = (call_back.c.service, call_back.c.done_at, *fact.c)
    statement = select(*columns).join_from(call_back, fact, same & (call_back.c.site == fact.c.site))
    statement = statement.order_by(fact.c.happened_at, fact.c.ordering, fact.c.kiosk, fact.c.seq)
    rows = connection.execute(statement if site is None else statement.where(fact.c.site == site))
    return [_call_back(row) for row in rows]


def still_open(connection: Connection, site: str, since: datetime) -> list[CallBack]:
    """The open requests of a site, and those of since then by which somebody has asked again."""
    columns = (call_back.c.service, call_back.c.done_at, *fact.c)
    asked = select(*columns).join_from(call_back, fact, call_back.c.fact == fact.c.id)
    again = select(*columns).join_from(call_back, fact, (call_back.c.fact == fact.c.against) & (fact.c.reason == AGAIN))
    here = call_back.c.done_at.is_(None), call_back.c.site == site
    # The kind is no news either: it is what the index begins with.
    lately = fact.c.kind == FactKind.CALL_BACK.value, fact.c.happened_at >= since
    rows = [*connection.execute(asked.where(*here)), *connection.execute(again.where(*here, *lately))]
    return sorted((_call_back(row) for row in rows), key=lambda one: (one.asked_at, one.id))


def close(connection: Connection, request: str, now: datetime) -> bool:
    """Note that somebody has called; ``False`` where it was noted before. Raises ``LookupError`` for an unknown one."""
    if connection.execute(select(call_back.c.fact).where(call_back.c.fact == request)).first() is None:
        raise LookupError(request)
    # The hash has told requests of one person apart; nobody needs it any more.
    still_open = (call_back.c.fact == request) & call_back.c.done_at.is_(None)
    return connection.execute(update(call_back).where(still_open).values(done_at=now, person="")).rowcount == 1


def _call_back(row: Row[Any]) -> CallBack:
    return CallBack(
        id=row.id,
        site=row.site,
        service=row.service,
        asked_at=row.happened_at,
        received_at=row.received_at,
        kiosk=row.kiosk,
        state="done" if row.done_at is not None else "again" if row.reason == AGAIN else "open",
        done_at=row.done_at,
    )
