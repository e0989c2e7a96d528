"""Facts go up: the newest first, none starving, and no fact ever holding up another, whatever the centre answers."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from kiosk.checkin import faults
from kiosk.checkin.facts import Fact, Receipt, Verdict
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection
from kiosk.offline.outbox import TRUSTED_AHEAD
from kiosk.offline.store import Store
from kiosk.sync import messages
from kiosk.sync.answers import LONGEST_ASKED, Course
from kiosk.sync.client import CentreError
from kiosk.sync.pacing import LONGEST
from kiosk.sync.room import GROWTH, LEAST, REMEMBERED, Room
from kiosk.sync.sending import MOST_REFUSALS, PARKED_PAUSE, REFUSALS_PAUSE
from tests.conftest import HandClock
from tests.sync.sending_rig import Results, Sender, failing, recorded

REFUSED = CentreError("refused", "malformed")
UNREACHABLE = CentreError("unreachable", "ConnectTimeout")


@pytest.fixture
def sender(connection: Connection, clock: HandClock, board: Board) -> Sender:
    return Sender(connection, clock, board)


@contextmanager
def fresh() -> Iterator[Sender]:
    """One for each example of Hypothesis."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "k.db", bytes(32)).connect() as connection:
        clock = HandClock(datetime(2026, 11, 23, 6, 50, tzinfo=UTC))
        yield Sender(connection, clock, Board(clock, "sync", Path(folder), Path(folder) / "run", ()))


def refusing(poison: set[int], error: CentreError = REFUSED) -> Callable[[Sequence[Fact]], Results]:
    """A centre that takes no batch with one of these facts in it."""

    def answer(facts: Sequence[Fact]) -> Results:
        if poison & {fact.seq for fact in facts}:
            raise error
        return recorded(facts)

    return answer


# --- order ----------------------------------------------------------------------------------------------------------


def test_after_three_days_the_newest_leave_first_and_the_oldest_with_them(sender: Sender) -> None:
    sender.record(7000)
    sender.sending.send()
    assert [len(batch) for batch in sender.sent] == [2000, 2000, 2000, 1000]
    assert sender.sent[0] == [*range(1, 501), *range(5501, 7001)]
    assert sender.sent[1] == [*range(501, 1001), *range(4001, 5501)]
    assert sender.settled() == set(range(1, 7001))
    assert sender.rings == 4


@settings(max_examples=25)
@given(st.integers(0, 6), st.integers(2, 9), st.lists(st.integers(0, 5), max_size=12))
def test_nothing_starves_and_nothing_is_sent_twice_in_a_batch(waiting: int, limit: int, births: list[int]) -> None:
    with fresh() as sender:
        sender.record(waiting)
        for born in births:
            sender.record(born)
            due = [fact.seq for fact in sender.outbox.due(sender.clock.now(), limit)]
            left = sorted(set(range(1, sender.outbox.newest() + 1)) - sender.settled())
            assert due == sorted(set(due))
            assert len(due) == min(limit, len(left))
            # The very newest and the very oldest are always in it, so that every fact's turn comes.
            assert set(left[:1] + left[-1:]) <= set(due)
            oldest = max(1, limit // 4)
            assert len(left) <= limit or due == left[:oldest] + left[oldest - limit :]
            sender.outbox.settle([Receipt(place, Verdict.RECORDED, "r") for place in due], sender.clock.now())


def test_three_days_without_the_centre(sender: Sender, clock: HandClock) -> None:
    sender.answer = failing(UNREACHABLE)
    for _ in range(3 * 24):
        sender.record(60)
        sender.run(3600)
    # A pause of at most five minutes, so at least 12 in an hour; and one try at once for each hour's facts.
    assert 3 * 24 * 12 <= len(sender.sent) <= 3 * 24 * 30
    assert all(len(batch) <= LEAST for batch in sender.sent[1:])
    assert sender.settled() == set()
    sender.answer = recorded
    before = len(sender.sent)
    clock.let_pass(LONGEST)
    sender.sending.send()
    last = 3 * 24 * 60
    assert sender.settled() == set(range(1, last + 1))
    # First two, to see whether the line is back; then as many as it bears.
    assert set(sender.sent[before]) <= {1, last - 1, last - 2, last}
    assert [len(batch) for batch in sender.sent[before:]] == [2, 16, 128, 1024, 2000, 1150]
    assert set(sender.sent[before] + sender.sent[before + 1]) >= set(range(last - 11, last + 1))


# --- one fact that the centre will not take -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        CentreError("refused", "409", Course.HALVE),
        CentreError("refused", "415", Course.HALVE),
        CentreError("refused", "422", Course.HALVE),
        CentreError("refused", "413", Course.SMALLER),
        CentreError("busy", "500", Course.HALVE),
        CentreError("nonsense", "wrong-count", Course.HALVE),
        REFUSED,
    ],
    ids=lambda error: error.detail,
)
@pytest.mark.parametrize("place", [1, 700, 1999, 2000])
def test_a_poison_fact_is_parked_and_all_others_are_delivered(
    sender: Sender, board: Board, error: CentreError, place: int
) -> None:
    sender.record(2000)
    sender.answer = refusing({place}, error)
    with capture_logs() as logs:
        sender.sending.send()
    assert sender.settled() == set(range(1, 2001)) - {place}
    assert sender.parked() == {place: f"parked: {error.detail}"}
    assert len(sender.sent) <= 30
    assert [entry["seq"] for entry in logs if entry["event"] == "fact_parked"] == [place]
    assert board.health().codes == frozenset()
    assert sender.outbox.refused(sender.clock.now()) == 1


