"""The outbox towards health record systems: filled from the change log, so that no check-in waits for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from central.ehr.adapter import Kind, Letter
from central.ehr.owed import Arrived, Owed, Written, owed
from central.store import bulk, changes
from central.store.changes import APPOINTMENT
from central.store.database import chunks, insert
from central.store.tables import arrival, change, ehr_letter, ehr_link, ehr_place

WAITING, DONE, DEAD, GIVEN_UP, SET_ASIDE = "waiting", "done", "dead", "given-up", "set-aside"
SUPERSEDED = "superseded"
"""The states of a letter. Of one that was given up a person has told the record; of one that was set aside nobody has,
and need not. What is superseded was dead when the arrival itself was taken back."""
LOOKED_AT = 1000
"""Changes that one filling looks at."""


@dataclass(frozen=True)
class Reach:
    """Which arrivals a record is told of.

    Those of ``sites``, of all where it is empty; and only of appointments that it brought, unless ``everything``.
    """

    ehr: str
    sites: Collection[str] = ()
    everything: bool = False


def fill(connection: Connection, reach: Reach, now: datetime, only: Collection[str] | None = None) -> bool:
    """Write the letters that the next changes of each site call for; whether there may be more.

    Whoever fills holds the row of the place till the commit, so two processes never write the same. A record that is
    new here is told of what changes from now on; ``sweep`` tells it of today. ``only`` names the sites to look at.
    """
    more = False
    for site, last in sorted(changes.places(connection).items()):
        if (reach.sites and site not in reach.sites) or (only is not None and site not in only):
            continue
        place = _place(connection, reach.ehr, site, last)
        if place >= last:
            continue
        statement = select(change.c.seq, change.c.kind, change.c.key).where(change.c.site == site, change.c.seq > place)
        rows = connection.execute(statement.order_by(change.c.seq).limit(LOOKED_AT)).all()
        _write(connection, reach, site, {row.key for row in rows if row.kind == APPOINTMENT}, now)
        full = len(rows) == LOOKED_AT
        more = more or full
        # The log may have been cleared meanwhile: what stood there, the sweep finds.
        _move(connection, reach.ehr, site, rows[-1].seq if full else last)
    return more


def sweep(connection: Connection, reach: Reach, since: datetime, now: datetime) -> int:
    """Look at every arrival and letter since ``since``, whatever the log says; how many letters were missing."""
    written = 0
    for site, last in sorted(changes.places(connection).items()):
        if reach.sites and site not in reach.sites:
            continue
        _place(connection, reach.ehr, site, last)
        there = select(arrival.c.appointment).where(arrival.c.site == site, arrival.c.at >= since)
        told = select(ehr_letter.c.appointment).where(
            ehr_letter.c.ehr == reach.ehr, ehr_letter.c.site == site, ehr_letter.c.written_at >= since
        )
        names = sorted({*connection.execute(there).scalars(), *connection.execute(told).scalars()})
        for some in chunks(names):
            written += _write(connection, reach, site, set(some), now)
    return written


def claim(connection: Connection, ehr: str, who: str, lease: timedelta, now: datetime, limit: int) -> list[int]:
    """Take up to ``limit`` letters that are due, for ``lease``; of one appointment the oldest that is not settled.

    A dead letter holds up those of its own appointment only. Expired leases count as none.
    """
    before = ehr_letter.alias("before")
    blocked = select(before.c.id).where(
        before.c.ehr == ehr_letter.c.ehr,
        before.c.site == ehr_letter.c.site,
        before.c.appointment == ehr_letter.c.appointment,
        before.c.id < ehr_letter.c.id,
        before.c.state.in_((WAITING, DEAD)),
    )
    due = (
        select(ehr_letter.c.id)
        .where(ehr_letter.c.ehr == ehr, ehr_letter.c.state == WAITING, ehr_letter.c.due_at <= now)
        .where(or_(ehr_letter.c.leased_until.is_(None), ehr_letter.c.leased_until <= now), ~blocked.exists())
        .order_by(ehr_letter.c.due_at, ehr_letter.c.id)
        .limit(limit)
    )
    if connection.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True, of=ehr_letter)
    ids = list(connection.execute(due).scalars())
    if ids:
        taken = {"leased_by": who, "leased_until": now + lease, "attempts": ehr_letter.c.attempts + 1}
        connection.execute(update(ehr_letter).where(ehr_letter.c.id.in_(ids)).values(**taken))
    return ids


def letters(connection: Connection, ids: Collection[int], mark: str, unseal: Any) -> list[Letter]:
    """The letters of these ids, the oldest first.

    ``mark`` begins their ids on the wire, ``unseal`` opens what was kept with the link.
    """
    same = and_(
        ehr_link.c.ehr == ehr_letter.c.ehr,
        ehr_link.c.site == ehr_letter.c.site,
        ehr_link.c.appointment == ehr_letter.c.appointment,
    )
    columns = (*ehr_letter.c, ehr_link.c.remote, ehr_link.c.sealed)
    found: dict[int, Letter] = {}
    for some in chunks(sorted(ids)):
        statement = select(*columns).join_from(ehr_letter, ehr_link, same, isouter=True)
        for row in connection.execute(statement.where(ehr_letter.c.id.in_(some)).order_by(ehr_letter.c.id)):
            found.setdefault(row.id, _letter(row, mark, unseal))
    return list(found.values())


def deliver(connection: Connection, letter: int, who: str, told: str, now: datetime) -> bool:
    """The record has it. ``False`` where the lease was somebody else's by now, who will find the same."""
    values = {"state": DONE, "told": told[:128], "settled_at": now, "reason": None}
    return _settle(connection, letter, who, values)


