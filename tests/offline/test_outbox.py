"""What was settled long ago costs nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.facts import FactKind, Receipt, Verdict, uuid7
from kiosk.offline.connection import Connection
from kiosk.offline.outbox import SqlOutbox
from tests.conftest import HandClock
from tests.example_site import NOW


def record(connection: Connection, first: int, count: int) -> None:
    """Facts ``first`` and on, as the screen process writes them: one row each, and nothing else."""
    connection.executemany(
        "INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, '{}')",
        [
            (uuid7(place, bytes(10)), FactKind.PRINT_FAILED.value, NOW.isoformat())
            for place in range(first, first + count)
        ],
    )


def settle(outbox: SqlOutbox, places: list[int]) -> None:
    outbox.settle([Receipt(place, Verdict.RECORDED, "r") for place in places], NOW)


def steps(connection: Connection, outbox: SqlOutbox) -> int:
    """How many instructions of SQLite's machine a look at the outbox takes."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.set_progress_handler(count, 1)
    try:
        assert [fact.seq for fact in outbox.due(NOW, 500)] != []
        assert outbox.next_due() is not None
    finally:
        connection.set_progress_handler(None, 0)
    return taken


def test_a_look_costs_the_same_however_many_facts_are_settled(connection: Connection, clock: HandClock) -> None:
    outbox = SqlOutbox(connection)
    costs: list[int] = []
    place = 1
    for more in (50, 5000):
        record(connection, place, more)
        settle(outbox, list(range(place, place + more)))
        place += more
        record(connection, place, 1)
        costs.append(steps(connection, outbox))
        settle(outbox, [place])
        place += 1
    few, many = costs
    assert many == pytest.approx(few, abs=50)


def test_the_first_fact_after_a_start_without_any_is_found(connection: Connection) -> None:
    outbox = SqlOutbox(connection)
    settle(outbox, [])
    record(connection, 1, 1)
    assert [fact.seq for fact in outbox.due(NOW, 10)] == [1]


@given(st.lists(st.one_of(st.just("record"), st.integers(1, 12)), max_size=30))
def test_no_open_fact_is_ever_passed_over(moves: list[str | int]) -> None:
    import tempfile
    from pathlib import Path

    from kiosk.offline.store import Store

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "k.db", bytes(32)).connect() as connection:
        outbox = SqlOutbox(connection)
        born = 0
        settled: set[int] = set()
        for move in moves:
            if isinstance(move, str):
                born += 1
                record(connection, born, 1)
            elif move <= born:
                settle(outbox, [move])
                settled.add(move)
            assert [fact.seq for fact in outbox.due(NOW, 100)] == [
                place for place in range(1, born + 1) if place not in settled
            ]
            assert (outbox.next_due() is None) == (len(settled) == born)
