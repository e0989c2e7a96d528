"""The days that kiosks have closed, each beside what the centre held of it. One row for each enrolment and day."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, func, select

from central.day_closes import Before, Holding, body_of, compare
from central.store.database import insert
from central.store.tables import closed_difference, day_close, fact, parked
from kiosk.checkin.facts import Verdict
from kiosk.sync.messages import Agreement, DayCloseAnswer, DayCloseBody

_DAY_CLOSE_ANSWER = msgspec.json.Decoder(DayCloseAnswer)


@dataclass(frozen=True)
class Closing:
    """A close whose signature is that of the kiosk's key. ``enrolled_at`` tells this enrolment from an earlier one."""

    kiosk: str
    site: str
    enrolled_at: datetime
    signed: str
    said: DayCloseBody
    now: datetime


class DayLine(msgspec.Struct, frozen=True, kw_only=True):
    """One closed day: what the kiosk said, and what the centre held when it said so.

    Where they differ and a person has looked into it, ``closed_by`` and ``note`` tell who and why.
    """

    kiosk: str
    site: str
    day: date
    first: int
    last: int
    taken: int
    confirmed: int
    resolved: int
    pending: int
    forced: str
    verdict: Agreement
    reason: str
    recorded_here: int
    conflicts_here: int
    refused_here: int
    received_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str | None = None

    @property
    def open(self) -> bool:
        """Whether they differ and nobody has looked into it."""
        return self.verdict is Agreement.DIFFERS and self.closed_at is None


def take(connection: Connection, closings: Sequence[Closing]) -> list[DayCloseAnswer]:
    """Compare each with what is held, and keep both. What is final stays as it came first."""
    return [_take(connection, closing) for closing in closings]


def listed(connection: Connection, site: str | None) -> list[DayLine]:
    """All closed days, of one site or of all, the newest first."""
    statement = select(day_close).order_by(day_close.c.day.desc(), day_close.c.kiosk, day_close.c.first.desc())
    return _lines(connection, statement if site is None else statement.where(day_close.c.site == site))


def of_kiosk(connection: Connection, name: str, most: int = 60) -> list[DayLine]:
    """The last days that one kiosk has closed, the newest first."""
    statement = select(day_close).where(day_close.c.kiosk == name)
    return _lines(connection, statement.order_by(day_close.c.day.desc(), day_close.c.first.desc()).limit(most))


def settle(connection: Connection, kiosk: str, day: date, by: str, note: str, now: datetime) -> bool:
    """Note that a person has looked into the difference of a day; ``False`` where one had before, whose note stands.

    Raises ``LookupError`` where the kiosk has closed no such day, or the centre agreed with it.
    """
    statement = select(day_close).where(day_close.c.kiosk == kiosk, day_close.c.day == day)
    rows = list(connection.execute(statement))
    differing = [(row, line) for row, line in zip(rows, _lines(connection, statement), strict=True) if _differs(line)]
    if not differing:
        raise LookupError(kiosk, day)
    added = [
        {
            "kiosk": kiosk,
            "enrolled_at": row.enrolled_at,
            "day": day,
            "difference": _difference(line),
            "closed_at": now,
            "closed_by": by,
            "note": note,
        }
        for row, line in differing
        if line.open
    ]
    if added:
        connection.execute(insert(connection, closed_difference).on_conflict_do_nothing(), added)
    return bool(added)


def _lines(connection: Connection, statement: Select[Any]) -> list[DayLine]:
    seen = {
        (one.kiosk, one.enrolled_at, one.day, one.difference): one
        for one in connection.execute(select(closed_difference))
    }
    found: list[DayLine] = []
    for row in connection.execute(statement):
        line = _line(row.site, body_of(row.signed), row.answer, row.received_at)
        closed = seen.get((row.kiosk, row.enrolled_at, row.day, _difference(line))) if _differs(line) else None
        if closed is not None:
            told = {"closed_at": closed.closed_at, "closed_by": closed.closed_by, "note": closed.note}
            line = msgspec.structs.replace(line, **told)
        found.append(line)
    return found


def _differs(line: DayLine) -> bool:
    return line.verdict is Agreement.DIFFERS


def _difference(line: DayLine) -> str:
    said = (line.first, line.last, line.taken, line.confirmed, line.resolved, line.pending)
    held = (line.recorded_here, line.conflicts_here, line.refused_here)
    return hashlib.sha256(msgspec.json.encode((*said, *held, line.reason))).hexdigest()


def _take(connection: Connection, closing: Closing) -> DayCloseAnswer:
    said = closing.said
    enrolment = (day_close.c.kiosk == closing.kiosk) & (day_close.c.enrolled_at == closing.enrolled_at)
    columns = (day_close.c.day, day_close.c.first, day_close.c.last, day_close.c.signed, day_close.c.final)
    rows = connection.execute(select(*columns).where(enrolment))
    before = [Before(row.day, row.first, row.last, row.signed, row.final) for row in rows]
    answer = compare(said, _holding(connection, closing), before)
    kept = next((one for one in before if one.day == said.day), None)
    if kept is not None and kept.final and body_of(kept.signed) != said:
        return answer
    values = {"site": closing.site, "first": said.first, "last": said.last, "signed": closing.signed}
    values |= {"final": said.pending == 0, "answer": msgspec.json.encode(answer).decode(), "received_at": closing.now}
    place = {"kiosk": closing.kiosk, "enrolled_at": closing.enrolled_at, "day": said.day}
    row = insert(connection, day_close).values(**place, **values)
    keys = [day_close.c.kiosk, day_close.c.enrolled_at, day_close.c.day]
    connection.execute(row.on_conflict_do_update(index_elements=keys, set_=values))
    return answer


def _holding(connection: Connection, closing: Closing) -> Holding:
    """What is held of the range. Each place counts once; what came before this enrolment is of another journal."""
    said = closing.said
    own = (fact.c.kiosk == closing.kiosk) & fact.c.seq.between(said.first, said.last)
    since = fact.c.received_at >= closing.enrolled_at
    counted = select(fact.c.verdict, func.count(fact.c.seq.distinct())).where(own, since).group_by(fact.c.verdict)
    held = {str(verdict): int(count) for verdict, count in connection.execute(counted)}
    there = (parked.c.kiosk == closing.kiosk) & parked.c.seq.between(said.first, said.last)
    refused = select(func.count(parked.c.seq.distinct())).where(there, parked.c.received_at >= closing.enrolled_at)
    return Holding(
        held.get(Verdict.RECORDED.value, 0),
        held.get(Verdict.CONFLICT.value, 0),
        int(connection.execute(refused).scalar_one()),
    )


def _line(site: str, said: DayCloseBody, answer: str, received_at: datetime) -> DayLine:
    held = _DAY_CLOSE_ANSWER.decode(answer)
    return DayLine(
        kiosk=said.kiosk,
        site=site,
        day=said.day,
        first=said.first,
        last=said.last,
        taken=said.taken,
        confirmed=said.confirmed,
        resolved=said.resolved,
        pending=said.pending,
        forced=said.forced,
        verdict=held.verdict,
        reason=held.reason,
        recorded_here=held.recorded,
        conflicts_here=held.conflicts,
        refused_here=held.refused,
        received_at=received_at,
    )
