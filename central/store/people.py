"""Sessions, one-time links, and who is at the provider's page."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, select, update

from central.people.roles import Grant, Person
from central.store.tables import admin_link, session, sign_in

SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when somebody was last there; more would write at every page."""


@dataclass(frozen=True)
class Known:
    """Who is behind a cookie, and what the next page is to say."""

    person: Person
    seen_at: datetime
    told: str = ""

    def unseen(self, now: datetime) -> bool:
        """Whether it is time to note that they are still there."""
        return now - self.seen_at > SEEN_EVERY


@dataclass(frozen=True)
class Waiting:
    """What is known of somebody at the provider's page, who is to come back with the nonce, and then go ``onward``."""

    nonce: str
    verifier: str = field(repr=False)
    onward: str


def begin(connection: Connection, token_hash: str, person: Person, now: datetime, life: timedelta) -> None:
    """Sign somebody in. Sessions that have ended are cleared away."""
    connection.execute(delete(session).where(session.c.ends_at <= now))
    who = {"subject": person.subject, "name": person.name, "grants": _written(person.grants)}
    times = {"began_at": now, "seen_at": now, "ends_at": now + life}
    connection.execute(session.insert(), {"hash": token_hash, "told": "", **who, **times})


def find(connection: Connection, token_hash: str, now: datetime, idle: timedelta) -> Known | None:
    """Who is signed in with this token; ``None`` where nobody is, or not any more."""
    there = (session.c.hash == token_hash) & (session.c.ends_at > now) & (session.c.seen_at > now - idle)
    row = connection.execute(select(session).where(there)).first()
    return None if row is None else Known(Person(row.subject, row.name, _read(row.grants)), row.seen_at, row.told)


def seen(connection: Connection, token_hash: str, now: datetime) -> None:
    """Note that somebody is still there."""
    before = (session.c.hash == token_hash) & (session.c.seen_at < now - SEEN_EVERY)
    connection.execute(update(session).where(before).values(seen_at=now))


def tell(connection: Connection, token_hash: str, told: str) -> None:
    """Leave word for the next page of this session; nothing where it is empty."""
    connection.execute(update(session).where(session.c.hash == token_hash).values(told=told))


def end(connection: Connection, token_hash: str) -> None:
    """Sign somebody out."""
    connection.execute(delete(session).where(session.c.hash == token_hash))


def make_link(
    connection: Connection, token_hash: str, name: str, grants: tuple[Grant, ...], expires_at: datetime
) -> None:
    """Keep a link by which somebody of that name may come in once."""
    row = {"hash": token_hash, "name": name, "grants": _written(grants), "expires_at": expires_at, "used_at": None}
    connection.execute(admin_link.insert(), row)


def use_link(connection: Connection, token_hash: str, now: datetime) -> Person | None:
    """Who comes in by the link; ``None`` where it is none, is over, or was used. It works once, whoever is faster."""
    open_still = (admin_link.c.hash == token_hash) & admin_link.c.used_at.is_(None) & (admin_link.c.expires_at > now)
    if connection.execute(update(admin_link).where(open_still).values(used_at=now)).rowcount != 1:
        return None
    row = connection.execute(select(admin_link).where(admin_link.c.hash == token_hash)).one()
    return Person(f"link:{token_hash[:12]}", row.name, _read(row.grants))


def leave_for_provider(connection: Connection, state_hash: str, waiting: Waiting, expires_at: datetime) -> None:
    """Keep what whoever comes back from the provider must fit. What is over is cleared away."""
    connection.execute(delete(sign_in).where(sign_in.c.expires_at < expires_at - timedelta(days=1)))
    row = {"hash": state_hash, "nonce": waiting.nonce, "verifier": waiting.verifier, "onward": waiting.onward}
    connection.execute(sign_in.insert(), row | {"expires_at": expires_at})


def come_back(connection: Connection, state_hash: str, now: datetime) -> Waiting | None:
    """What was kept under the state, once; ``None`` where there is nothing, or it is too late."""
    row = connection.execute(select(sign_in).where(sign_in.c.hash == state_hash)).first()
    if row is None or connection.execute(delete(sign_in).where(sign_in.c.hash == state_hash)).rowcount != 1:
        return None
    return Waiting(row.nonce, row.verifier, row.onward) if row.expires_at > now else None


def _written(grants: tuple[Grant, ...]) -> str:
    return msgspec.json.encode(grants, order="deterministic").decode()


def _read(text: str) -> tuple[Grant, ...]:
    return msgspec.json.decode(text, type=tuple[Grant, ...])
