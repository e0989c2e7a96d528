"""Ticket numbers are borrowed once, whatever gets lost on the way."""

import random
from datetime import date, timedelta

import pytest

from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.roster import SqlRosterStore
from kiosk.sync import messages
from kiosk.sync.lending import LEASE_SIZE, Lending
from kiosk.sync.pacing import LONGEST
from kiosk.sync.reporter import Reporter
from tests.conftest import HandClock
from tests.sync.played_centre import PlayedCentre, block, nonsense, unreachable

DAY = date(2026, 11, 23)


class Lent:
    """A kiosk that borrows for the site and for the laboratory."""

    def __init__(self, connection: Connection, clock: HandClock, board: Board) -> None:
        self.played = PlayedCentre()
        self.roster = SqlRosterStore(connection)
        self.day = DAY
        self.lending = Lending(
            self.played.centre,
            self.roster,
            clock,
            today=lambda: self.day,
            series=lambda: ("", "L"),
            chance=random.Random(1),
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
