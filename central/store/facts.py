"""Taking facts: each is written once, whoever sends it how often."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from central.arrivals import Annulment, Held, Reading, Reason, Ruling, judge
from central.store import annulments, changes
from central.store.changes import Change
from central.store.database import chunks, insert
from central.store.tables import arrival, call_back, fact, parked
from kiosk.checkin.facts import Verdict
from kiosk.sync.messages import FactResult


class RacedError(Exception):
    """Another process wrote the same fact or arrival meanwhile. The transaction is to be run again."""


@dataclass(frozen=True)
class Batch:
    """What one kiosk sent at once. ``facts`` are the raw ones with what was read in them, in order."""

    kiosk: str
    site: str
    facts: Sequence[tuple[bytes, Reading | None]]
    received_at: datetime


@dataclass
class _Ledger:
    """What is held already, and what this transaction adds to it."""

    held: dict[str, Held]
    arrived: set[tuple[str, str]]
    asked: set[tuple[str, str, str]]
    """Open call-backs: site, service and person."""
    annulled: set[str]
    """Check-ins of this transaction that were taken back before they came in."""
    facts: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[dict[str, Any]] = field(default_factory=list)
    call_backs: list[dict[str, Any]] = field(default_factory=list)
    parked: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[str, list[Change]] = field(default_factory=dict)


def ingest(connection: Connection, batches: Sequence[Batch]) -> list[list[FactResult]]:
    """Record the batches of several kiosks in one transaction; one result per fact, in order.

    Raises ``RacedError``, after which nothing may be committed.
    """
    readings = [(batch.site, reading) for batch in batches for _, reading in batch.facts if reading is not None]
    check_ins = {(name, one.check_in.appointment) for name, one in readings if one.check_in is not None}
    call_backs = {(name, one.call_back.service, one.call_back.person) for name, one in readings if one.call_back}
    ledger = _Ledger(
        _held(connection, {one.message.id for _, one in readings}),
        _arrived(connection, check_ins),
        _asked(connection, call_backs),
        annulments.taken_back(connection, {(name, one.message.id) for name, one in readings if one.check_in}),
    )
    results = [[_take(connection, ledger, batch, raw, reading) for raw, reading in batch.facts] for batch in batches]
    _put_down(connection, ledger)
    if ledger.parked:
        connection.execute(insert(connection, parked).on_conflict_do_nothing(), list(ledger.parked.values()))
    changes.note(connection, ledger.changed)
    return results


def _put_down(connection: Connection, ledger: _Ledger) -> None:
    """Write what has gathered: at the end, and before an annulment, which has to see it."""
    # Sorted, so that two transactions that write the same rows wait for each other in one direction only.
    _write(connection, fact, sorted(ledger.facts, key=lambda row: row["id"]))
    _write(connection, arrival, sorted(ledger.arrivals, key=lambda row: (row["site"], row["appointment"])))
    _write(connection, call_back, sorted(ledger.call_backs, key=lambda row: row["fact"]))
    for row in ledger.arrivals:
        ledger.changed.setdefault(row["site"], []).append(Change(changes.APPOINTMENT, row["appointment"]))
    for written in (ledger.facts, ledger.arrivals, ledger.call_backs):
        written.clear()


def _take(connection: Connection, ledger: _Ledger, batch: Batch, raw: bytes, reading: Reading | None) -> FactResult:
    if reading is None:
        return _park(ledger, batch, raw, Ruling(Verdict.REFUSED, Reason.MALFORMED))
    message = reading.message
    held = ledger.held.get(message.id)
    ruling = judge(reading, batch.kiosk, held, _before(ledger, batch, reading))
    if ruling.verdict is Verdict.REFUSED:
        return _park(ledger, batch, raw, ruling)
    if held is None:
        held = Held(batch.kiosk, message.kind, message.details, str(uuid.uuid4()), ruling.reason)
        ledger.held[message.id] = held
        ledger.facts.append(_fact_row(batch, reading, ruling, held.receipt))
    if ruling.verdict is Verdict.RECORDED:
        _have_effect(connection, ledger, batch, reading)
    return FactResult(id=message.id, verdict=ruling.verdict, receipt=held.receipt, reason=ruling.reason)


def _before(ledger: _Ledger, batch: Batch, reading: Reading) -> bool:
    check_in, asking = reading.check_in, reading.call_back
    if check_in is not None:
        return reading.message.id not in ledger.annulled and (batch.site, check_in.appointment) in ledger.arrived
    return asking is not None and (batch.site, asking.service, asking.person) in ledger.asked


def _have_effect(connection: Connection, ledger: _Ledger, batch: Batch, reading: Reading) -> None:
    check_in, asking, annulment = reading.check_in, reading.call_back, reading.annulment
    row = {"site": batch.site, "fact": reading.message.id}
    if annulment is not None:
        _annul(connection, ledger, batch, annulment, reading.message.at)
    if check_in is not None and reading.message.id not in ledger.annulled:
        ledger.arrived.add((batch.site, check_in.appointment))
        ledger.arrivals.append(row | {"appointment": check_in.appointment, "number": check_in.number})
    if asking is not None:
        ledger.asked.add((batch.site, asking.service, asking.person))
        ledger.call_backs.append(row | {"service": asking.service, "person": asking.person})


def _annul(connection: Connection, ledger: _Ledger, batch: Batch, asked: Annulment, at: datetime) -> None:
    _put_down(connection, ledger)
    if annulments.annul_at_kiosk(connection, batch.site, asked, at):
        ledger.arrived.discard((batch.site, asked.appointment))
        ledger.changed.setdefault(batch.site, []).append(Change(changes.APPOINTMENT, asked.appointment))
    elif asked.arrival is not None and asked.arrival not in ledger.held:
        ledger.annulled.add(asked.arrival)


def _fact_row(batch: Batch, reading: Reading, ruling: Ruling, receipt: str) -> dict[str, Any]:
    message = reading.message
    return {
        "id": message.id,
        "site": batch.site,
        "kiosk": batch.kiosk,
        "seq": message.seq,
        "kind": message.kind,
        "about": reading.about,
        "elsewhere": reading.elsewhere,
        "at": message.at,
        "details": msgspec.json.encode(message.details).decode(),
        "received_at": batch.received_at,
        "verdict": ruling.verdict.value,
        "reason": ruling.reason,
        "receipt": receipt,
    }


def _park(ledger: _Ledger, batch: Batch, raw: bytes, ruling: Ruling) -> FactResult:
    digest = hashlib.sha256(batch.kiosk.encode() + b"\x00" + raw).hexdigest()
    ledger.parked[digest] = {
        "digest": digest,
        "site": batch.site,
        "kiosk": batch.kiosk,
        "received_at": batch.received_at,
        "reason": ruling.reason,
        "raw": raw,
    }
    return FactResult(verdict=ruling.verdict, reason=ruling.reason)


def _write(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    if connection.execute(insert(connection, table).on_conflict_do_nothing(), rows).rowcount != len(rows):
        raise RacedError(table.name)


def _held(connection: Connection, ids: Iterable[str]) -> dict[str, Held]:
    found: dict[str, Held] = {}
    for some in chunks(sorted(ids)):
        columns = (fact.c.id, fact.c.kiosk, fact.c.kind, fact.c.details, fact.c.receipt, fact.c.reason)
        for row in connection.execute(select(*columns).where(fact.c.id.in_(some))):
            details = msgspec.json.decode(row.details, type=dict[str, str])
            found[row.id] = Held(row.kiosk, row.kind, details, row.receipt, row.reason)
    return found


def _arrived(connection: Connection, check_ins: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    by_site: dict[str, list[str]] = {}
    for name, key in sorted(check_ins):
        by_site.setdefault(name, []).append(key)
    found: set[tuple[str, str]] = set()
    for name, keys in by_site.items():
        for some in chunks(keys):
            statement = select(arrival.c.appointment).where(arrival.c.site == name, arrival.c.appointment.in_(some))
            found.update((name, key) for key in connection.execute(statement).scalars())
    return found


def _asked(connection: Connection, call_backs: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    people = sorted({person for _, _, person in call_backs})
    found: set[tuple[str, str, str]] = set()
    for some in chunks(people):
        columns = (call_back.c.site, call_back.c.service, call_back.c.person)
        statement = select(*columns).where(call_back.c.person.in_(some), call_back.c.done_at.is_(None))
        found.update((row.site, row.service, row.person) for row in connection.execute(statement))
    return found
