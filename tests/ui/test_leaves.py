"""Where a sheet is turned: no line cut, nothing left out, no leaf without progress."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.leaves import SLACK, Span, starts


@pytest.mark.parametrize(
    ("whole", "height", "room", "expected"),
    [
        ([], 900.0, 300.0, (0.0,)),
        ([(0.0, 100.0), (100.0, 200.0)], 200.0, 200.0, (0.0,)),
        ([(0.0, 100.0), (100.0, 200.0), (200.0, 300.0)], 300.0, 200.0, (0.0, 200.0)),
        # The edge falls into the third line.
        ([(0.0, 100.0), (110.0, 210.0), (220.0, 320.0)], 320.0, 250.0, (0.0, 220.0)),
        # A picture beside two lines keeps them together.
        ([(0.0, 100.0), (120.0, 220.0), (220.0, 320.0), (120.0, 320.0)], 320.0, 250.0, (0.0, 120.0)),
        # Nothing stands between the edge and what needs the whole room.
        ([(0.0, 180.0), (240.0, 440.0)], 440.0, 200.0, (0.0, 240.0)),
        # What is higher than the room cannot be shown.
        ([(0.0, 100.0), (100.0, 500.0)], 500.0, 300.0, None),
    ],
)
def test_leaves(whole: list[Span], height: float, room: float, expected: tuple[float, ...] | None) -> None:
    assert starts(whole, height, room) == expected


SPANS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 260)).map(lambda one: (float(one[0]), float(sum(one)))), max_size=30
)


@given(SPANS, st.integers(200, 900))
def test_no_span_is_cut_and_none_is_left_out(whole: list[Span], room: int) -> None:
    height = max((bottom for _, bottom in whole), default=0.0)
    found = starts(whole, height, float(room))
    if found is None:
        return
    assert found[0] == 0
    for here, there in pairwise(found):
        assert there - here > 0
        assert not [span for span in whole if span[1] > here + room + SLACK and span[0] < there - SLACK]
    assert height - found[-1] <= room + SLACK
    for top, bottom in whole:
        assert any(
            start <= top + SLACK and bottom <= end + SLACK
            for start, end in zip(found, (*found[1:], found[-1] + room), strict=True)
        )


@given(st.lists(st.integers(1, 200), max_size=30), st.integers(200, 900))
def test_lines_under_each_other_always_go(heights: list[int], room: int) -> None:
    whole, y = [], 0.0
    for high in heights:
        whole.append((y, y + high))
        y += high
    assert starts(whole, y, float(room)) is not None