def put_off(connection: Connection, letter: int, who: str, reason: str, due_at: datetime) -> bool:
    """Another time."""
    return _settle(connection, letter, who, {"due_at": due_at, "reason": reason[:120]})


def bury(connection: Connection, letter: int, who: str, reason: str, now: datetime) -> bool:
    """A person must look into it."""
    return _settle(connection, letter, who, {"state": DEAD, "reason": reason[:120], "settled_at": now})


def waiting(connection: Connection, ehr: str) -> tuple[int, datetime | None]:
    """How many letters wait, and since when the oldest does."""
    statement = select(func.count(), func.min(ehr_letter.c.written_at))
    row = connection.execute(statement.where(ehr_letter.c.ehr == ehr, ehr_letter.c.state == WAITING)).one()
    return row[0], row[1]


def last_told(connection: Connection, reach: Reach, since: datetime) -> list[tuple[int, str]]:
    """The newest letter of each appointment since ``since``, with its state."""
    columns = (ehr_letter.c.site, ehr_letter.c.appointment, ehr_letter.c.id, ehr_letter.c.state)
    statement = select(*columns).where(ehr_letter.c.ehr == reach.ehr, ehr_letter.c.written_at >= since)
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    for row in connection.execute(statement.order_by(ehr_letter.c.id)):
        newest[row.site, row.appointment] = (row.id, row.state)
    return sorted(newest.values())


def send_again(connection: Connection, letter: int, now: datetime) -> bool:
    """Let a letter that was delivered be delivered once more, because the record lacks what it told."""
    values = {"state": WAITING, "due_at": now, "leased_by": None, "leased_until": None}
    statement = update(ehr_letter).where(ehr_letter.c.id == letter, ehr_letter.c.state == DONE)
    return connection.execute(statement.values(**values, mended=ehr_letter.c.mended + 1)).rowcount == 1


def mended(connection: Connection, letter: int) -> int:
    """How often a letter was delivered again by rule."""
    return int(connection.execute(select(ehr_letter.c.mended).where(ehr_letter.c.id == letter)).scalar_one())


def _settle(connection: Connection, letter: int, who: str, values: Mapping[str, Any]) -> bool:
    mine = (ehr_letter.c.id == letter) & (ehr_letter.c.state == WAITING) & (ehr_letter.c.leased_by == who)
    free = {"leased_by": None, "leased_until": None}
    return connection.execute(update(ehr_letter).where(mine).values(**values, **free)).rowcount == 1


def _place(connection: Connection, ehr: str, site: str, last: int) -> int:
    """The place of this record in the log of a site, its row locked; where there is none, it begins at ``last``."""
    key = {"ehr": ehr, "what": f"out:{site}"}
    fresh = key | {"value": str(last)}
    connection.execute(insert(connection, ehr_place).on_conflict_do_nothing(), [fresh])
    statement = select(ehr_place.c.value).where(ehr_place.c.ehr == ehr, ehr_place.c.what == key["what"])
    return int(connection.execute(statement.with_for_update()).scalar_one())


