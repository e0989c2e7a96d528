"""Letters to health record systems as people see them: what waits, what died, and what becomes of it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select, update

from central.store.ehr_outbox import DEAD, DONE, GIVEN_UP, SET_ASIDE, WAITING
from central.store.tables import ehr_letter, ehr_refused


class LetterLine(msgspec.Struct, frozen=True, kw_only=True):
    """One letter: what it tells of whom, how often that was tried, and what stood in the way the last time.

    ``state`` is ``waiting``, ``done``, ``dead``, ``given-up``, ``set-aside`` or ``superseded``;
    ``resolved_by`` and ``note`` say who looked into a dead one, and what was found.
    """

    id: int
    ehr: str
    site: str
    appointment: str
    kind: str
    number: str
    at: datetime
    written_at: datetime
    state: str
    attempts: int
    due_at: datetime
    reason: str | None
    settled_at: datetime | None
    told: str | None
    resolved_by: str | None
    note: str | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with one record. ``oldest`` is since when the oldest letter waits."""

    ehr: str
    waiting: int
    dead: int
    done: int
    oldest: datetime | None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment of a record that could not be taken."""

    ehr: str
    remote: str
    reason: str
    at: datetime


def listed(
    connection: Connection, ehr: str | None = None, site: str | None = None, states: Sequence[str] = (WAITING, DEAD)
) -> list[LetterLine]:
    """The letters in these states, the oldest first."""
    columns = [ehr_letter.c[name] for name in LetterLine.__struct_fields__]
    statement = select(*columns).where(ehr_letter.c.state.in_(states)).order_by(ehr_letter.c.id)
    if ehr is not None:
        statement = statement.where(ehr_letter.c.ehr == ehr)
    if site is not None:
        statement = statement.where(ehr_letter.c.site == site)
    return [LetterLine(**row._asdict()) for row in connection.execute(statement)]


def dead_letters(connection: Connection, ehr: str | None = None, site: str | None = None) -> list[LetterLine]:
    """Those that a person must look into."""
    return listed(connection, ehr, site, (DEAD,))


def standing(connection: Connection) -> list[Standing]:
    """Each record that was ever written to."""
    columns = (ehr_letter.c.ehr, ehr_letter.c.state, func.count().label("many"))
    oldest = func.min(ehr_letter.c.written_at).label("oldest")
    counts: dict[str, dict[str, int]] = {}
    since: dict[str, datetime] = {}
    for row in connection.execute(select(*columns, oldest).group_by(ehr_letter.c.ehr, ehr_letter.c.state)):
        counts.setdefault(row.ehr, {})[row.state] = row.many
        if row.state == WAITING:
            since[row.ehr] = row.oldest
    return [
        Standing(
            ehr=name,
            waiting=many.get(WAITING, 0),
            dead=many.get(DEAD, 0),
            done=many.get(DONE, 0),
            oldest=since.get(name),
        )
        for name, many in sorted(counts.items())
    ]


def retry(connection: Connection, letter: int, by: str, note: str, now: datetime) -> bool:
    """Let a dead or closed letter be tried once more; ``False`` where it is neither. Raises ``LookupError``."""
    values = {"state": WAITING, "due_at": now, "settled_at": None, "resolved_by": by, "note": note}
    return _resolve(connection, letter, (DEAD, GIVEN_UP, SET_ASIDE), values)


def give_up(connection: Connection, letter: int, by: str, note: str, now: datetime) -> bool:
    """Close a dead or waiting letter: a person has told the record.

    ``False`` where it is settled already, or is being delivered at this moment. Raises ``LookupError``.
    """
    values = {"state": GIVEN_UP, "settled_at": now, "resolved_by": by, "note": note}
    return _resolve(connection, letter, (DEAD, WAITING), values, now)


def set_aside(connection: Connection, letter: int, by: str, note: str, now: datetime) -> bool:
    """Close a dead or waiting letter of which the record need not know; ``False`` likewise. Raises ``LookupError``."""
    values = {"state": SET_ASIDE, "settled_at": now, "resolved_by": by, "note": note}
    return _resolve(connection, letter, (DEAD, WAITING), values, now)


def one(connection: Connection, letter: int, site: str) -> LetterLine:
    """One letter of a site. Raises ``LookupError``."""
    columns = [ehr_letter.c[name] for name in LetterLine.__struct_fields__]
    row = connection.execute(select(*columns).where(ehr_letter.c.id == letter, ehr_letter.c.site == site)).first()
    if row is None:
        raise LookupError(letter)
    return LetterLine(**row._asdict())


def closed_since(connection: Connection, site: str, since: datetime) -> list[LetterLine]:
    """The letters of a site that people have closed since then, the newest first."""
    columns = [ehr_letter.c[name] for name in LetterLine.__struct_fields__]
    there = (ehr_letter.c.site == site) & ehr_letter.c.state.in_((GIVEN_UP, SET_ASIDE))
    statement = select(*columns).where(there, ehr_letter.c.settled_at >= since)
    rows = connection.execute(statement.order_by(ehr_letter.c.settled_at.desc(), ehr_letter.c.id.desc()))
    return [LetterLine(**row._asdict()) for row in rows]


def refused(connection: Connection, ehr: str | None = None) -> list[Refused]:
    """The appointments that could not be taken, the newest first."""
    statement = select(ehr_refused).order_by(ehr_refused.c.at.desc(), ehr_refused.c.remote)
    if ehr is not None:
        statement = statement.where(ehr_refused.c.ehr == ehr)
    return [Refused(**row._asdict()) for row in connection.execute(statement)]


def _resolve(
    connection: Connection, letter: int, states: Sequence[str], values: dict[str, object], now: datetime | None = None
) -> bool:
    this = ehr_letter.c.id == letter
    if connection.execute(select(ehr_letter.c.id).where(this)).first() is None:
        raise LookupError(letter)
    free = ehr_letter.c.leased_until.is_(None) | (ehr_letter.c.leased_until <= now) if now is not None else this
    statement = update(ehr_letter).where(this, ehr_letter.c.state.in_(states), free)
    return connection.execute(statement.values(**values, leased_by=None, leased_until=None)).rowcount == 1
