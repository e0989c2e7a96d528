"""Ticket numbers are borrowed once, whatever gets lost on the way."""

import random
from datetime import date, timedelta

import pytest

from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.store import Store
from kiosk.sync import messages
from kiosk.sync.lending import LEASE_SIZE, Lending
from kiosk.sync.pacing import LONGEST
from kiosk.sync.reporter import Reporter
from tests.conftest import HandClock
from tests.sync.played_centre import PlayedCentre, block, nonsense, unreachable

DAY = date(2026, 11, 23)


class Lent:
    """A kiosk that borrows for the site and for the laboratory."""

    def __init__(self, connection: Connection, clock: HandClock, board: Board, seed: int = 1) -> None:
        self.played = PlayedCentre()
        self.roster = SqlRosterStore(connection)
        self.day = DAY
        self.lending = Lending(
            self.played.centre,
            self.roster,
            clock,
            today=lambda: self.day,
            series=lambda: ("", "L"),
            chance=random.Random(seed),
            line=Reporter(board, "centre"),
        )

    @property
    def ids(self) -> list[str]:
        return [request.id for request in self.played.lease_requests]


@pytest.fixture
def lent(connection: Connection, clock: HandClock, board: Board) -> Lent:
    return Lent(connection, clock, board)


def test_a_block_of_each_series_is_borrowed_once(lent: Lent) -> None:
    lent.lending.borrow()
    lent.lending.borrow()
    assert [request.series for request in lent.played.lease_requests] == ["", "L"]
    assert len(set(lent.ids)) == 2
    assert [lent.roster.numbers_left(DAY, asked) for asked in ("", "L")] == [LEASE_SIZE] * 2


def test_a_lost_answer_is_asked_for_again_by_the_same_id(lent: Lent, clock: HandClock) -> None:
    lent.played.block = unreachable
    lent.lending.borrow()
    # The pause holds, and the other series is not asked after the first failure either.
    assert len(lent.ids) == 1
    clock.let_pass(LONGEST)
    lent.played.block = block
    lent.lending.borrow()
    assert lent.ids[0] == lent.ids[1]
    assert len(set(lent.ids)) == 2
    assert [lent.roster.numbers_left(DAY, asked) for asked in ("", "L")] == [LEASE_SIZE] * 2


def test_the_next_day_is_another_request(lent: Lent, clock: HandClock) -> None:
    lent.played.block = unreachable
    lent.lending.borrow()
    clock.let_pass(LONGEST)
    lent.day = DAY + timedelta(days=1)
    lent.lending.borrow()
    assert lent.ids[0] != lent.ids[1]
    assert [request.day for request in lent.played.lease_requests] == [DAY, lent.day]


def test_a_block_that_the_disk_refused_is_asked_for_again_by_the_same_id(lent: Lent, connection: Connection) -> None:
    connection.execute("CREATE TRIGGER full BEFORE INSERT ON lease BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(DatabaseError):
        lent.lending.borrow()
    connection.execute("DROP TRIGGER full")
    lent.lending.borrow()
    assert lent.ids[0] == lent.ids[1]


class Killed(BaseException):
    """The process is no more."""


@pytest.mark.parametrize("when", ["asked", "kept"])
def test_a_kill_between_asking_and_keeping_loses_no_block(
    store: Store, clock: HandClock, board: Board, when: str
) -> None:
    """The centre counts on from block to block; a request that it knows gets the block that it got before."""
    lent: dict[str, messages.LeaseAnswer] = {}

    def answer(request: messages.LeaseRequest) -> messages.LeaseAnswer:
        first = 1 + LEASE_SIZE * len(lent)
        block = lent.setdefault(
            request.id,
            messages.LeaseAnswer(
                id=request.id, day=request.day, series=request.series or "A", first=first, last=first + request.size - 1
            ),
        )
        if when == "asked" and len(lent) == 1 and not killed:
            killed.append(request.id)
            raise Killed
        return block

    killed: list[str] = []
    with store.connect() as connection:
        before = Lent(connection, clock, board)
        before.played.block = answer
        if when == "kept":
            # At the last moment before the commit: a trigger can't kill, but nothing of it may stay either.
            connection.execute("CREATE TRIGGER gone BEFORE DELETE ON lease_request BEGIN SELECT RAISE(ABORT, ''); END")
        with pytest.raises((Killed, DatabaseError)):
            before.lending.borrow()
        connection.execute("DROP TRIGGER IF EXISTS gone")
    with store.connect() as connection:
        after = Lent(connection, clock, board, seed=2)
        after.played.block = answer
        after.lending.borrow()
        assert after.ids[0] == before.ids[0]
        assert [after.roster.numbers_left(DAY, asked) for asked in ("", "L")] == [LEASE_SIZE] * 2
        assert [(one.first, one.last) for one in lent.values()] == [(1, 20), (21, 40)]
        assert connection.execute("SELECT count(*) FROM lease_request").fetchone() == (0,)


def test_a_series_that_the_centre_spoils_starves_no_other(lent: Lent, clock: HandClock) -> None:
    def answer(request: messages.LeaseRequest) -> messages.LeaseAnswer:
        return block(request) if request.series else nonsense()

    lent.played.block = answer
    lent.lending.borrow()
    assert lent.roster.numbers_left(DAY, "L") == LEASE_SIZE
    lent.lending.borrow()
    assert len(lent.ids) == 2
    lent.lending.hasten()
    lent.lending.borrow()
    assert [request.series for request in lent.played.lease_requests] == ["", "L", ""]
