"""Who waits too long, and who may be marked as not come."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.lost import Care, Judged, NoShow, WaitingRule, Why, judge, mark_no_show, waited
from tests.central.rig import MORNING

RULE = WaitingRule(timedelta(minutes=10), timedelta(minutes=20))


def at(minutes: float | None) -> datetime | None:
    return None if minutes is None else MORNING + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("arrived", "starts", "seen", "now", "care", "why", "minutes"),
    [
        (0, None, None, 0, Care.CALM, Why.NOTHING, 0),
        (0, None, None, 9.99, Care.CALM, Why.NOTHING, 9),
        (0, None, None, 10, Care.ATTENTION, Why.UNSEEN, 10),
        (0, None, None, 19.99, Care.ATTENTION, Why.UNSEEN, 19),
        (0, None, None, 20, Care.ALARM, Why.UNSEEN, 20),
        (0, None, 5, 300, Care.CALM, Why.NOTHING, 300),
        (0, 30, None, 10, Care.ATTENTION, Why.UNSEEN, 10),
        (0, 30, 5, 49, Care.CALM, Why.NOTHING, 49),
        (0, 30, 5, 50, Care.ALARM, Why.OVERDUE, 20),
        (0, 30, None, 50, Care.ALARM, Why.OVERDUE, 20),
        (0, 30, None, 45, Care.ALARM, Why.UNSEEN, 45),
        (0, -15, 1, 19, Care.CALM, Why.NOTHING, 19),
        (0, -15, 1, 20, Care.ALARM, Why.OVERDUE, 20),
        (5, None, None, 0, Care.CALM, Why.NOTHING, 0),
    ],
    ids=lambda value: str(value),
)
def test_waiting_is_judged(
    arrived: float, starts: float | None, seen: float | None, now: float, care: Care, why: Why, minutes: int
) -> None:
    came, moment = at(arrived), at(now)
    assert came is not None
    assert moment is not None
    judged = judge(came, at(starts), at(seen), moment, RULE)
    assert (judged.care, judged.why, int(judged.since.total_seconds() // 60)) == (care, why, minutes)


minutes = st.integers(-300, 600)


@given(minutes, st.none() | minutes, st.none() | minutes, minutes, st.integers(0, 300))
def test_nobody_is_calmer_for_waiting_longer(
    arrived: int, starts: int | None, seen: int | None, now: int, later: int
) -> None:
    came = MORNING + timedelta(minutes=arrived)

    def judged(minute: int) -> Judged:
        return judge(came, at(starts), at(seen), MORNING + timedelta(minutes=minute), RULE)

    assert judged(now).care <= judged(now + later).care
    assert (judged(now).care is Care.CALM) is (judged(now).why is Why.NOTHING)
    assert judged(now).since >= timedelta()
    assert waited(came, MORNING + timedelta(minutes=now)) >= timedelta()


@pytest.mark.parametrize(
    ("arrived", "confirmed", "starts", "decided"),
    [
        (False, False, 0, NoShow.MARKED),
        (False, False, 1, NoShow.TOO_EARLY),
        (False, True, 1, NoShow.TOO_EARLY),
        (True, False, -5, NoShow.ASKED),
        (True, True, -5, NoShow.MARKED),
    ],
)
def test_who_has_checked_in_is_not_marked_unasked(
    arrived: bool, confirmed: bool, starts: float, decided: NoShow
) -> None:
    begins = at(starts)
    assert begins is not None
    assert mark_no_show(arrived, confirmed, begins, MORNING) is decided
