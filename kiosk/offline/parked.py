"""The outbox as a person sees it: what waits or is parked and why, and what a person may do about it."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from kiosk.checkin.facts import Verdict
from kiosk.offline.connection import Connection, transaction
from kiosk.offline.outbox import PARKED
from kiosk.offline.retention import EMPTY


class State(StrEnum):
    """Where a fact stands."""

    WAITING = "waiting"
    """It has not been tried, or the line failed; it leaves with the others."""
    PARKED = "parked"
    """The centre would not take it: it leaves only alone, ever more seldom, and holds up nothing."""
    CONFLICT = "conflict"
    """The centre keeps it beside another one; a person decides there."""
    REFUSED = "refused"
    """The centre has said no for good; it is kept here, and parked there."""
    CONFIRMED = "confirmed"
    """The centre has recorded it."""


@dataclass(frozen=True)
class Entry:
    """One fact, without a word of what it says. ``reason`` is the centre's, or why the last try failed.

    ``against`` is the id of the fact that a conflict is in conflict with.
    """

    seq: int
    kind: str
    at: datetime
    state: State
    tries: int = 0
    next_try: datetime | None = None
    reason: str = ""
    settled_at: datetime | None = None
    against: str = ""
    forgotten: bool = False
    """What it said was cleared away for its age, so that it can't be offered again."""


@dataclass(frozen=True)
class Waiting:
    """Facts for which there is no word of the centre, and since when the oldest of them has waited."""

    count: int
    since: datetime | None


@dataclass(frozen=True)
class Retried:
    """The places of facts that are due at once, those among them that had been refused, and those that can't be."""

    due: Sequence[int]
    offered_again: Sequence[int]
    left_alone: Sequence[int]


_ENTRIES = """
SELECT fact.seq, kind, fact.at, verdict, reason, receipt.at, tries, next_at, error, against, fact.details
FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq LEFT JOIN attempt ON attempt.fact = fact.seq
"""
_UNSETTLED = "receipt.fact IS NULL OR verdict IN ('conflict', 'refused')"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SOME = "(SELECT value FROM json_each(?))"

_SET_ASIDE = f"""
INSERT INTO set_aside (fact, verdict, id, reason, at, set_aside_at)
SELECT fact, verdict, id, reason, at, ? FROM receipt WHERE fact IN {_SOME}
"""  # noqa: S608 - no text from outside


def waiting(connection: Connection) -> Waiting:
    """How many facts wait, and since when."""
    count, since = connection.execute(
        "SELECT count(*), min(fact.at) FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq"
        " WHERE receipt.fact IS NULL AND fact.seq > coalesce((SELECT settled FROM outbox), 0)"
    ).fetchone()
    return Waiting(int(count), None if since is None else datetime.fromisoformat(since))


def entries(connection: Connection) -> list[Entry]:
    """All that the centre has not simply recorded, by place."""
    return [_entry(row) for row in connection.execute(f"{_ENTRIES} WHERE {_UNSETTLED} ORDER BY fact.seq")]


def entry(connection: Connection, seq: int) -> Entry | None:
    """One fact, whatever became of it; ``None`` where this kiosk has none at that place."""
    row = connection.execute(f"{_ENTRIES} WHERE fact.seq = ?", (seq,)).fetchone()
    return None if row is None else _entry(row)


def set_aside(connection: Connection, seq: int) -> list[str]:
    """Why the centre refused this fact earlier, before a person offered it again."""
    rows = connection.execute("SELECT reason FROM set_aside WHERE fact = ? ORDER BY set_aside_at", (seq,))
    return [str(row[0] or "") for row in rows]


def retry(connection: Connection, seqs: Collection[int] | None, now: datetime) -> Retried:
    """Let these facts, or all, be tried at once. The receipt of a refused one is set aside, so that it can be offered.

    A conflict is left alone: the centre has it, and would say the same again. So is what was forgotten.
    """
    with transaction(connection):
        found = {one.seq: one for one in entries(connection) if seqs is None or one.seq in seqs}
        due = [seq for seq, one in found.items() if one.state is not State.CONFLICT and not one.forgotten]
        refused = [seq for seq in due if found[seq].state is State.REFUSED]
        wanted = set(found) if seqs is None else set(seqs)
        if refused:
            places = json.dumps(refused)
            connection.execute(_SET_ASIDE, (_text(now), places))
            connection.execute(f"DELETE FROM receipt WHERE fact IN {_SOME}", (places,))  # noqa: S608
            # Nothing below the mark is looked at any more.
            connection.execute("UPDATE outbox SET settled = min(settled, ?)", (min(refused) - 1,))
        # What was parked may leave with the others again.
        connection.execute(
            f"UPDATE attempt SET next_at = ?, error = iif(error LIKE '{PARKED}%', 'again', error)"  # noqa: S608
            f" WHERE fact IN {_SOME}",
            (_text(_LONG_AGO), json.dumps(due)),
        )
    return Retried(due, refused, sorted(wanted - set(due)))


def contents(connection: Connection) -> Iterator[dict[str, Any]]:
    """All that the centre does not have, or has in conflict, with all that it says, by place.

    ``details`` may hold an appointment, a ticket number and a sealed identity: it is for the centre's staff alone.
    """
    rows = connection.execute(
        "SELECT fact.seq, fact.id, kind, fact.at, ordering, clock, offset_ms, details, verdict, reason, error"
        " FROM fact LEFT JOIN receipt ON receipt.fact = fact.seq LEFT JOIN attempt ON attempt.fact = fact.seq"
        " WHERE receipt.fact IS NULL OR verdict IN ('conflict', 'refused') ORDER BY fact.seq"
    )
    for seq, fact_id, kind, at, order, clock, offset_ms, details, verdict, reason, error in rows:
        yield {
            "seq": seq,
            "id": fact_id,
            "kind": kind,
            "at": at,
            "order": order,
            "clock": clock,
            "offset_ms": offset_ms,
            "details": json.loads(details or "{}"),
            "state": _state(verdict, error).value,
            "reason": reason or _why(error),
        }


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, at, verdict, reason, settled_at, tries, next_at, error, against, details = row
    return Entry(
        seq,
        kind,
        datetime.fromisoformat(at),
        _state(verdict, error),
        tries or 0,
        None if next_at is None else datetime.fromisoformat(next_at),
        reason or _why(error),
        None if settled_at is None else datetime.fromisoformat(settled_at),
        against or "",
        forgotten=verdict is not None and details == EMPTY,
    )


def _state(verdict: str | None, error: str | None) -> State:
    match verdict:
        case None:
            return State.PARKED if (error or "").startswith(PARKED) else State.WAITING
        case Verdict.CONFLICT.value:
            return State.CONFLICT
        case Verdict.REFUSED.value:
            return State.REFUSED
    return State.CONFIRMED


def _why(error: str | None) -> str:
    return (error or "").removeprefix(PARKED).removeprefix(":").strip()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
