"""Blocks of ticket numbers, lent so that no two kiosks of a site ever give the same one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from central.store.database import insert
from central.store.tables import lease, series, site
from kiosk.sync.messages import LeaseAnswer, LeaseRequest


@dataclass(frozen=True)
class Lending:
    """What a kiosk of a site asks for."""

    kiosk: str
    site: str
    asked: LeaseRequest


def lend(connection: Connection, requests: Sequence[Lending]) -> list[LeaseAnswer]:
    """Lend each its block. A lease id that the kiosk used before gets the block that it got then."""
    return [_lend(connection, request) for request in requests]


def _lend(connection: Connection, request: Lending) -> LeaseAnswer:
    asked = request.asked
    before = connection.execute(select(lease).where(lease.c.kiosk == request.kiosk, lease.c.id == asked.id)).first()
    if before is not None:
        return LeaseAnswer(id=asked.id, day=before.day, series=before.series, first=before.first, last=before.last)
    shared = connection.execute(select(site.c.series).where(site.c.id == request.site)).scalar_one()
    opened = insert(connection, series).values(site=request.site, day=asked.day, series=shared, last=asked.size)
    raised = opened.on_conflict_do_update(
        index_elements=[series.c.site, series.c.day, series.c.series], set_={"last": series.c.last + asked.size}
    )
    last: int = connection.execute(raised.returning(series.c.last)).scalar_one()
    answer = LeaseAnswer(id=asked.id, day=asked.day, series=shared, first=last - asked.size + 1, last=last)
    block = {"series": shared, "first": answer.first, "last": answer.last}
    place = {"kiosk": request.kiosk, "id": asked.id, "site": request.site, "day": asked.day}
    connection.execute(lease.insert(), place | block)
    return answer
