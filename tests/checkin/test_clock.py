"""What may be said of the wall clock, and the order of facts that does not need it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.clock_watch import (
    LONGEST_SILENCE,
    MOST_UNCERTAIN,
    RENEWED_AFTER,
    TOLERANCE,
    ClockWord,
    Judgement,
    judged,
    moment,
    supersedes,
)
from kiosk.checkin.hybrid_clock import (
    AGREED_STEP_MS,
    BEGINNING_MS,
    END_MS,
    STEP_MS,
    ClockQuality,
    next_order,
    time_in,
)
from tests.example_site import NOW

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ZERO = timedelta()


def word(offset: timedelta = ZERO, uncertainty: timedelta = ZERO, passed: float | None = 1000.0) -> ClockWord:
    return ClockWord(NOW, passed, offset, uncertainty)


T, D, U = ClockQuality.TRUSTED, ClockQuality.DOUBTFUL, ClockQuality.UNKNOWN


@pytest.mark.parametrize(
    ("told", "wall", "passed", "expected"),
    [
        # Before any word.
        (None, NOW, 1000.0, Judgement(U)),
        # The word has just come.
        (word(), NOW, 1000.0, Judgement(T, ZERO)),
        (word(TOLERANCE), NOW, 1000.0, Judgement(T, TOLERANCE)),
        (word(-TOLERANCE), NOW, 1000.0, Judgement(T, -TOLERANCE)),
        (word(TOLERANCE + SECOND), NOW, 1000.0, Judgement(D, TOLERANCE + SECOND)),
        (word(-TOLERANCE - SECOND), NOW, 1000.0, Judgement(D, -TOLERANCE - SECOND)),
        # An answer that took long is not held against the clock.
        (word(TOLERANCE + SECOND, SECOND), NOW, 1000.0, Judgement(T, TOLERANCE + SECOND)),
        # Time has passed on both clocks, for hours and for a week.
        (word(), NOW + HOUR, 4600.0, Judgement(T, ZERO)),
        (word(), NOW + LONGEST_SILENCE, 1000.0 + 7 * 86400, Judgement(T, ZERO)),
        (word(), NOW + LONGEST_SILENCE + SECOND, 1001.0 + 7 * 86400, Judgement(U)),
        # It drifts by as much as nobody minds, and by more.
        (word(), NOW + HOUR + 60 * SECOND, 4600.0, Judgement(T, 60 * SECOND)),
        (word(100 * SECOND), NOW + HOUR + 60 * SECOND, 4600.0, Judgement(D, 160 * SECOND)),
        # Somebody sets it, forward and back: how far it is off stays known.
        (word(), NOW + 3 * HOUR, 1000.0, Judgement(D, 3 * HOUR, jumped=True)),
        (word(), NOW - 3 * HOUR, 1000.0, Judgement(D, -3 * HOUR, jumped=True)),
        # Mended: by the next word it is trusted, not before.
        (word(3 * HOUR), NOW - 3 * HOUR, 1000.0, Judgement(D, ZERO, jumped=True)),
        # The machine was started anew: nothing tells, but for a clock that went back.
        (word(passed=None), NOW + HOUR, 20.0, Judgement(U)),
        (word(), NOW + HOUR, 20.0, Judgement(U)),
        (word(passed=None), NOW - SECOND, 20.0, Judgement(D, jumped=True)),
        (word(), datetime(1970, 1, 1, tzinfo=UTC), 20.0, Judgement(D, jumped=True)),
        # One that was far ahead and was set right since is no clock that went back; one that is still behind is.
        (word(365 * 24 * HOUR, passed=None), NOW - 365 * 24 * HOUR + HOUR, 20.0, Judgement(U)),
        (word(-365 * 24 * HOUR, passed=None), NOW + HOUR, 20.0, Judgement(D, jumped=True)),
    ],
)
def test_what_may_be_said_of_the_clock(
    told: ClockWord | None, wall: datetime, passed: float, expected: Judgement
) -> None:
    assert judged(told, wall, passed) == expected
    assert moment(told, wall, passed) == (None if expected.offset is None else wall - expected.offset)


@pytest.mark.parametrize(
    ("new", "old", "takes_its_place"),
    [
        (word(), None, True),
        (word(), word(), False),
        # The same, told by an answer that was held back: worse than what is known.
        (word(5 * SECOND, 13 * SECOND, 1025.0), word(ZERO, SECOND), False),
        (word(ZERO, SECOND, 1025.0), word(5 * SECOND, 13 * SECOND), True),
        # Somebody set the clock: both can't be true.
        (word(HOUR, 13 * SECOND, 1025.0), word(ZERO, SECOND), True),
        (word(3 * SECOND, SECOND, 1025.0), word(ZERO, SECOND), True),
        # An old word is renewed whatever it costs.
        (word(5 * SECOND, 13 * SECOND, 1001.0 + RENEWED_AFTER), word(ZERO, SECOND), True),
        # What another thread has heard since counts, be it less certain or after a jump.
        (word(ZERO, SECOND, 990.0), word(HOUR, 13 * SECOND), False),
        (ClockWord(NOW - 10 * SECOND, 990.0, ZERO, SECOND), word(ZERO, 13 * SECOND), False),
        # The machine was started anew.
        (ClockWord(NOW + HOUR, 20.0, ZERO), word(), True),
        (word(), word(passed=None), True),
        # A machine that slept had the answer a night later: it tells not even the day, whatever is known besides.
        (word(13 * HOUR, 13 * HOUR), None, False),
        (word(HOUR, MOST_UNCERTAIN + SECOND, 1001.0 + RENEWED_AFTER), word(passed=None), False),
        (word(ZERO, MOST_UNCERTAIN), None, True),
    ],
)
def test_a_new_word_takes_the_place_of_the_old_one(
    new: ClockWord, old: ClockWord | None, takes_its_place: bool
) -> None:
    assert supersedes(new, old) is takes_its_place


NOW_MS = int(NOW.timestamp() * 1000)
YEAR_MS = 366 * 86_400_000
walls = st.one_of(
    st.integers(-(10**14), 3 * 10**14),
    st.integers(NOW_MS - 10_000, NOW_MS + 10_000),
    st.sampled_from([0, NOW_MS, NOW_MS + 30 * YEAR_MS, END_MS, 253_402_300_799_999]),
)
steps = st.sampled_from([STEP_MS, AGREED_STEP_MS])


@given(
    start=st.one_of(st.just(0), st.integers(1, (END_MS << 16) + (1 << 40))), readings=st.lists(st.tuples(walls, steps))
)
def test_an_order_grows_whatever_the_clock_shows_and_never_by_more_than_a_step(
    start: int, readings: list[tuple[int, int]]
) -> None:
    last = start
    for wall, step in readings:
        order = next_order(last, wall, step)
        assert last < order < 1 << 63
        assert time_in(order) <= max(time_in(last), BEGINNING_MS) + step
        # Nor is it ever ahead of what the clock itself has shown, but for a counter that ran over.
        assert time_in(order) <= max(time_in(last + 1), BEGINNING_MS, wall)
        last = order


@given(facts=st.integers(1, 60), ahead=st.integers(1, 4000), pauses=st.lists(st.integers(0, 600_000), min_size=1))
def test_a_clock_that_was_years_ahead_leaves_the_order_ahead_by_a_step_for_each_fact_and_no_more(
    facts: int, ahead: int, pauses: list[int]
) -> None:
    order = next_order(0, NOW_MS, AGREED_STEP_MS)
    now = NOW_MS
    for _ in range(facts):
        order = next_order(order, now + ahead * YEAR_MS)
    assert time_in(order) <= now + facts * STEP_MS
    # Mended: as soon as that much time has passed, the order says the time again.
    for pause in pauses:
        now += pause
        before, order = order, next_order(order, now, AGREED_STEP_MS)
        assert order > before
        assert max(0, time_in(order) - now) <= max(0, facts * STEP_MS - (now - NOW_MS)) + 1
    now += facts * STEP_MS + 1
    assert time_in(next_order(order, now, AGREED_STEP_MS)) == now


def test_the_counter_runs_over_into_the_next_millisecond() -> None:
    last = NOW_MS << 16 | 0xFFFF
    assert next_order(last, NOW_MS) == NOW_MS + 1 << 16
    assert next_order(NOW_MS << 16, NOW_MS) == (NOW_MS << 16) + 1
