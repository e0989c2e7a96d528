"""The kiosks as the people see them who look after them: from two small tables, however many facts there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from central import machines
from central.machines import Light, Paper
from central.silence import is_silent
from central.store import gaps as missing
from central.store import heartbeats
from central.store.fleet import WAITING_ALLOWED
from central.store.gaps import Gap
from central.store.tables import fact, kiosk
from kiosk.sync.messages import Heartbeat


@dataclass(frozen=True)
class Machine:
    """One enrolled kiosk. ``said`` is its last heartbeat, ``sign`` when it was last heard of, its enrolment counted."""

    kiosk: str
    site: str
    enrolled_at: datetime
    revoked_at: datetime | None
    sign: datetime
    heard_at: datetime | None
    said: Heartbeat | None

    def light(self, now: datetime) -> Light:
        """How it is."""
        age = self.oldest_waits(now)
        return machines.light_of(self.said, is_silent(self.sign, now), age is not None and age > WAITING_ALLOWED)

    def oldest_waits(self, now: datetime) -> timedelta | None:
        """How long its oldest unsent fact has waited."""
        return machines.oldest_waits(self.said, self.heard_at, now)

    def roster_age(self, now: datetime) -> timedelta | None:
        """How old its roster is."""
        return machines.roster_age(self.said, self.heard_at, now)

    @property
    def paper(self) -> Paper:
        """What is known of its paper."""
        return machines.paper_of(self.said)

    @property
    def faults(self) -> list[str]:
        """What is broken, the gravest first."""
        return [] if self.said is None else machines.gravest_first(self.said.faults)


def listed(connection: Connection) -> list[Machine]:
    """All kiosks that are enrolled and not revoked."""
    return [one for one in _all(connection) if one.revoked_at is None]


def one(connection: Connection, name: str) -> Machine:
    """One kiosk, revoked or not. Raises ``LookupError``."""
    found = next((machine for machine in _all(connection, name)), None)
    if found is None:
        raise LookupError(name)
    return found


def last_fact(connection: Connection, name: str) -> datetime | None:
    """When the centre last took a fact of it."""
    newest = select(fact.c.received_at).where(fact.c.kiosk == name).order_by(fact.c.seq.desc()).limit(1)
    found: datetime | None = connection.execute(newest).scalar()
    return found


def gaps(connection: Connection, name: str) -> list[Gap]:
    """The places of its journal of which the centre has no fact."""
    last = connection.execute(select(func.max(fact.c.seq)).where(fact.c.kiosk == name)).scalar()
    return [] if last is None else missing.gaps_within(connection, name, 1, last)


def _all(connection: Connection, name: str | None = None) -> list[Machine]:
    signs, heard = heartbeats.last_signs(connection, name), heartbeats.heard(connection, name)
    statement = select(kiosk.c.id, kiosk.c.site, kiosk.c.enrolled_at, kiosk.c.revoked_at).order_by(kiosk.c.id)
    rows = connection.execute(statement if name is None else statement.where(kiosk.c.id == name))
    found = []
    for row in rows:
        word = heard.get(row.id)
        # What the machine of that name said before this one was enrolled is not this one's.
        own = word is not None and word.at >= row.enrolled_at
        told = (word.at, word.said) if own and word is not None else (None, None)
        sign = signs.get(row.id, row.enrolled_at)
        found.append(Machine(row.id, row.site, row.enrolled_at, row.revoked_at, sign, *told))
    return found
