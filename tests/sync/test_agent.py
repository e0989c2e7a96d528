"""The two loops: bounded by what they may ask, and alive whatever the disk does."""

import random
from collections.abc import Sequence
from datetime import date
from threading import Event

import pytest
from structlog.testing import capture_logs

from kiosk.checkin.facts import FactKind, uuid7
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError, transaction
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.sync.agent import BREATH, LONG_POLL, LONGEST_UNWRITTEN, Downlink, Uplink
from kiosk.sync.client import CentreError
from kiosk.sync.feed import MOST_PAGES
from kiosk.sync.messages import Changes
from tests.conftest import HandClock
from tests.sync.played_centre import PlayedCentre, Waits, page

QUEUE = {"record": "queue", "service": "laboratory", "waiting": 1, "as_of": "2026-11-23T09:00:00+02:00"}


@pytest.fixture
def played() -> PlayedCentre:
    return PlayedCentre()


def uplink(played: PlayedCentre, connection: Connection, clock: HandClock, rings: list[str], board: Board) -> Uplink:
    return Uplink(
        centre=played.centre,
        outbox=SqlOutbox(connection),
        roster=SqlRosterStore(connection),
        clock=clock,
        today=lambda: date(2026, 11, 23),
        series=lambda: ("",),
        languages=("fi",),
        tell_screen=rings.append,
        board=board,
        chance=random.Random(1),
        storage_error=DatabaseError,
    )


def downlink(
    played: PlayedCentre, connection: Connection, clock: HandClock, rings: list[str], board: Board
) -> Downlink:
    return Downlink(
        centre=played.centre,
        roster=SqlRosterStore(connection),
        clock=clock,
        languages=("fi",),
        tell_screen=rings.append,
        line_is_back=lambda: rings.append("back"),
        board=board,
        chance=random.Random(1),
        storage_error=DatabaseError,
    )


def record(connection: Connection, clock: HandClock, count: int) -> None:
    """So many facts, as the screen process writes them, but all at once."""
    with transaction(connection):
        connection.executemany(
            "INSERT INTO fact (id, kind, at, details) VALUES (?, ?, ?, '{}')",
            [(uuid7(place, bytes(10)), FactKind.PRINT_FAILED.value, clock.now().isoformat()) for place in range(count)],
        )


def fill_the_disk(connection: Connection) -> None:
    for file in ("main", "roster"):
        used = connection.execute(f"PRAGMA {file}.page_count").fetchone()[0]
        connection.execute(f"PRAGMA {file}.max_page_count = {used}")


def empty_the_disk(connection: Connection) -> None:
    for file in ("main", "roster"):
        connection.execute(f"PRAGMA {file}.max_page_count = 1000000")


class Woken:
    """Wakes with these messages in turn, and then ends the loop."""

    def __init__(self, stop: Event, *messages: set[str]) -> None:
        self._stop = stop
        self._messages = list(messages)

    def wait(self, seconds: float) -> set[str]:
        if self._messages:
            return self._messages.pop(0)
        self._stop.set()
        return set()


