"""Whatever the centre answers: which fault is raised, and that nobody asks it hot. Real HTTP, time of our own."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Event

import msgspec
import pytest

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRosterStore
from kiosk.sync import client
from kiosk.sync.agent import Uplink
from kiosk.sync.client import Centre
from kiosk.sync.credentials import make_key
from tests.conftest import HandClock
from tests.sync.test_agent import record
from tests.sync.wicked_server import TOKEN, Answer, server

KEY = make_key()
SPAN = 1800.0
FACTS_EACH = 60.0
"""Seconds between two new facts."""


@dataclass(frozen=True)
class Case:
    """One way to answer whatever is asked with a token. ``most`` are the requests of half an hour in all."""

    answer: Answer
    fault: Fault
    most: int = 200
    token: Answer = (200, TOKEN)


def problem(key: str, status: int) -> bytes:
    return json.dumps({"type": f"urn:kiosk:problem:{key}", "title": "x", "status": status}).encode()


MANY = json.dumps({"results": [{"id": "of-another", "verdict": "recorded", "receipt": "r"}] * 3}).encode()

CASES = {
    "301": Case((301, b"", {"Content-Length": "0", "Location": "/elsewhere"}), faults.CENTRE_NONSENSE),
    "302": Case((302, b""), faults.CENTRE_NONSENSE),
    "400": Case((400, problem("malformed", 400)), faults.CENTRE_REFUSES, 300),
    "400 unknown version": Case((400, problem("unknown-version", 400)), faults.CENTRE_REFUSES),
    "401": Case((401, problem("unauthorised", 401)), faults.CENTRE_REFUSES, 300),
    "401 for a token": Case((200, b""), faults.CENTRE_REFUSES, token=(401, b'{"error": "invalid_client"}')),
    "403": Case((403, b""), faults.CENTRE_REFUSES, 300),
    "404": Case((404, b"<h1>Not Found</h1>"), faults.CENTRE_REFUSES),
    "409": Case((409, b""), faults.CENTRE_REFUSES, 300),
    "413": Case((413, b""), faults.CENTRE_REFUSES, 300),
    "415": Case((415, problem("unknown-encoding", 415)), faults.CENTRE_REFUSES),
    "422": Case((422, b""), faults.CENTRE_REFUSES, 300),
    "429 with seconds": Case((429, b"", {"Content-Length": "0", "Retry-After": "60"}), faults.CENTRE_UNREACHABLE, 65),
    "429 for ever": Case((429, b"", {"Content-Length": "0", "Retry-After": "31536000"}), faults.CENTRE_UNREACHABLE, 30),
    "429 without": Case((429, b""), faults.CENTRE_UNREACHABLE),
    "500": Case((500, problem("internal", 500)), faults.CENTRE_UNREACHABLE, 300),
    "502": Case((502, b"<html>Bad Gateway</html>"), faults.CENTRE_UNREACHABLE),
    "503 with a date": Case(
        (503, b"", {"Content-Length": "0", "Retry-After": "Fri, 23 Nov 2096 07:00:00 GMT"}),
        faults.CENTRE_UNREACHABLE,
        30,
    ),
    "503 with nonsense": Case((503, b"", {"Content-Length": "0", "Retry-After": "soon"}), faults.CENTRE_UNREACHABLE),
    "504": Case((504, b""), faults.CENTRE_UNREACHABLE),
    "200 HTML": Case((200, b"<html>welcome to the lobby wifi</html>"), faults.CENTRE_NONSENSE),
    "200 garbage": Case((200, bytes(range(256))), faults.CENTRE_NONSENSE),
    "200 empty": Case((200, b""), faults.CENTRE_NONSENSE),
    "200 cut short": Case((200, b'{"results": [', {"Content-Length": "900"}), faults.CENTRE_UNREACHABLE),
    "200 of another version": Case((200, b'{"version": 99, "results": []}'), faults.CENTRE_NONSENSE),
    "200 no results": Case((200, b'{"results": []}'), faults.CENTRE_NONSENSE, 300),
    "200 too many results": Case((200, MANY), faults.CENTRE_NONSENSE, 300),
    "204": Case((204, b""), faults.CENTRE_NONSENSE),
    "gone without a word": Case((0, b""), faults.CENTRE_UNREACHABLE),
}


class Loop:
    """The wake-up of the loop: time passes in it, and at times a fact is recorded."""

    def __init__(self, clock: HandClock, stop: Event, ends: float, born: Callable[[], None]) -> None:
        self._clock = clock
        self._stop = stop
        self._ends = ends
        self._born = born
        self._next = FACTS_EACH

    def wait(self, seconds: float) -> set[str]:
        self._clock.let_pass(max(seconds, 0.05))
        if self._clock.monotonic() >= self._ends:
            self._stop.set()
        if self._clock.monotonic() >= self._next:
            self._next += FACTS_EACH
            self._born()
            return {"fact"}
        return set()


class SteadyClock(HandClock):
    """The loop sleeps as long as it wants to."""

    def nap(self, seconds: float) -> float:
        return seconds


@pytest.fixture
def clock() -> HandClock:
    # As late as it is, so that the server's own clock is not far off.
    return SteadyClock(datetime.now(UTC))


def run(url: str, connection: Connection, clock: HandClock, board: Board, seconds: float) -> None:
    """The uplink over so many seconds, with facts that wait, new ones at times, and numbers to borrow."""
    record(connection, clock, 30)
    stop = Event()
    centre = Centre(url, "kiosk-1", KEY, clock)
    try:
        Uplink(
            centre=centre,
            outbox=SqlOutbox(connection),
            roster=SqlRosterStore(connection),
            clock=clock,
            today=lambda: date(2026, 11, 23),
            series=lambda: ("",),
            languages=("fi",),
            tell_screen=lambda _: None,
            board=board,
            chance=random.Random(1),
            storage_error=DatabaseError,
        ).run(Loop(clock, stop, clock.monotonic() + seconds, lambda: record(connection, clock, 1)), stop)
    finally:
        centre.close()


@pytest.mark.parametrize("name", CASES)
def test_no_answer_makes_us_ask_hot(name: str, connection: Connection, clock: HandClock, board: Board) -> None:
    case = CASES[name]
    with server(lambda path, _n: case.token if path == "/v1/token" else case.answer) as (url, asked):
        run(url, connection, clock, board, SPAN)
    # A new fact is tried at once (30 of them), all else waits ever longer; and a token is not asked for each time.
    assert 10 <= len(asked) <= case.most
    assert connection.execute("SELECT count(*) FROM receipt").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM fact").fetchone()[0] >= 55
    assert case.fault.code in board.health().codes


def test_an_answer_that_never_ends_is_not_waited_for(
    connection: Connection, clock: HandClock, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.1)
    with server(lambda path, _n: (200, TOKEN if path == "/v1/token" else b"[" * 1000), _drip) as (url, asked):
        run(url, connection, clock, board, 60)
    assert 5 <= len(asked) <= 40
    assert faults.CENTRE_UNREACHABLE.code in board.health().codes


def _drip(path: str) -> float:
    return 0.0 if path == "/v1/token" else 0.03


def test_one_verdict_that_nobody_knows_harms_no_other(connection: Connection, clock: HandClock, board: Board) -> None:
    def answers(path: str, n: int) -> Answer:
        if path == "/v1/token":
            return 200, TOKEN
        if path != "/v1/facts" or n > 1:
            return 503, b""
        results: list[dict[str, object]] = [{"verdict": "recorded", "receipt": "r"}] * 30
        results[6] = {"verdict": "splendid", "receipt": "r"}
        results[7] = {"verdict": "recorded"}
        results[8] = {"verdict": 17, "receipt": []}
        return 200, msgspec.json.encode({"results": results, "newer": {"field": True}})

    with server(answers) as (url, _):
        run(url, connection, clock, board, 1)
    settled = {row[0] for row in connection.execute("SELECT fact FROM receipt")}
    assert settled == set(range(1, 31)) - {7, 8, 9}
    waiting = dict(connection.execute("SELECT fact, error FROM attempt").fetchall())
    assert waiting.keys() == {7, 8, 9}
    assert all(error.startswith("parked: ") for error in waiting.values())
