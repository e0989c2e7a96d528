"""Blocks of ticket numbers, lent so that no two kiosks of a site ever give the same one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from central.problems import Key
from central.store import changes, sites
from central.store.database import insert
from central.store.tables import lease, series
from kiosk.sync.messages import LeaseAnswer, LeaseRequest


@dataclass(frozen=True)
class Lending:
    """What a kiosk of a site asks for."""

    kiosk: str
    site: str
    asked: LeaseRequest


def lend(connection: Connection, requests: Sequence[Lending]) -> list[LeaseAnswer | Key]:
    """Lend each its block, or tell the key of the problem.

    A lease id that the kiosk used before gets the block that it got then.
    """
    return [_lend(connection, request) for request in requests]


def _lend(connection: Connection, request: Lending) -> LeaseAnswer | Key:
    asked = request.asked
    before = connection.execute(select(lease).where(lease.c.kiosk == request.kiosk, lease.c.id == asked.id)).first()
    if before is not None:
        return LeaseAnswer(id=asked.id, day=before.day, series=before.series, first=before.first, last=before.last)
    letters = asked.series or sites.shared_series(connection, request.site)
    if asked.series and asked.series not in {one.series for one in changes.rules(connection, request.site).services}:
        return Key.NOT_FOUND
    opened = insert(connection, series).values(site=request.site, day=asked.day, series=letters, last=asked.size)
    raised = opened.on_conflict_do_update(
        index_elements=[series.c.site, series.c.day, series.c.series], set_={"last": series.c.last + asked.size}
    )
    last: int = connection.execute(raised.returning(series.c.last)).scalar_one()
    answer = LeaseAnswer(id=asked.id, day=asked.day, series=letters, first=last - asked.size + 1, last=last)
    block = {"series": letters, "first": answer.first, "last": answer.last}
    place = {"kiosk": request.kiosk, "id": asked.id, "site": request.site, "day": asked.day}
    connection.execute(lease.insert(), place | block)
    return answer
