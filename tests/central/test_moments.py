"""Times as people write them."""

from datetime import UTC, datetime

import pytest

from central import moments
from tests.central.rig import MORNING


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("09:00", "2026-11-23T07:00"),
        ("9:00", "2026-11-23T07:00"),
        ("today 09:00", "2026-11-23T07:00"),
        ("tomorrow 09:00", "2026-11-24T07:00"),
        ("yesterday 09:00", "2026-11-22T07:00"),
        ("2026-11-24T09:00", "2026-11-24T07:00"),
        ("2026-11-24 09:00:30", "2026-11-24T07:00:30"),
        ("2026-07-01T09:00", "2026-07-01T06:00"),
        ("2026-11-24T09:00:00+05:00", "2026-11-24T04:00"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00"),
        *((wrong, None) for wrong in ("", "24:00", "09:60", "soon", "2026-11-24", "tomorrow", "2026-13-01T09:00")),
        *((wrong, None) for wrong in ("next 09:00", "tomorrow 2026-11-24T09:00", "0001-01-01T00:00", "2026-W48")),
    ],
)
def test_what_is_meant(text: str, meant: str | None) -> None:
    expected = None if meant is None else datetime.fromisoformat(meant).replace(tzinfo=UTC)
    assert moments.read(text, "Europe/Helsinki", MORNING) == expected


def test_tomorrow_is_the_day_after_the_change_of_the_clocks() -> None:
    saturday = datetime(2027, 3, 27, 10, tzinfo=UTC)
    assert moments.read("tomorrow 09:00", "Europe/Helsinki", saturday) == datetime(2027, 3, 28, 6, tzinfo=UTC)
    assert moments.read("09:00", "Europe/Helsinki", saturday) == datetime(2027, 3, 27, 7, tzinfo=UTC)