def _move(connection: Connection, ehr: str, site: str, place: int) -> None:
    there = (ehr_place.c.ehr == ehr) & (ehr_place.c.what == f"out:{site}")
    connection.execute(update(ehr_place).where(there).values(value=str(place)))


def _write(connection: Connection, reach: Reach, site: str, names: set[str], now: datetime) -> int:
    if not names:
        return 0
    if not reach.everything:
        names = _linked(connection, reach.ehr, site, names)
    arrived = _arrived(connection, site, names)
    before = _before(connection, reach.ehr, site, names)
    rows = [
        _row(reach.ehr, site, name, one, now)
        for name in sorted(names)
        for one in owed(arrived.get(name), before.get(name, ()))
    ]
    if rows:
        statement = insert(connection, ehr_letter).on_conflict_do_nothing()
        # One statement for each: on both databases the ids then follow the order of the rows.
        for row in rows:
            connection.execute(statement, row)
        _supersede(connection, reach.ehr, [row["fact"] for row in rows if row["kind"] == Kind.ANNULLED.value])
    return len(rows)


def _row(ehr: str, site: str, name: str, one: Owed, now: datetime) -> dict[str, Any]:
    place = {"ehr": ehr, "site": site, "appointment": name, "fact": one.fact, "kind": one.kind.value}
    state = {"state": WAITING, "attempts": 0, "due_at": now, "written_at": now, "mended": 0}
    return place | state | {"number": one.number, "at": one.at}


def _supersede(connection: Connection, ehr: str, facts: Sequence[str]) -> None:
    """An arrival that could not be told, and that has been taken back, is nobody's matter any more."""
    dead = (ehr_letter.c.ehr == ehr) & (ehr_letter.c.state == DEAD) & (ehr_letter.c.kind == Kind.ARRIVED.value)
    for some in chunks(facts):
        connection.execute(update(ehr_letter).where(dead, ehr_letter.c.fact.in_(some)).values(state=SUPERSEDED))


def _linked(connection: Connection, ehr: str, site: str, names: set[str]) -> set[str]:
    there = (ehr_link.c.ehr == ehr) & (ehr_link.c.site == site)
    statement = select(ehr_link.c.appointment).where(there, bulk.among(connection, ehr_link.c.appointment, names))
    return set(connection.execute(statement).scalars())


def _arrived(connection: Connection, site: str, names: set[str]) -> dict[str, Arrived]:
    columns = (arrival.c.appointment, arrival.c.fact, arrival.c.number, arrival.c.at)
    there = arrival.c.site == site, bulk.among(connection, arrival.c.appointment, names)
    rows = connection.execute(select(*columns).where(*there))
    return {row.appointment: Arrived(row.fact, row.number, row.at) for row in rows}


def _before(connection: Connection, ehr: str, site: str, names: set[str]) -> dict[str, list[Written]]:
    columns = (ehr_letter.c.appointment, ehr_letter.c.fact, ehr_letter.c.kind, ehr_letter.c.number, ehr_letter.c.at)
    there = ehr_letter.c.ehr == ehr, ehr_letter.c.site == site
    statement = select(*columns).where(*there, bulk.among(connection, ehr_letter.c.appointment, names))
    found: dict[str, list[Written]] = {}
    for row in connection.execute(statement.order_by(ehr_letter.c.id)):
        found.setdefault(row.appointment, []).append(Written(row.fact, row.kind, row.number, row.at))
    return found


def _letter(row: Row[Any], mark: str, unseal: Any) -> Letter:
    return Letter(
        id=row.id,
        wire_id=f"{mark}{row.id:x}",
        site=row.site,
        appointment=row.appointment,
        fact=row.fact,
        kind=Kind(row.kind),
        number=row.number,
        at=row.at,
        remote=row.remote or "",
        attempts=row.attempts,
        kept=unseal(row.sealed) if row.sealed else {},
    )


__all__ = [
    "DEAD",
    "DONE",
    "GIVEN_UP",
    "SET_ASIDE",
    "SUPERSEDED",
    "WAITING",
    "Reach",
    "bury",
    "claim",
    "deliver",
    "fill",
    "last_told",
    "letters",
    "mended",
    "put_off",
    "send_again",
    "sweep",
    "waiting",
]