@settings(max_examples=15)
@given(st.integers(1, 60), st.sets(st.integers(1, 60), max_size=6))
def test_whatever_is_poison_the_rest_arrives(count: int, poison: set[int]) -> None:
    poison &= set(range(1, count + 1))
    with fresh() as sender:
        sender.record(count)
        sender.answer = refusing(poison)
        sender.run(3600)
        assert sender.settled() == set(range(1, count + 1)) - poison
        assert set(sender.parked()) == poison
        assert len(sender.sent) <= 40 * (len(poison) + 1)
        sender.answer = recorded
        sender.run(LONGEST + len(poison) * PARKED_PAUSE)
        assert sender.settled() == set(range(1, count + 1))
        assert sender.parked() == {}


def test_poison_backs_off_by_itself_while_new_facts_leave_at_once(sender: Sender, clock: HandClock) -> None:
    sender.record(1)
    sender.answer = refusing({1})
    sender.sending.send()
    for place in range(2, 40):
        sender.record(1)
        sender.sending.send()
        assert place in sender.settled()
        clock.let_pass(30)
    tries = [batch for batch in sender.sent if batch == [1]]
    assert all(1 not in batch for batch in sender.sent if len(batch) > 1)
    assert 5 <= len(tries) <= 14
    assert sender.parked().keys() == {1}


def test_no_pause_is_as_long_as_a_clock_that_jumped_would_make_it() -> None:
    longest = max(LONGEST, LONGEST_ASKED) + REFUSALS_PAUSE
    assert timedelta(seconds=longest) < TRUSTED_AHEAD, "a pause of ours would be taken for a jump, and end early"


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(minutes=9), timedelta(days=400)])
def test_a_parked_fact_does_not_wait_until_a_clock_that_was_set_back_has_caught_up(
    sender: Sender, clock: HandClock, back: timedelta
) -> None:
    sender.record(1)
    sender.answer = refusing({1})
    sender.run(900)
    assert sender.parked().keys() == {1}
    clock.moment -= back
    sender.answer = recorded
    sender.run(LONGEST + 60 + PARKED_PAUSE)
    assert sender.settled() == {1}


def test_a_thousand_poison_facts_are_no_hot_loop(sender: Sender) -> None:
    sender.record(1100)
    sender.answer = refusing(set(range(1, 1001)))
    sender.run(60)
    assert len(sender.sent) <= 10 * MOST_REFUSALS
    sender.run(3600)
    assert sender.settled() == set(range(1001, 1101))
    assert len(sender.sent) <= 5 * MOST_REFUSALS


def test_a_centre_that_takes_what_it_refused_gets_the_others_too(sender: Sender, clock: HandClock) -> None:
    sender.record(400)
    poison = {fact for fact in range(1, 401) if fact % 40 == 0}
    sender.answer = refusing(poison)
    sender.run(60)
    assert set(sender.parked()) == poison
    sender.answer = recorded
    clock.let_pass(LONGEST)
    asked = len(sender.sent)
    sender.sending.send()
    sender.pass_on()
    sender.sending.send()
    # One alone, to see; then the rest in a batch, as if nothing had been.
    assert [len(batch) for batch in sender.sent[asked:]] == [1, 9]
    assert sender.settled() == set(range(1, 401))


