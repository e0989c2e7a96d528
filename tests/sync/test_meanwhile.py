"""What a kiosk does while an answer is on its way: real requests to a real server, and the real memory behind them."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest

from kiosk.checkin.facts import Fact
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.sync import client
from kiosk.sync.answers import Course
from kiosk.sync.client import CentreError
from kiosk.sync.meanwhile import meanwhile, request_is_out
from tests.conftest import HandClock
from tests.sync.sending_rig import Results, Sender, recorded
from tests.sync.test_agent import fill_the_disk
from tests.sync.test_client import centre, fact
from tests.sync.wicked_server import TOKEN, Answer, server

BODY = b'{"results": [{"verdict": "recorded", "receipt": "r"}]}'


@pytest.fixture
def sender(connection: Connection, clock: HandClock, board: Board) -> Sender:
    return Sender(connection, clock, board)


# --- on a real line -------------------------------------------------------------------------------------------------


def test_it_is_done_while_the_centre_has_the_request_and_only_once(clock: HandClock) -> None:
    done, came = threading.Event(), []

    def answers(path: str, _n: int) -> Answer:
        came.append(path)
        # The facts are answered only when the kiosk has used the wait.
        assert path == "/v1/token" or done.wait(10), "the kiosk waits for the answer, idle"
        return (200, TOKEN if path == "/v1/token" else BODY)

    times: list[int] = []

    def work() -> None:
        times.append(len(came))
        done.set()

    with server(answers) as (url, _), centre(url, clock) as asked:
        asked.greet()
        for _ in range(2):
            done.clear()
            with meanwhile(work):
                (result,) = asked.send_facts([fact(clock)])
            assert result is not None
        with meanwhile(work):
            pass
    assert len(times) == 2


def test_an_error_of_it_is_raised_when_the_answer_is_here(clock: HandClock) -> None:
    for status, body in ((200, BODY), (500, b"")):

        def answers(path: str, _n: int, answer: Answer = (status, body)) -> Answer:
            return (200, TOKEN) if path == "/v1/token" else answer

        with server(answers) as (url, asked_for), centre(url, clock) as asked:
            with pytest.raises(ZeroDivisionError), meanwhile(lambda: 1 // 0):  # type: ignore[arg-type]
                asked.send_facts([fact(clock)])
            assert len(asked_for) == 2
            # Nothing of it is left: the next request is as any other.
            if status == 200:
                assert asked.send_facts([fact(clock)]) != []


def test_the_time_for_an_answer_goes_on_meanwhile(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "ANSWER_SECONDS", 0.6)
    monkeypatch.setattr(client, "LEAST_SECONDS", 0.1)
    release = threading.Event()

    def answers(path: str, _n: int) -> Answer:
        if path != "/v1/token":
            release.wait(10)
        return (200, TOKEN if path == "/v1/token" else BODY)

    def work() -> None:
        release.wait(0.5)

    with server(answers) as (url, _), centre(url, clock) as asked:
        asked.greet()
        began = time.monotonic()
        with pytest.raises(CentreError, match="unreachable"), meanwhile(work):
            asked.send_facts([fact(clock)])
        release.set()
        # Half a second of work and the tenth that was left, not half a second and all of the patience.
        assert time.monotonic() - began < 1.05


# --- what the sender does with it -----------------------------------------------------------------------------------


def test_the_word_on_a_batch_is_written_while_the_next_is_on_its_way(sender: Sender) -> None:
    written: list[int] = []

    def answer(facts: Sequence[Fact]) -> Results:
        written.append(len(sender.settled()))
        return recorded(facts)

    sender.answer = answer
    sender.record(7000)
    sender.sending.send()
    assert written == [0, 2000, 4000, 6000]
    assert len(sender.settled()) == 7000


def test_a_fact_that_is_born_meanwhile_leaves_with_the_very_next_batch(sender: Sender) -> None:
    def answer(facts: Sequence[Fact]) -> Results:
        if len(sender.sent) == 1:
            # The next batch has been made ready by now.
            sender.record(1)
        return recorded(facts)

    sender.answer = answer
    sender.record(6000)
    sender.sending.send()
    assert 6001 in sender.sent[1]
    assert sorted(place for batch in sender.sent for place in batch) == list(range(1, 6002))


@pytest.mark.parametrize("place", [1, 1700, 2100, 4500, 5000])
def test_poison_in_a_batch_that_was_made_ready_harms_nobody(sender: Sender, place: int) -> None:
    def answer(facts: Sequence[Fact]) -> Results:
        if place in {fact.seq for fact in facts}:
            raise CentreError("refused", "malformed")
        return recorded(facts)

    sender.answer = answer
    sender.record(5000)
    sender.sending.send()
    assert sender.settled() == set(range(1, 5001)) - {place}
    assert sender.parked() == {place: "parked: malformed"}


@pytest.mark.parametrize("course", [Course.WAIT, Course.HOLD, Course.SMALLER])
def test_what_was_made_ready_does_not_leave_behind_a_failure(sender: Sender, course: Course) -> None:
    def answer(facts: Sequence[Fact]) -> Results:
        if len(sender.sent) == 2:
            raise CentreError("busy" if course is Course.WAIT else "refused", "413", course)
        return recorded(facts)

    sender.answer = answer
    sender.record(8000)
    sender.sending.send()
    assert len(sender.sent) == 2 or len(sender.sent[2]) <= 1000
    assert sender.settled() >= set(sender.sent[0])
    sender.run(600)
    assert sender.settled() == set(range(1, 8001))


@pytest.mark.parametrize("when", ["in the wait", "after the last"])
def test_a_disk_that_is_full_meanwhile_loses_nothing(sender: Sender, when: str) -> None:
    limit = sender.connection.execute("PRAGMA main.max_page_count").fetchone()[0]

    def answer(facts: Sequence[Fact]) -> Results:
        if len(sender.sent) == (1 if when == "in the wait" else 3):
            fill_the_disk(sender.connection)
        return recorded(facts)

    sender.answer = answer
    sender.record(6000)
    with pytest.raises(DatabaseError):
        sender.sending.send()
    sender.connection.execute(f"PRAGMA main.max_page_count = {limit}")
    assert sender.settled() == (set() if when == "in the wait" else set(sender.sent[0] + sender.sent[1]))
    sender.sending.send()
    assert sender.settled() == set(range(1, 6001))
    # The batch whose word could not be written down was not asked for again.
    again = [batch for batch in sender.sent if batch == sender.sent[0 if when == "in the wait" else 2]]
    assert len(again) == 1


def test_outside_of_any_wait_there_is_nothing_to_do() -> None:
    seen: list[Callable[[], None]] = []
    request_is_out()
    with meanwhile(lambda: seen.append(request_is_out)):
        request_is_out()
        request_is_out()
    request_is_out()
    assert len(seen) == 1
