"""What is left to do, and what a failed line is called: on a real board, with a real database."""

import random
from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest

from kiosk.checkin import faults
from kiosk.checkin.facts import Receipt, Verdict
from kiosk.checkin.faults import Fault
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.ports import Lease
from kiosk.sync.agent import Uplink
from kiosk.sync.backlog import EXPIRES_WITHIN, REFUSED_SHOWN, WAITING_ALLOWED, Backlog
from kiosk.sync.client import CentreError
from kiosk.sync.reporter import Reporter
from tests.conftest import HandClock
from tests.sync.played_centre import PlayedCentre
from tests.sync.test_agent import Woken, record

DAY = date(2026, 11, 23)


def stands(board: Board, *found: Fault) -> bool:
    return board.health().codes == {fault.code for fault in found}


@pytest.fixture
def backlog(connection: Connection, clock: HandClock, board: Board) -> Backlog:
    roster = SqlRosterStore(connection)
    roster.lease(Lease("1", DAY, "A", 1, 2))
    return Backlog(board, SqlOutbox(connection), roster, clock, today=lambda: DAY, series=lambda: ("",))


def test_a_fact_that_waits_too_long(backlog: Backlog, connection: Connection, clock: HandClock, board: Board) -> None:
    record(connection, clock, 3)
    clock.let_pass(WAITING_ALLOWED.total_seconds())
    backlog.look()
    assert stands(board)
    clock.let_pass(1)
    backlog.look()
    assert stands(board, faults.FACTS_WAITING)
    SqlOutbox(connection).settle([Receipt(seq, Verdict.RECORDED, "r") for seq in (1, 2, 3)], clock.now())
    backlog.look()
    assert stands(board)


def test_a_fact_that_was_refused(backlog: Backlog, connection: Connection, clock: HandClock, board: Board) -> None:
    record(connection, clock, 2)
    receipts = [Receipt(1, Verdict.REFUSED, None, "malformed"), Receipt(2, Verdict.CONFLICT, "r")]
    SqlOutbox(connection).settle(receipts, clock.now())
    backlog.look()
    assert stands(board, faults.FACTS_REFUSED)
    clock.let_pass(REFUSED_SHOWN.total_seconds() + 1)
    backlog.look()
    assert stands(board)
    assert connection.execute("SELECT count(*) FROM fact").fetchone()[0] == 2


def test_numbers_that_have_run_out(backlog: Backlog, connection: Connection, board: Board) -> None:
    connection.execute("INSERT INTO counter (name, next) VALUES ('lease:1', 2)")
    backlog.look()
    assert stands(board)
    connection.execute("UPDATE counter SET next = 3")
    backlog.look()
    assert stands(board, faults.NUMBERS_RUN_OUT)
    SqlRosterStore(connection).lease(Lease("2", DAY, "A", 3, 22))
    backlog.look()
    assert stands(board)


def test_a_certificate_that_ends_soon(backlog: Backlog, clock: HandClock, board: Board) -> None:
    for ends, soon in (
        (clock.now() + EXPIRES_WITHIN + timedelta(seconds=1), False),
        (clock.now() + EXPIRES_WITHIN, True),
        (datetime(2020, 1, 1, tzinfo=UTC), True),
        (None, False),
    ):
        backlog.certificate(ends)
        assert stands(board, *((faults.CERTIFICATE_EXPIRING,) if soon else ()))


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("unreachable", faults.CENTRE_UNREACHABLE),
        ("busy", faults.CENTRE_UNREACHABLE),
        ("untrusted", faults.CERTIFICATE_INVALID),
        ("unauthorised", faults.CENTRE_REFUSES),
        ("refused", faults.CENTRE_REFUSES),
        ("nonsense", faults.CENTRE_NONSENSE),
    ],
)
def test_every_failure_of_the_line_is_a_fault(board: Board, key: str, fault: Fault) -> None:
    line = Reporter(board, "centre:uplink")
    line.failed(CentreError(key))
    assert stands(board, fault)
    Reporter(board, "centre:downlink").worked()
    assert stands(board, fault)
    line.worked()
    assert stands(board)


def test_an_uplink_with_nothing_left_to_ask_claims_nothing(
    connection: Connection, clock: HandClock, board: Board
) -> None:
    played = PlayedCentre()
    SqlRosterStore(connection).lease(Lease("1", DAY, "A", 1, 20))
    seen: list[frozenset[str]] = []

    def gone(_n: int) -> object:
        seen.append(board.health().codes)
        raise CentreError("unreachable")

    played.page = gone  # type: ignore[assignment]
    stop = Event()
    Uplink(
        centre=played.centre,
        outbox=SqlOutbox(connection),
        roster=SqlRosterStore(connection),
        clock=clock,
        today=lambda: DAY,
        series=lambda: ("",),
        languages=("fi",),
        tell_screen=lambda _: None,
        board=board,
        chance=random.Random(1),
        storage_error=DatabaseError,
    ).run(Woken(stop, {"pull"}), stop)
    # A pull failed, and whether the centre can be reached is known to the long-poll alone.
    assert len(seen) == 1
    assert stands(board)
