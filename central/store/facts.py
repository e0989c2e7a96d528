"""Taking facts: each is written once, whoever sends it how often."""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from msgspec import UNSET
from sqlalchemy import Connection, Table, select

from central.arrivals import LARGEST_SEQ, Annulment, CheckIn, Held, Reading, Reason, Ruling, judge
from central.fact_time import Told, happened
from central.store import annulments, arrival_times, bulk, changes
from central.store.arrival_times import Standing
from central.store.changes import Change
from central.store.parking import Parking
from central.store.tables import EMPTY, arrival, call_back, fact
from kiosk.checkin.facts import FactKind, Verdict
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.sync.messages import FactResult

NO_ROOM = "no-room"
"""The reason of a refusal that is none: the fact is not kept here, and must stay where it is."""
LONGEST_NAME = 64
"""Characters of an id that is told back to whoever sent it."""


class RacedError(Exception):
    """Another process wrote the same fact or arrival meanwhile. The transaction is to be run again."""


@dataclass(frozen=True)
class Batch:
    """What one kiosk sent at once. ``facts`` are the raw ones with what was read in them, in order."""

    kiosk: str
    site: str
    facts: Sequence[tuple[bytes, Reading | None]]
    received_at: datetime

    @cached_property
    def stamp(self) -> str:
        """The moment in the receipts: milliseconds, as 12 hexadecimal digits."""
        return f"{int(self.received_at.timestamp() * 1000):012x}"


_DETAILS = msgspec.json.Decoder(dict[str, str])
_FOR_STAFF = frozenset(FactKind) - {FactKind.CHECKED_IN, FactKind.TICKET_PRINTED, FactKind.SELF_TEST}
"""What changes no appointment, and staff must see all the same."""


@dataclass
class _Ledger:
    """What is held already, and what this transaction adds to it."""

    held: dict[str, Held]
    arrived: dict[tuple[str, str], Standing]
    asked: dict[tuple[str, str, str], str]
    """Open call-backs: site, service and person, and the fact of each."""
    annulled: set[str]
    """Check-ins of this transaction that were taken back before they came in."""
    parking: Parking
    marks: Iterator[str]
    """A random part for the receipt of each fact: to ask the system for each alone would take longer than its row."""
    facts: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[dict[str, Any]] = field(default_factory=list)
    earlier: dict[tuple[str, str], Standing] = field(default_factory=dict)
    """Arrivals that another check-in shows to have been earlier."""
    call_backs: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[str, list[Change]] = field(default_factory=dict)
    desk: set[str] = field(default_factory=set)
    """Sites whose staff have something to see that is no change of an appointment."""


def ingest(connection: Connection, batches: Sequence[Batch]) -> list[list[FactResult]]:
    """Record the batches of several kiosks in one transaction; one result per fact, in order.

    A refused fact for which there is no room has the reason ``NO_ROOM``, which no kiosk must take for its answer.
    Raises ``RacedError``, after which nothing may be committed.
    """
    readings = [(batch.site, reading) for batch in batches for _, reading in batch.facts if reading is not None]
    check_ins = {(name, one.check_in.appointment) for name, one in readings if one.check_in is not None}
    call_backs = {(name, one.call_back.service, one.call_back.person) for name, one in readings if one.call_back}
    bulk.by_index(connection)
    ledger = _Ledger(
        _held(connection, {one.message.id for _, one in readings}),
        arrival_times.standing(connection, check_ins),
        _asked(connection, call_backs),
        annulments.taken_back(connection, {(name, one.message.id) for name, one in readings if one.check_in}),
        Parking(connection),
        _marks(len(readings)),
    )
    results = [[_take(connection, ledger, batch, raw, reading) for raw, reading in batch.facts] for batch in batches]
    _put_down(connection, ledger)
    ledger.parking.write()
    for name in ledger.desk:
        ledger.changed.setdefault(name, []).append(Change(changes.DESK, changes.DESK))
    changes.note(connection, ledger.changed)
    return results


def _put_down(connection: Connection, ledger: _Ledger) -> None:
    """Write what has gathered: at the end, and before an annulment, which has to see it."""
    # Sorted, so that two transactions that write the same rows wait for each other in one direction only.
    _write(connection, fact, sorted(ledger.facts, key=lambda row: row["id"]))
    _write(connection, arrival, sorted(ledger.arrivals, key=lambda row: (row["site"], row["appointment"])))
    _write(connection, call_back, sorted(ledger.call_backs, key=lambda row: row["fact"]))
    arrival_times.move(connection, ledger.earlier)
    ledger.earlier.clear()
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
        against = _against(ledger, batch, reading) if ruling.verdict is Verdict.CONFLICT else None
        receipt = batch.stamp + next(ledger.marks)
        held = Held(batch.kiosk, message.kind, message.details, receipt, ruling.reason, against)
        ledger.held[message.id] = held
        told = happened(message, batch.received_at)
        ledger.facts.append(_fact_row(batch, reading, ruling, held, told.at))
        if message.kind in _FOR_STAFF or ruling.verdict is Verdict.CONFLICT:
            ledger.desk.add(batch.site)
        if ruling.verdict is Verdict.RECORDED:
            _have_effect(connection, ledger, batch, reading, told)
        elif reading.check_in is not None:
            _compare(ledger, batch, reading.check_in, message.id, told)
    other = held.against or UNSET
    return FactResult(id=message.id, verdict=ruling.verdict, receipt=held.receipt, reason=ruling.reason, against=other)


