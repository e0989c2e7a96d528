"""Requests to be called: one open request for each person and service of a site."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, select, update

from central.arrivals import Reason
from central.store.tables import call_back, fact

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
    return [
        CallBack(
            id=row.id,
            site=row.site,
            service=row.service,
            asked_at=row.happened_at,
            received_at=row.received_at,
            kiosk=row.kiosk,
            state="done" if row.done_at is not None else "again" if row.reason == AGAIN else "open",
            done_at=row.done_at,
        )
        for row in rows
    ]


def close(connection: Connection, request: str, now: datetime) -> bool:
    """Note that somebody has called; ``False`` where it was noted before. Raises ``LookupError`` for an unknown one."""
    if connection.execute(select(call_back.c.fact).where(call_back.c.fact == request)).first() is None:
        raise LookupError(request)
    # The hash has told requests of one person apart; nobody needs it any more.
    still_open = (call_back.c.fact == request) & call_back.c.done_at.is_(None)
    return connection.execute(update(call_back).where(still_open).values(done_at=now, person="")).rowcount == 1
