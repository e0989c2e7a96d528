"""The outbox as a person sees it, and a refused fact that is offered again without its refusal being lost."""

import json
from datetime import timedelta

import pytest

from kiosk.checkin.facts import Receipt, Verdict
from kiosk.offline import parked
from kiosk.offline.connection import Connection
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.parked import State
from tests.conftest import HandClock
from tests.offline.test_day_close import record

WAITING, PARKED, TRIED, CONFLICT, REFUSED, CONFIRMED = range(1, 7)


@pytest.fixture
def outbox(connection: Connection, clock: HandClock) -> SqlOutbox:
    """One fact in each state."""
    record(connection, clock, 6)
    outbox = SqlOutbox(connection)
    facts = {fact.seq: fact for fact in outbox.due(clock.now(), 10)}
    later = clock.now() + timedelta(seconds=90)
    outbox.park(facts[PARKED], lambda _: later, "malformed")
    outbox.postpone([facts[TRIED]], lambda _: later, "unreachable")
    said = [
        Receipt(CONFLICT, Verdict.CONFLICT, "r", "already-arrived"),
        Receipt(REFUSED, Verdict.REFUSED, None, "altered"),
        Receipt(CONFIRMED, Verdict.RECORDED, "r"),
    ]
    outbox.settle(said, clock.now())
    return outbox


def test_each_state_and_its_reason(outbox: SqlOutbox, connection: Connection, clock: HandClock) -> None:
    found = parked.entries(connection)
    assert [(one.seq, one.state, one.reason, one.tries) for one in found] == [
        (WAITING, State.WAITING, "", 0),
        (PARKED, State.PARKED, "malformed", 1),
        (TRIED, State.WAITING, "unreachable", 1),
        (CONFLICT, State.CONFLICT, "already-arrived", 0),
        (REFUSED, State.REFUSED, "altered", 0),
    ]
    assert found[PARKED - 1].next_try == clock.now() + timedelta(seconds=90)
    confirmed = parked.entry(connection, CONFIRMED)
    assert confirmed is not None
    assert (confirmed.state, confirmed.settled_at) == (State.CONFIRMED, clock.now())
    assert parked.entry(connection, 7) is None
    assert parked.waiting(connection) == parked.Waiting(3, clock.now())


def test_a_retry_of_all(outbox: SqlOutbox, connection: Connection, clock: HandClock) -> None:
    assert [fact.seq for fact in outbox.due(clock.now(), 10)] == [WAITING]
    done = parked.retry(connection, None, clock.now())
    assert done == parked.Retried([WAITING, PARKED, TRIED, REFUSED], [REFUSED], [CONFLICT])
    assert [fact.seq for fact in outbox.due(clock.now(), 10)] == [WAITING, PARKED, TRIED, REFUSED]
    assert parked.set_aside(connection, REFUSED) == ["altered"]
    aside = connection.execute("SELECT fact, verdict, reason FROM set_aside").fetchall()
    assert aside == [(REFUSED, "refused", "altered")]
    again = parked.entry(connection, REFUSED)
    assert again is not None
    assert again.state is State.WAITING


def test_a_refused_fact_is_found_again_though_everything_was_settled(connection: Connection, clock: HandClock) -> None:
    record(connection, clock, 5)
    outbox = SqlOutbox(connection)
    said = [Receipt(seq, Verdict.REFUSED if seq == 2 else Verdict.RECORDED, "r") for seq in range(1, 6)]
    outbox.settle(said, clock.now())
    assert outbox.next_due() is None
    assert parked.retry(connection, {2}, clock.now()).offered_again == [2]
    assert [fact.seq for fact in outbox.due(clock.now(), 10)] == [2]
    outbox.settle([Receipt(2, Verdict.RECORDED, "r")], clock.now())
    assert outbox.next_due() is None
    assert parked.set_aside(connection, 2) == [""]


def test_only_the_places_named(outbox: SqlOutbox, connection: Connection, clock: HandClock) -> None:
    done = parked.retry(connection, {PARKED, CONFLICT, CONFIRMED, 99}, clock.now())
    assert done == parked.Retried([PARKED], [], [CONFLICT, CONFIRMED, 99])
    assert [fact.seq for fact in outbox.due(clock.now(), 10)] == [WAITING, PARKED]
    assert connection.execute("SELECT count(*) FROM receipt").fetchone()[0] == 3


def test_what_was_forgotten_is_not_offered_again(outbox: SqlOutbox, connection: Connection, clock: HandClock) -> None:
    connection.execute("UPDATE fact SET details = '{}' WHERE seq IN (?, ?)", (REFUSED, WAITING))
    refused = parked.entry(connection, REFUSED)
    assert refused is not None
    assert refused.forgotten
    # One that waits was never anything else.
    assert parked.retry(connection, None, clock.now()).due == [WAITING, PARKED, TRIED]
    assert parked.retry(connection, {REFUSED}, clock.now()) == parked.Retried([], [], [REFUSED])
    assert connection.execute("SELECT count(*) FROM receipt").fetchone()[0] == 3


def test_what_is_carried(outbox: SqlOutbox, connection: Connection) -> None:
    connection.execute("UPDATE fact SET details = ? WHERE seq = ?", (json.dumps({"appointment": "A1"}), REFUSED))
    rows = list(parked.contents(connection))
    # What was never tried is carried too: the guard sends people here before a wipe.
    assert [(row["seq"], row["state"], row["reason"]) for row in rows] == [
        (WAITING, "waiting", ""),
        (PARKED, "parked", "malformed"),
        (TRIED, "waiting", "unreachable"),
        (CONFLICT, "conflict", "already-arrived"),
        (REFUSED, "refused", "altered"),
    ]
    assert all({"order", "clock", "offset_ms"} <= row.keys() for row in rows)
    assert rows[-1]["details"] == {"appointment": "A1"}
    ids = dict(connection.execute("SELECT seq, id FROM fact").fetchall())
    assert all(row["id"] == ids[row["seq"]] for row in rows)