def _before(ledger: _Ledger, batch: Batch, reading: Reading) -> bool:
    check_in, asking = reading.check_in, reading.call_back
    if check_in is not None:
        return reading.message.id not in ledger.annulled and (batch.site, check_in.appointment) in ledger.arrived
    return asking is not None and (batch.site, asking.service, asking.person) in ledger.asked


def _against(ledger: _Ledger, batch: Batch, reading: Reading) -> str | None:
    check_in, asking = reading.check_in, reading.call_back
    if check_in is not None:
        return ledger.arrived[batch.site, check_in.appointment].fact
    return None if asking is None else ledger.asked[batch.site, asking.service, asking.person]


def _compare(ledger: _Ledger, batch: Batch, check_in: CheckIn, fact_id: str, told: Told) -> None:
    """A check-in that came in later may have happened earlier: whatever the order, the arrival gets that time."""
    key = batch.site, check_in.appointment
    standing = ledger.arrived[key]
    if told.before(standing.told):
        ledger.arrived[key] = ledger.earlier[key] = Standing(standing.fact, told, fact_id)


def _have_effect(connection: Connection, ledger: _Ledger, batch: Batch, reading: Reading, told: Told) -> None:
    check_in, asking, annulment = reading.check_in, reading.call_back, reading.annulment
    row: dict[str, Any] = {"site": batch.site, "fact": reading.message.id}
    if annulment is not None:
        _annul(connection, ledger, batch, annulment, told.at)
    if check_in is not None and reading.message.id not in ledger.annulled:
        ledger.arrived[batch.site, check_in.appointment] = Standing(reading.message.id, told, reading.message.id)
        row |= {"at": told.at, "at_trusted": told.trusted, "at_fact": reading.message.id}
        row |= {"appointment": check_in.appointment, "number": check_in.number}
        ledger.arrivals.append(row)
    if asking is not None:
        ledger.asked[batch.site, asking.service, asking.person] = reading.message.id
        ledger.call_backs.append(row | {"service": asking.service, "person": asking.person, "done_at": None})


def _annul(connection: Connection, ledger: _Ledger, batch: Batch, asked: Annulment, at: datetime) -> None:
    _put_down(connection, ledger)
    if annulments.annul_at_kiosk(connection, batch.site, asked, at):
        ledger.arrived.pop((batch.site, asked.appointment), None)
        ledger.changed.setdefault(batch.site, []).append(Change(changes.APPOINTMENT, asked.appointment))
    elif asked.arrival is not None:
        if asked.arrival not in ledger.held:
            ledger.annulled.add(asked.arrival)
        # What was in conflict may have been what told when the client came.
        ledger.arrived |= arrival_times.standing(connection, [(batch.site, asked.appointment)])


def _marks(count: int) -> Iterator[str]:
    """So many times 20 hexadecimal digits. The time goes before them: so the index of receipts grows at one end."""
    digits = secrets.token_hex(10 * count)
    return (digits[place : place + 20] for place in range(0, len(digits), 20))


def _fact_row(batch: Batch, reading: Reading, ruling: Ruling, held: Held, happened_at: datetime) -> dict[str, Any]:
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
        "receipt": held.receipt,
        "ordering": message.order or 0,
        "clock": message.clock or ClockQuality.UNKNOWN.value,
        "offset_ms": message.offset_ms if isinstance(message.offset_ms, int) else None,
        "happened_at": happened_at,
        "against": held.against,
    }


def _park(ledger: _Ledger, batch: Batch, raw: bytes, ruling: Ruling) -> FactResult:
    digest = hashlib.sha256(batch.kiosk.encode() + b"\x00" + raw).hexdigest()
    name, seq = _named(raw)
    row = {
        "digest": digest,
        "site": batch.site,
        "kiosk": batch.kiosk,
        "received_at": batch.received_at,
        "reason": ruling.reason,
        "raw": raw,
        "seq": seq,
    }
    reason = ruling.reason if ledger.parking.take(row) else NO_ROOM
    # Named as far as it can be read, so that a refusal which goes astray refuses no other fact.
    return FactResult(id=name or UNSET, verdict=ruling.verdict, reason=reason)


class _Label(msgspec.Struct, frozen=True):
    id: object = None
    seq: object = None


_LABEL = msgspec.json.Decoder(_Label)


def _named(raw: bytes) -> tuple[str | None, int | None]:
    """The id and the place of a fact that was refused, as far as they can be read."""
    try:
        label = _LABEL.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None, None
    name = label.id if isinstance(label.id, str) and len(label.id) <= LONGEST_NAME else None
    return name, label.seq if isinstance(label.seq, int) and 0 < label.seq <= LARGEST_SEQ else None


def _write(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    try:
        bulk.add(connection, table, rows)
    except bulk.TakenError as error:
        raise RacedError(table.name) from error


def _held(connection: Connection, ids: Collection[str]) -> dict[str, Held]:
    columns = (fact.c.id, fact.c.kiosk, fact.c.kind, fact.c.details, fact.c.receipt, fact.c.reason, fact.c.against)
    rows = connection.execute(select(*columns).where(bulk.among(connection, fact.c.id, ids)))
    return {
        name: Held(kiosk, kind, None if details == EMPTY else _DETAILS.decode(details), receipt, reason, against)
        for name, kiosk, kind, details, receipt, reason, against in rows
    }


def _asked(connection: Connection, call_backs: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    people = {person for _, _, person in call_backs}
    if not people:
        return {}
    columns = (call_back.c.site, call_back.c.service, call_back.c.person, call_back.c.fact)
    asking = bulk.among(connection, call_back.c.person, people)
    rows = connection.execute(select(*columns).where(asking, call_back.c.done_at.is_(None)))
    return {(row.site, row.service, row.person): row.fact for row in rows}
