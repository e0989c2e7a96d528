"""Every fact belongs to exactly one day, whatever the clock does."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.day_close import Range, parted

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
LONG_AGO, FAR_AHEAD = date(1970, 1, 1), date(2099, 1, 1)


@pytest.mark.parametrize(
    ("days", "closed", "today", "expected"),
    [
        ([], (), TUESDAY, []),
        ([MONDAY], (), MONDAY, []),
        ([MONDAY, MONDAY], (), TUESDAY, [(MONDAY, 1, 2)]),
        ([MONDAY, TUESDAY], (), TUESDAY, [(MONDAY, 1, 1)]),
        # Off for days: each day with facts is one.
        ([MONDAY, WEDNESDAY, WEDNESDAY], (), THURSDAY, [(MONDAY, 1, 1), (WEDNESDAY, 2, 3)]),
        # Years ahead for a while, and back: these facts go with the day around them.
        ([MONDAY, FAR_AHEAD, MONDAY], (), TUESDAY, [(MONDAY, 1, 3)]),
        ([MONDAY, FAR_AHEAD, MONDAY], (), MONDAY, []),
        # It started without the time, and then heard it.
        ([LONG_AGO, MONDAY], (), TUESDAY, [(LONG_AGO, 1, 1), (MONDAY, 2, 2)]),
        ([LONG_AGO, MONDAY], (LONG_AGO,), TUESDAY, [(MONDAY, 1, 2)]),
        # Back to a day before, in the middle of one.
        ([TUESDAY, MONDAY, TUESDAY], (), WEDNESDAY, [(TUESDAY, 1, 3)]),
        # Midnight came twice: Monday is closed, and its stragglers go with Tuesday, or wait for it.
        ([MONDAY, MONDAY], (MONDAY,), TUESDAY, []),
        ([MONDAY, TUESDAY], (MONDAY,), WEDNESDAY, [(TUESDAY, 1, 2)]),
        ([MONDAY, TUESDAY], (MONDAY,), TUESDAY, []),
    ],
)
def test_the_journal_is_parted_where_a_later_day_begins(
    days: Sequence[date], closed: Sequence[date], today: date, expected: Sequence[tuple[date, int, int]]
) -> None:
    found = parted(1, list(enumerate(days, start=1)), closed, today)
    assert [(one.day, one.first, one.last) for one in found] == expected


FACT, LOOK = "fact", "look"
STEPS = st.lists(
    st.one_of(st.just(FACT), st.just(LOOK), st.integers(-4, 4), st.sampled_from((-20_000, 20_000))), max_size=60
)


@given(steps=STEPS)
def test_every_fact_belongs_to_exactly_one_day_whatever_the_clock_does(steps: Sequence[object]) -> None:
    today, journal, ranges = date(2026, 6, 1), list[tuple[int, date]](), list[Range]()
    for step in steps:
        if step == FACT:
            journal.append((len(journal) + 1, today))
        elif isinstance(step, int):
            today = min(max(today + timedelta(days=step), date(1900, 1, 1)), date(2300, 1, 1))
        else:
            first = ranges[-1].last + 1 if ranges else 1
            open_facts = [one for one in journal if one[0] >= first]
            new = parted(first, open_facts, {one.day for one in ranges}, today)
            assert all(one.day < today for one in new)
            assert all(any(first <= place <= one.last for place, day in open_facts if day == one.day) for one in new)
            ranges += new
    assert len({one.day for one in ranges}) == len(ranges)
    assert [place for one in ranges for place in range(one.first, one.last + 1)] == list(
        range(1, ranges[-1].last + 1 if ranges else 1)
    )
    assert not ranges or ranges[-1].last <= len(journal)
    # Nothing stays behind for ever: once a new day with a fact of its own is over, all before it is closed.
    first = ranges[-1].last + 1 if ranges else 1
    new_day = max([today, *(day for _, day in journal), *(one.day for one in ranges)]) + timedelta(days=1)
    rest = [*journal[first - 1 :], (len(journal) + 1, new_day)]
    last = parted(first, rest, {one.day for one in ranges}, new_day + timedelta(days=1))
    assert last[-1].last == len(journal) + 1
    assert last[0].first == first


@given(days=st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_with_a_clock_that_only_goes_on_each_day_with_facts_is_its_own(days: list[int]) -> None:
    days.sort()
    facts = [(place, MONDAY + timedelta(days=day)) for place, day in enumerate(days, start=1)]
    found = parted(1, facts, (), MONDAY + timedelta(days=6))
    assert {one.day: one.last - one.first + 1 for one in found} == {
        MONDAY + timedelta(days=day): days.count(day) for day in set(days)
    }
