"""Bugs planted into the centre: ingest, group commit, leases and annulments."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from central import arrivals, writer
from central.arrivals import Ruling
from central.day_closes import Holding
from central.problems import Key, ProblemError
from central.store import annulments, arrival_times, day_closes, facts, kiosks, leases
from central.store.tables import fact as fact_table
from central.writer import Writer
from kiosk.checkin.facts import Verdict
from kiosk.sync import messages
from tests.simulation.planted import Mutant, anew, changing, saying, together, without_keys
from tests.simulation.templates import Workplace

CENTRE = "centre"


_judge, _held, _before = arrivals.judge, facts._held, facts._before
EXPIRES = timedelta(seconds=15)


def _not_held(connection: Any, ids: Any) -> dict[str, Any]:
    return {}


def _held_for_a_while(connection: Any, ids: Any) -> dict[str, Any]:
    held = _held(connection, ids)
    fresh = select(fact_table.c.id).where(fact_table.c.received_at >= _now[0] - EXPIRES)
    known = set(connection.execute(fresh).scalars())
    return {name: one for name, one in held.items() if name in known}


_now: list[datetime] = [datetime(2000, 1, 1, tzinfo=UTC)]
_ingest = facts.ingest


def _ingest_now(connection: Any, batches: Any) -> Any:
    _now[0] = max(one.received_at for one in batches)
    return _ingest(connection, batches)


_ahead: dict[int, dict[str, Any]] = {}
_batch = facts.Batch


def _looked_up_before(*what: Any) -> Any:
    """What is held is looked up when the request comes in, and written later."""
    from tests.simulation.world import running

    batch = _batch(*what)
    store = running[-1].centre.store
    assert store is not None
    with store.reading() as connection:
        _ahead[id(batch)] = _held(connection, {one.message.id for _, one in batch.facts if one is not None})
    return batch


def _ingest_as_looked_up(connection: Any, batches: Any) -> Any:
    results = []
    for batch in batches:
        held = _ahead.pop(id(batch), {})
        facts._held = lambda _connection, _ids, held=held: dict(held)  # type: ignore[misc]
        try:
            results += _ingest(connection, [batch])
        finally:
            facts._held = _held
    return results


def _nobody_has_arrived(connection: Any, check_ins: Any) -> dict[Any, Any]:
    return {}


def _arrived_at_this_kiosk(ledger: Any, batch: Any, reading: Any) -> bool:
    """An arrival is one kiosk's, not an appointment's."""
    if not _before(ledger, batch, reading) or reading.check_in is None:
        return _before(ledger, batch, reading)
    standing = ledger.arrived[batch.site, reading.check_in.appointment]
    held = ledger.held.get(standing.fact)
    return held is not None and held.kiosk == batch.kiosk


def _judge_conflict(reading: Any, kiosk: str, held: Any, before: bool) -> Ruling:
    if held is not None and held.kiosk == kiosk:
        return Ruling(Verdict.CONFLICT, "already-arrived")
    return _judge(reading, kiosk, held, before)


_take = facts._take


def _new_receipt(connection: Any, ledger: Any, batch: Any, raw: bytes, reading: Any) -> messages.FactResult:
    result = _take(connection, ledger, batch, raw, reading)
    if result.receipt is None:
        return result
    return msgspec.structs.replace(result, receipt=secrets.token_hex(16))


class _UndoneError(Exception):
    """Nothing was written."""


def _answer_first(self: Writer, group: Any) -> list[Any]:
    """The answers leave, and then it is written."""
    told = []
    with suppress(_UndoneError), self._store.writing() as connection:
        told = [(job, job.work(connection, [job.request])[0]) for job in group]
        raise _UndoneError
    writer.give([job for job, _ in told], [answer for _, answer in told])
    owner = getattr(self._waiting, "owner", None)
    if owner is not None:
        owner.wait(0.05)
    with self._store.writing() as connection:
        for job, _ in told:
            job.work(connection, [job.request])
    return [answer for _, answer in told]


def _answer_anyway(self: Writer, group: Any) -> list[Any]:
    """Whether the commit worked is not looked at."""
    told: list[Any] = []
    with suppress(Exception), self._store.writing() as connection:
        told = [(job, job.work(connection, [job.request])[0]) for job in group]
    if len(told) < len(group):
        raise _UndoneError
    return [answer for _, answer in told]


_lend_block = leases._lend


def _the_same_block(connection: Any, request: Any) -> Any:
    """The block is not counted as lent."""
    answer = _lend_block(connection, request)
    if isinstance(answer, messages.LeaseAnswer):
        size = request.asked.size
        return msgspec.structs.replace(answer, first=1, last=size)
    return answer


def _one_reserve(connection: Any, site_id: str, kiosk_id: str) -> str:
    return "K"


@contextmanager
def _shared_reserve(workplace: Workplace) -> Iterator[None]:
    with changing(kiosks, "_reserve", _one_reserve)(workplace), anew(workplace):
        yield


def _only_those_here(connection: Any, site: str, asked: Any, at: datetime) -> bool:
    """An annulment of what has not come in yet is forgotten."""
    held = connection.execute(select(fact_table.c.id).where(fact_table.c.id == asked.arrival)).first()
    return _annul(connection, site, asked, at) if asked.arrival is None or held is not None else False


_annul = annulments.annul_at_kiosk


def _whole_batch_refused(raw: bytes) -> Any:
    reading = _read(raw)
    if reading is None:
        raise ProblemError(Key.MALFORMED, "a fact of the batch")
    return reading


_read = arrivals.read
_holding = day_closes._holding


def _holds_less(*what: Any) -> Holding:
    held = _holding(*what)
    return replace(held, recorded=max(0, held.recorded - 1))


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "centre-fsync-dropped",
        "the centre's commit is not synced",
        saying(CENTRE, "synchronous=FULL", "synchronous=NORMAL"),
    ),
    Mutant(
        "day-close-miscounted",
        "the centre counts one fact less than it holds",
        changing(day_closes, "_holding", _holds_less),
    ),
    Mutant(
        "ids-expire",
        "the centre forgets the ids of facts after a while",
        together(
            without_keys("fact", "arrival"),
            changing(facts, "_held", _held_for_a_while),
            changing(facts, "ingest", _ingest_now),
        ),
    ),
    Mutant(
        "select-then-insert",
        "what is held is looked up before, and no key guards the insert",
        together(
            without_keys("fact", "arrival"),
            changing(facts, "Batch", _looked_up_before),
            changing(facts, "ingest", _ingest_as_looked_up),
        ),
    ),
    Mutant(
        "plain-insert",
        "whatever comes is inserted",
        together(without_keys("fact", "arrival"), changing(facts, "_held", _not_held)),
    ),
    Mutant(
        "arrival-not-unique",
        "nobody looks whether the appointment has an arrival",
        together(without_keys("arrival"), changing(arrival_times, "standing", _nobody_has_arrived)),
    ),
    Mutant(
        "arrival-by-kiosk",
        "an arrival is one kiosk's, not an appointment's",
        together(without_keys("arrival"), changing(facts, "_before", _arrived_at_this_kiosk)),
    ),
    Mutant(
        "duplicate-as-conflict",
        "a fact that came before is answered with a conflict",
        changing(facts, "judge", _judge_conflict),
    ),
    Mutant("new-receipt", "a fact that came before gets another receipt", changing(facts, "_take", _new_receipt)),
    Mutant(
        "answered-before-commit", "the centre answers, and then it writes", changing(Writer, "_commit", _answer_first)
    ),
    Mutant(
        "answered-without-commit",
        "the centre answers though the write has failed",
        changing(Writer, "_commit", _answer_anyway),
    ),
    Mutant(
        "lease-lent-twice", "one block of numbers is lent to every kiosk", changing(leases, "_lend", _the_same_block)
    ),
    Mutant("reserve-shared", "all kiosks have the same own series", _shared_reserve),
    Mutant(
        "annulment-forgotten",
        "an annulment that comes before its check-in is forgotten",
        changing(annulments, "annul_at_kiosk", _only_those_here),
    ),
    Mutant(
        "batch-refused-together",
        "the centre refuses a batch for one malformed fact",
        changing(arrivals, "read", _whole_batch_refused),
    ),
)
