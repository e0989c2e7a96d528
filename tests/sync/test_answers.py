"""The table of answers, status by status, and how long a centre may make the kiosk wait."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.sync.answers import LONGEST_ASKED, USUAL, Course, retry_after, rule

NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "problem", "key", "course"),
    [
        (200, "", "", Course.SETTLE),
        (201, "", "", Course.SETTLE),
        (204, "", "nonsense", Course.WAIT),
        (301, "", "nonsense", Course.WAIT),
        (302, "", "nonsense", Course.WAIT),
        (307, "", "nonsense", Course.WAIT),
        (400, "", "refused", Course.HALVE),
        (400, "malformed", "refused", Course.HALVE),
        (400, "unknown-version", "refused", Course.WAIT),
        (401, "", "unauthorised", Course.HOLD),
        (403, "", "unauthorised", Course.HOLD),
        (404, "", "refused", Course.WAIT),
        (405, "", "refused", Course.WAIT),
        (408, "", "busy", Course.WAIT),
        (409, "", "refused", Course.HALVE),
        (410, "", "refused", Course.WAIT),
        (413, "", "refused", Course.SMALLER),
        (415, "", "refused", Course.HALVE),
        (415, "unknown-encoding", "refused", Course.WAIT),
        (422, "", "refused", Course.HALVE),
        (429, "", "busy", Course.WAIT),
        (451, "", "refused", Course.HALVE),
        (500, "", "busy", Course.HALVE),
        (502, "", "busy", Course.WAIT),
        (503, "", "busy", Course.WAIT),
        (504, "", "busy", Course.WAIT),
        (599, "", "busy", Course.HALVE),
        (999, "", "nonsense", Course.WAIT),
    ],
)
def test_the_rule_for_an_answer(status: int, problem: str, key: str, course: Course) -> None:
    found = rule(status, problem)
    assert (found.key, found.course) == (key, course)


@given(st.integers(100, 999), st.text(max_size=20))
def test_there_is_a_rule_for_every_answer(status: int, problem: str) -> None:
    found = rule(status, problem)
    assert found.course is Course.SETTLE or found.key in USUAL


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("0", None),
        ("1.5", None),
        ("5", 5.0),
        (" 120 ", 120.0),
        ("86400", LONGEST_ASKED),
        ("9" * 400, LONGEST_ASKED),
        ("Mon, 23 Nov 2026 06:50:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 08:50:30 +0200", 30.0),
        ("Mon, 23 Nov 2026 06:49:00 GMT", None),
        ("Fri, 23 Nov 2096 06:50:30 GMT", LONGEST_ASKED),
        ("Mon, 99 Nov 2026 06:50:30 GMT", None),
    ],
)
def test_how_long_a_centre_may_make_us_wait(asked: str | None, seconds: float | None) -> None:
    assert retry_after(asked, NOW) == seconds


@given(st.text(max_size=40))
def test_no_header_makes_us_wait_for_ever(asked: str) -> None:
    seconds = retry_after(asked, NOW)
    assert seconds is None or 0 < seconds <= LONGEST_ASKED