def test_a_pull_ends_though_the_centre_has_ever_more(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    rings: list[str] = []
    played.page = lambda n: page(QUEUE, cursor=str(n), more=True)
    uplink(played, connection, clock, rings, board).pull()
    assert [wait for _, wait in played.polls] == [0] * MOST_PAGES
    assert rings == ["pulled"]


def test_a_pull_ends_where_the_cursor_stands_still(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    rings: list[str] = []
    played.page = lambda _n: page(more=True)
    uplink(played, connection, clock, rings, board).pull()
    assert played.polls == [(None, 0), ("c", 0)]
    assert rings == ["pulled"]


def test_a_pull_ends_with_the_process(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    rings: list[str] = []
    stop = Event()

    def pages(n: int) -> Changes:
        if n == 3:
            stop.set()
        return page(cursor=str(n), more=True)

    played.page = pages
    uplink(played, connection, clock, rings, board).run(Woken(stop, {"pull"}), stop)
    assert len(played.polls) == 3
    assert rings == ["pulled"]


def test_whoever_asked_for_a_pull_gets_its_own_word_of_the_end(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    rings: list[str] = []
    stop = Event()
    uplink(played, connection, clock, rings, board).run(Woken(stop, {"pull:8", "fact", "pull:17"}), stop)
    assert [one for one in rings if one.startswith("pulled")] == ["pulled:17", "pulled:8"]
    assert len(played.polls) == 1


@pytest.mark.parametrize("records", [[], [QUEUE]], ids=["empty", "the same again and again"])
def test_a_long_poll_that_is_answered_at_once_is_not_asked_hot(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board, records: Sequence[object]
) -> None:
    stop = Waits(10)
    played.page = lambda _n: page(*records)
    downlink(played, connection, clock, [], board).run(stop)
    # The very first page moves the cursor, and may be followed at once.
    assert len(played.polls) <= 11
    assert stop.waits == [BREATH] * 10
    assert BREATH >= 1


def test_an_empty_answer_before_its_time_is_followed_by_a_breath(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    stop = Waits(3)

    def pages(n: int) -> Changes:
        clock.let_pass(LONG_POLL / 2)
        return page(cursor=str(n))

    played.page = pages
    downlink(played, connection, clock, [], board).run(stop)
    assert (len(played.polls), stop.waits) == (3, [BREATH] * 3)


def test_a_feed_without_end_is_asked_in_turns(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    stop = Waits(3)
    played.page = lambda n: page(QUEUE, cursor=str(n), more=True)
    downlink(played, connection, clock, [], board).run(stop)
    assert len(played.polls) == 3 * MOST_PAGES
    assert stop.waits == [BREATH] * 3


def test_a_long_poll_that_is_held_is_followed_by_the_next_at_once(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    stop = Waits(1)

    def pages(n: int) -> Changes:
        clock.let_pass(LONG_POLL)
        if n == 5:
            stop.set()
        return page()

    played.page = pages
    downlink(played, connection, clock, [], board).run(stop)
    assert (len(played.polls), stop.waits) == (5, [])


def test_facts_leave_when_a_full_disk_has_room_again(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    record(connection, clock, 400)
    fill_the_disk(connection)
    stop = Waits(100, lambda n: empty_the_disk(connection) if n == 4 else None)
    with capture_logs() as logs:
        uplink(played, connection, clock, [], board).run(Woken(stop), stop)
    told = [(entry["event"], entry["code"]) for entry in logs if entry["event"].startswith("fault_")]
    assert told == [("fault_came", "journal-unwritable"), ("fault_gone", "journal-unwritable")]
    assert SqlOutbox(connection).next_due() is None
    assert connection.execute("SELECT count(*) FROM receipt").fetchone()[0] == 400
    assert len(stop.waits) == 4
    assert all(0.5 <= wait <= LONGEST_UNWRITTEN for wait in stop.waits)
    assert stop.waits == sorted(stop.waits)


def test_the_long_poll_goes_on_when_a_full_disk_has_room_again(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    appointments = [
        {
            "record": "appointment",
            "id": f"A{number}",
            "people": ["ab" * 32],
            "unit": "dental",
            "area": "B2",
            "starts": "2026-11-23T09:00:00+02:00",
        }
        for number in range(400)
    ]
    fill_the_disk(connection)
    stop = Waits(4, lambda n: empty_the_disk(connection) if n == 3 else None)
    played.page = lambda _n: page(*appointments, snapshot=True)
    rings: list[str] = []
    with capture_logs() as logs:
        downlink(played, connection, clock, rings, board).run(stop)
    told = [(entry["event"], entry["code"]) for entry in logs if entry["event"].startswith("fault_")]
    assert told == [("fault_came", "roster-unwritable"), ("fault_gone", "roster-unwritable")]
    assert connection.execute("SELECT count(*) FROM appointment").fetchone()[0] == 400
    assert rings[0] == "roster"


def test_who_waits_for_a_pull_is_told_also_when_the_disk_is_full(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    connection.execute("CREATE TRIGGER roster.full BEFORE INSERT ON feed BEGIN SELECT RAISE(ABORT, 'full'); END")
    stop = Waits(1)
    rings: list[str] = []
    uplink(played, connection, clock, rings, board).run(Woken(stop, {"pull"}), stop)
    assert rings == ["pulled"]
    # Facts go on all the same, and nobody asks again by himself.
    assert board.health().codes == {"roster-unwritable"}
    assert stop.waits == []


def test_a_line_that_is_back_ends_the_pause_before_the_next_lease(
    played: PlayedCentre, connection: Connection, clock: HandClock, board: Board
) -> None:
    def gone(*_: object) -> None:
        raise CentreError("unreachable")

    played.block = gone  # type: ignore[assignment]
    stop = Event()
    uplink(played, connection, clock, [], board).run(Woken(stop, set(), {"line-back"}, set()), stop)
    assert len(played.lease_requests) == 2
    assert played.lease_requests[0] == played.lease_requests[1]
