"""Kiosks: the codes that admit them, their keys, and the assertions they have spent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, delete, select, update

from central import configuration
from central.problems import Key
from central.store import changes, configurations, sites
from central.store.database import insert
from central.store.tables import assertion, code, kiosk, reserve, site
from kiosk.sync.messages import EnrolmentAnswer

_LETTERS = "KLMNPRSTUVWXYZABCDEFGHJ"
"""For reserve series, in this order; I, O and Q are easily misread."""


@dataclass(frozen=True)
class Enrolling:
    """A kiosk that shows a code and brings its public key."""

    code_hash: str
    public_key: Mapping[str, str]
    identity_key: Mapping[str, str]
    """The public half of the centre's key, for the answer."""
    now: datetime


@dataclass(frozen=True)
class Spending:
    """An assertion that a kiosk uses, which it may do once."""

    kiosk: str
    jti: str
    expires_at: datetime
    now: datetime


@dataclass(frozen=True)
class Known:
    """An enrolled kiosk."""

    id: str
    site: str
    public_key: Mapping[str, str]
    enrolled_at: datetime
    revoked: bool = False
    next_key: Mapping[str, str] | None = None
    last_key: Mapping[str, str] | None = None


def admit(connection: Connection, code_hash: str, site_id: str, kiosk_id: str, expires_at: datetime) -> None:
    """Keep a new enrolment code. Raises ``LookupError`` where the centre has no such site."""
    if connection.execute(select(site.c.id).where(site.c.id == site_id)).first() is None:
        raise LookupError(site_id)
    row = {"hash": code_hash, "site": site_id, "kiosk": kiosk_id, "expires_at": expires_at}
    connection.execute(code.insert(), row)


def enrol(connection: Connection, requests: Sequence[Enrolling]) -> list[EnrolmentAnswer | Key]:
    """Make each one the kiosk that its code was given out for, or tell the key of the problem.

    A code enrols one key. The same key with the same code again gets the same answer: the first one was lost.
    """
    return [_enrol(connection, request) for request in requests]


def find(connection: Connection, kiosk_id: str) -> Known | None:
    """The kiosk with this id."""
    row = connection.execute(select(kiosk).where(kiosk.c.id == kiosk_id)).first()
    if row is None:
        return None
    key, following, last = (_key(text) for text in (row.public_key, row.next_key, row.last_key))
    return Known(row.id, row.site, key or {}, row.enrolled_at, row.revoked_at is not None, following, last)


def revoke(connection: Connection, kiosk_id: str, now: datetime) -> bool:
    """Let a kiosk in no more; ``False`` where it was revoked before. Raises ``LookupError`` where there is none."""
    standing = (kiosk.c.id == kiosk_id) & kiosk.c.revoked_at.is_(None)
    if connection.execute(update(kiosk).where(standing).values(revoked_at=now)).rowcount == 1:
        return True
    if find(connection, kiosk_id) is None:
        raise LookupError(kiosk_id)
    return False


def revoked(connection: Connection) -> set[str]:
    """The kiosks that are let in no more. One that is enrolled anew is none of them."""
    return set(connection.execute(select(kiosk.c.id).where(kiosk.c.revoked_at.is_not(None))).scalars())


@dataclass(frozen=True)
class Rekeying:
    """A kiosk that tells of another key, or uses it for the first time."""

    kiosk: str
    public_key: Mapping[str, str]
    now: datetime


def offer(connection: Connection, requests: Sequence[Rekeying]) -> list[None]:
    """Keep the key that each kiosk will go over to, in the place of one that it told of and never used."""
    for request in requests:
        other = (kiosk.c.id == request.kiosk) & (kiosk.c.public_key != _text(request.public_key))
        connection.execute(update(kiosk).where(other).values(next_key=_text(request.public_key)))
    return [None] * len(requests)


def go_over(connection: Connection, requests: Sequence[Rekeying]) -> list[None]:
    """The new key of each kiosk was used: from now on it is good alone."""
    for request in requests:
        text = _text(request.public_key)
        values = {"public_key": text, "last_key": kiosk.c.public_key, "next_key": None, "keyed_at": request.now}
        there = (kiosk.c.id == request.kiosk) & (kiosk.c.next_key == text)
        connection.execute(update(kiosk).where(there).values(values))
    return [None] * len(requests)


def spend(connection: Connection, requests: Sequence[Spending]) -> list[bool]:
    """Whether each assertion is used for the first time."""
    connection.execute(delete(assertion).where(assertion.c.expires_at < min(request.now for request in requests)))
    statement = insert(connection, assertion).on_conflict_do_nothing()
    rows = [{"kiosk": one.kiosk, "jti": one.jti, "expires_at": one.expires_at} for one in requests]
    return [connection.execute(statement, row).rowcount == 1 for row in rows]


def _enrol(connection: Connection, request: Enrolling) -> EnrolmentAnswer | Key:
    public_key = _text(request.public_key)
    # The update takes the code, if it is there to be taken; of two at once one finds nothing left.
    free = (code.c.hash == request.code_hash, code.c.used_by.is_(None), code.c.expires_at > request.now)
    taken = connection.execute(update(code).where(*free).values(used_by=public_key)).rowcount == 1
    row = connection.execute(select(code).where(code.c.hash == request.code_hash)).first()
    if row is None:
        return Key.CODE_UNKNOWN
    if not taken:
        known = connection.execute(select(kiosk.c.public_key).where(kiosk.c.id == row.kiosk)).scalar()
        if row.used_by is None or row.expires_at <= request.now:
            return Key.CODE_EXPIRED
        return _answer(connection, row.kiosk, request) if row.used_by == known == public_key else Key.CODE_USED
    values = {"site": row.site, "public_key": public_key, "enrolled_at": request.now}
    values |= {"reserve_series": _reserve(connection, row.site, row.kiosk)}
    values |= {"revoked_at": None, "next_key": None, "last_key": None, "keyed_at": None}
    renewed = insert(connection, kiosk).values(id=row.kiosk, **values)
    connection.execute(renewed.on_conflict_do_update(index_elements=[kiosk.c.id], set_=values))
    return _answer(connection, row.kiosk, request)


def _text(key: Mapping[str, str]) -> str:
    return msgspec.json.encode(key, order="sorted").decode()


def _key(text: str | None) -> dict[str, str] | None:
    return None if text is None else msgspec.json.decode(text, type=dict[str, str])


def _answer(connection: Connection, kiosk_id: str, request: Enrolling) -> EnrolmentAnswer:
    columns = (kiosk.c.id, kiosk.c.site, kiosk.c.reserve_series, site.c.key)
    statement = select(*columns).join_from(kiosk, site, kiosk.c.site == site.c.id).where(kiosk.c.id == kiosk_id)
    row = connection.execute(statement).one()
    return EnrolmentAnswer(
        kiosk=row.id,
        site=row.site,
        site_key=row.key,
        reserve_series=row.reserve_series,
        identity_key=dict(request.identity_key),
        configuration_key=configuration.public_half(configurations.held(connection).key),
    )


def _reserve(connection: Connection, site_id: str, kiosk_id: str) -> str:
    used = {sites.shared_series(connection, site_id)}
    used |= {service.series for service in changes.rules(connection, site_id).services}
    used |= set(connection.execute(select(reserve.c.series).where(reserve.c.site == site_id)).scalars())
    free = next(name for name in _series() if name not in used)
    connection.execute(reserve.insert(), {"site": site_id, "series": free, "kiosk": kiosk_id})
    return free


def _series() -> Iterator[str]:
    yield from _LETTERS
    yield from (first + second for first in _LETTERS for second in _LETTERS)
