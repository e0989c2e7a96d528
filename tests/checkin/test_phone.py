from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.phone import LONGEST, shown


@pytest.mark.parametrize(
    ("typed", "grouped"),
    [
        ("", ""),
        ("+", "+"),
        ("0", "0"),
        ("0401234567", "040 123 4567"),
        ("050123456", "050 123 456"),
        ("+358401234567", "+358 40 123 4567"),
        ("+35", "+35"),
        ("+3584", "+358 4"),
        ("+46701234567", "+46 701 234 567"),
        ("+15551234567", "+1 555 123 4567"),
        ("+79031234567", "+7 903 123 4567"),
        ("+37251234567", "+372 512 345 67"),
        ("+358401234567890", "+358 40 123 4567 890"),
    ],
)
def test_a_number_stands_in_groups(typed: str, grouped: str) -> None:
    assert shown(typed) == grouped


@given(st.from_regex(rf"\+?[0-9]{{1,{LONGEST}}}", fullmatch=True))
def test_no_digit_is_lost_and_a_further_one_moves_no_other(number: str) -> None:
    assert shown(number).replace(" ", "") == number
    for before, after in pairwise(shown(part) for part in accumulate(number)):
        assert after.startswith(before)