def test_a_result_that_is_not_understood_leaves_that_fact_alone_waiting(sender: Sender) -> None:
    sender.record(50)
    sender.answer = lambda facts: [
        None if fact.seq == 7 else one for fact, one in zip(facts, recorded(facts), strict=True)
    ]
    sender.sending.send()
    assert sender.settled() == set(range(1, 51)) - {7}
    assert sender.parked() == {7: "parked: result-not-understood"}
    assert sender.rings == 1


@settings(max_examples=10)
@given(st.integers(5, 60), st.sets(st.integers(1, 60), min_size=1, max_size=2))
def test_a_fact_that_brings_the_line_down_holds_up_no_other(count: int, poison: set[int]) -> None:
    """Something on the way cuts the connection over what a fact says, as a content filter does."""
    poison &= set(range(1, count + 1))
    with fresh() as sender:
        sender.record(count)
        sender.answer = refusing(poison, UNREACHABLE)
        sender.run(3600)
        assert sender.settled() == set(range(1, count + 1)) - poison
        assert len(sender.sent) <= 300


def test_a_parked_fact_gets_through_while_another_never_does(sender: Sender) -> None:
    sender.record(1)
    sender.answer = failing(REFUSED)
    sender.sending.send()
    assert sender.parked() == {1: "parked: malformed"}
    sender.record(1)
    # What is on the line lets the first one pass now, and meets the second with an answer that says "not now".
    sender.answer = refusing({2}, CentreError("refused", "not-found", Course.WAIT))
    sender.run(60)
    assert sender.settled() == {1}


# --- a centre that takes nothing ------------------------------------------------------------------------------------


def test_a_centre_that_refuses_everything_is_soon_left_alone(sender: Sender, board: Board) -> None:
    sender.record(5000)
    sender.answer = failing(REFUSED)
    sender.sending.send()
    # The batch, its newest, the rest, and the next newest.
    assert [len(batch) for batch in sender.sent] == [2000, 1, 1999, 1]
    assert board.health().codes == {faults.CENTRE_REFUSES.code}
    sender.run(3600)
    assert len(sender.sent) <= 200
    sender.answer = recorded
    sender.run(2 * LONGEST + 100 * PARKED_PAUSE)
    assert sender.settled() == set(range(1, 5001))
    assert board.health().codes == frozenset()


def test_too_large_is_remembered_for_a_while(sender: Sender, clock: HandClock) -> None:
    def answer(facts: Sequence[Fact]) -> Results:
        if len(facts) > 300:
            raise CentreError("refused", "413", Course.SMALLER)
        return recorded(facts)

    sender.answer = answer
    sender.record(3000)
    sender.sending.send()
    assert sender.settled() == set(range(1, 3001))
    refused = [len(batch) for batch in sender.sent if len(batch) > 300]
    assert len(refused) <= 6
    sender.record(1000)
    sender.sending.send()
    assert [len(batch) for batch in sender.sent if len(batch) > 300] == refused
    clock.let_pass(REMEMBERED)
    sender.record(1000)
    sender.sending.send()
    assert [len(batch) for batch in sender.sent if len(batch) > 300] != refused
    assert sender.settled() == set(range(1, 5001))


@pytest.mark.parametrize("key", ["unreachable", "busy"])
def test_a_new_fact_leaves_at_once_though_older_ones_back_off(sender: Sender, clock: HandClock, key: str) -> None:
    sender.record(5)
    sender.answer = failing(CentreError(key))
    sender.run(600)
    sender.sending.send()
    asked = len(sender.sent)
    sender.sending.send()
    assert len(sender.sent) == asked
    sender.record(1)
    sender.sending.send()
    assert sender.sent[asked:] == [[6]]
    # It failed too: from now on it waits with the others, and makes their pause no longer.
    sender.sending.send()
    assert len(sender.sent) == asked + 1
    sender.answer = recorded
    sender.record(1)
    sender.sending.send()
    # One that goes through says that the line is back.
    assert sender.settled() == set(range(1, 8))


