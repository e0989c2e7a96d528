from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.sync.pacing import LONGEST, delay


@given(st.integers(-3, 10**9), st.floats(0, 1, exclude_max=True))
def test_there_is_always_a_pause_and_never_a_long_one(tries: int, chance: float) -> None:
    assert timedelta(seconds=0.5) <= delay(tries, chance) <= timedelta(seconds=LONGEST)


def test_pauses_double_and_are_spread() -> None:
    assert [delay(tries, 0.999999).total_seconds().__round__() for tries in range(1, 11)] == [
        1, 2, 4, 8, 16, 32, 64, 128, 256, 300
    ]  # fmt: skip
    assert delay(5, 0.0) < delay(5, 0.9)
