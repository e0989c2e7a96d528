"""Arrivals that people take without a kiosk: at the desk, or by phone. They are facts like those of any kiosk."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from central import arrivals
from central.store import arrival_times, facts, leases
from central.store.leases import Lending
from central.store.tables import appointment, arrival, fact, setting
from kiosk.checkin.facts import FactKind, Verdict, uuid7
from kiosk.checkin.hybrid_clock import COUNTER_BITS, ClockQuality
from kiosk.sync.messages import FactMessage, LeaseAnswer, LeaseRequest, encode


class Way(StrEnum):
    """How somebody arrived whom no kiosk checked in."""

    DESK = "desk"
    PHONE = "phone"

    @property
    def kiosk(self) -> str:
        """What stands in the place of a kiosk: a name that no kiosk can have."""
        return f"@{self.value}"


@dataclass(frozen=True)
class Taken:
    """The arrival as it is now: its number and time. ``before`` where there was one already, and this is a conflict."""

    number: str
    at: datetime
    before: bool
    fact: str


def arrive(
    connection: Connection, site: str, name: str, way: Way, at: datetime, day: date, now: datetime, number: str = ""
) -> Taken:
    """Record an arrival at ``at``, with the number of the one before, else the ``number`` that the client has.

    Where there is neither, it is the next of the service day ``day``.

    Raises ``LookupError`` where the site has no such appointment.
    """
    there = (appointment.c.site == site) & (appointment.c.id == name)
    if connection.execute(select(appointment.c.id).where(there)).first() is None:
        raise LookupError(name)
    held = (arrival.c.site == site) & (arrival.c.appointment == name)
    # Desks share one journal: whoever is second waits here for the first, and takes the next place in it.
    connection.execute(select(setting.c.value).where(setting.c.name == "identity").with_for_update())
    fact_id = uuid7(int(now.timestamp() * 1000), secrets.token_bytes(10))
    number = connection.execute(select(arrival.c.number).where(held)).scalar() or number
    number = number or _number(connection, site, way, fact_id, day)
    newest = select(func.coalesce(func.max(fact.c.seq), 0)).where(fact.c.kiosk == way.kiosk)
    message = FactMessage(
        id=fact_id,
        seq=int(connection.execute(newest).scalar_one()) + 1,
        kind=FactKind.CHECKED_IN.value,
        at=at,
        details={"appointment": name, "number": number, "claim": way.value},
        order=int(now.timestamp() * 1000) << COUNTER_BITS,
        clock=ClockQuality.TRUSTED.value,
        offset_ms=0,
    )
    raw = encode(message)
    [[result]] = facts.ingest(connection, [facts.Batch(way.kiosk, site, [(raw, arrivals.read(raw))], now)])
    standing = arrival_times.standing(connection, [(site, name)])[site, name]
    return Taken(number, standing.told.at, result.verdict is Verdict.CONFLICT, fact_id)


def _number(connection: Connection, site: str, way: Way, fact_id: str, day: date) -> str:
    asked = LeaseRequest(id=fact_id, day=day, size=1)
    [lent] = leases.lend(connection, [Lending(way.kiosk, site, asked)])
    assert isinstance(lent, LeaseAnswer)
    return f"{lent.series} {lent.first:03d}"