def test_what_one_process_put_off_leaves_as_soon_as_the_next_one_has_a_line(
    connection: Connection, clock: HandClock, board: Board
) -> None:
    before = Sender(connection, clock, board)
    before.record(5)
    before.answer = failing(CentreError("unreachable"))
    before.sending.send()
    after = Sender(connection, clock, board)
    after.record(1)
    after.sending.send()
    assert after.sent == [[6], [1, 2, 3, 4, 5]]
    assert after.settled() == set(range(1, 7))


@pytest.mark.parametrize(
    "error", [CentreError("unauthorised"), CentreError("untrusted"), CentreError("busy", "503", after=120.0)]
)
def test_a_centre_that_wants_to_be_left_alone_is(
    sender: Sender, clock: HandClock, board: Board, error: CentreError
) -> None:
    sender.record(5)
    sender.answer = failing(error)
    sender.sending.send()
    sender.record(1)
    clock.let_pass(0.4)
    sender.sending.send()
    assert len(sender.sent) == 1
    assert sender.sending.resting
    if error.after is not None:
        sender.pass_on()
        assert sender.clock.monotonic() == pytest.approx(120, abs=0.001)
        assert not sender.sending.resting
    sender.answer = recorded
    sender.sending.hasten()
    sender.sending.send()
    assert sender.settled() == set(range(1, 7))
    assert board.health().codes == frozenset()


def test_facts_that_fail_together_leave_together(sender: Sender, connection: Connection) -> None:
    sender.record(300)
    sender.answer = failing(UNREACHABLE)
    sender.sending.send()
    assert connection.execute("SELECT count(DISTINCT next_at), count(*) FROM attempt").fetchone() == (1, 300)


def test_the_log_has_one_line_for_a_batch_and_one_for_each_that_was_not_recorded(sender: Sender) -> None:
    sender.record(1000)
    others = {3: Verdict.CONFLICT, 4: Verdict.REFUSED, 5: Verdict.DUPLICATE}
    reason = "what a centre should never say: a name"

    def answer(facts: Sequence[Fact]) -> Results:
        return [
            messages.FactResult(verdict=others.get(fact.seq, Verdict.RECORDED), receipt="r", reason=reason)
            for fact in facts
        ]

    sender.answer = answer
    with capture_logs() as logs:
        sender.sending.send()
    assert [(entry["event"], entry.get("seq"), entry.get("reason")) for entry in logs] == [
        ("fact_settled", 3, None),
        ("fact_settled", 4, None),
        ("facts_settled", None, None),
    ]
    counts = {"count": 1000, "recorded": 997, "duplicate": 1, "conflict": 1, "refused": 1}
    assert counts.items() <= logs[-1].items()


# --- the room of a batch --------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.just("through"), st.integers(1, 2000)), max_size=30))
def test_the_room_stays_within_its_bounds(moves: list[str | int]) -> None:
    room, now = Room(), 0.0
    for move in moves:
        now += 1
        if isinstance(move, str):
            room.went_through()
        else:
            room.line_failed(move, now, slow=move % 2 == 0)
        assert 1 <= room.size(now) <= messages.MOST_FACTS
    now += REMEMBERED
    for _ in range(5):
        room.went_through()
    assert room.size(now) == messages.MOST_FACTS
    assert LEAST * GROWTH**4 >= messages.MOST_FACTS


def test_on_a_slow_line_batches_stay_small(sender: Sender) -> None:
    def answer(facts: Sequence[Fact]) -> Results:
        if len(facts) > 200:
            raise CentreError("unreachable", "ReadTimeout")
        return recorded(facts)

    sender.answer = answer
    sender.record(4000)
    sender.run(120)
    assert sender.settled() == set(range(1, 4001))
    assert len([batch for batch in sender.sent if len(batch) > 200]) <= 5


def test_after_a_start_the_row_says_how_long_to_wait(sender: Sender, clock: HandClock) -> None:
    sender.record(1)
    then = clock.now() + timedelta(seconds=77)
    sender.outbox.postpone(sender.outbox.due(clock.now(), 1), lambda _: then, "unreachable")
    assert sender.sending.seconds_left() == 77
    sender.sending.send()
    assert sender.sent == []
    clock.let_pass(77)
    sender.sending.send()
    assert sender.settled() == {1}
    assert sender.sending.seconds_left() is None
