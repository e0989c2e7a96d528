from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin import outcome as rules
from kiosk.checkin.appointment import Appointment, Arrival, Standing, Status
from kiosk.checkin.rules import DataQuality, decide
from tests.example_site import HELSINKI, NOW, SITE, appointment

FRESH = DataQuality(NOW)
IN = Arrival("A 001", Standing.REGISTERED)


@pytest.mark.parametrize(
    ("minutes", "outcome"),
    [
        (61, rules.TooEarly),
        (60, rules.CheckIn),
        (0, rules.CheckIn),
        (-10, rules.CheckIn),
        (-11, rules.TooLate),
    ],
)
def test_the_window(minutes: int, outcome: type) -> None:
    assert isinstance(decide((appointment(minutes=minutes),), SITE, NOW, FRESH), outcome)


def test_too_early_says_when_it_opens() -> None:
    outcome = decide((appointment(minutes=90),), SITE, NOW, FRESH)
    assert isinstance(outcome, rules.TooEarly)
    assert outcome.opens == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("appointments", "outcome", "which"),
    [
        ([appointment("A", 20), appointment("B", 5)], rules.CheckIn, "B"),
        ([appointment("A", 5, arrival=IN), appointment("B", 20)], rules.CheckIn, "B"),
        ([appointment("A", 5, arrival=IN), appointment("B", 90)], rules.AlreadyIn, "A"),
        ([appointment("A", -121, arrival=IN), appointment("B", 90)], rules.TooEarly, "B"),
        ([appointment("A", -300, arrival=IN), appointment("B", -60)], rules.TooLate, "B"),
        ([appointment("A", -300, arrival=IN)], rules.AlreadyIn, "A"),
        ([appointment("A", -60), appointment("B", 90)], rules.TooEarly, "B"),
        ([appointment("A", -90), appointment("B", -60)], rules.TooLate, "B"),
        ([appointment("A", 5, Status.CANCELLED), appointment("B", 20)], rules.CheckIn, "B"),
        ([appointment("A", 5, Status.CANCELLED)], rules.Cancelled, "A"),
        ([appointment("A", 5, Status.CANCELLED, arrival=IN)], rules.Cancelled, "A"),
    ],
)
def test_which_of_several(appointments: list[Appointment], outcome: type, which: str) -> None:
    for order in (tuple(appointments), tuple(reversed(appointments))):
        decided = decide(order, SITE, NOW, FRESH)
        assert isinstance(decided, outcome)
        first = decided.now[0] if isinstance(decided, rules.CheckIn) else getattr(decided, "appointment")  # noqa: B009
        assert first.id == which


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        (NOW, rules.NoMatch),
        (NOW - timedelta(minutes=30), rules.NoMatch),
        (NOW - timedelta(minutes=31), rules.CannotTell),
        (NOW + timedelta(minutes=31), rules.CannotTell),
        (None, rules.CannotTell),
    ],
)
def test_silence_means_something_only_in_a_fresh_roster(as_of: datetime | None, outcome: type) -> None:
    assert isinstance(decide((), SITE, NOW, DataQuality(as_of)), outcome)


@pytest.mark.parametrize(
    "local",
    [
        datetime(2026, 3, 29, 3, 59, tzinfo=HELSINKI),
        datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI),
        datetime(2026, 10, 25, 3, 30, fold=1, tzinfo=HELSINKI),
        datetime(2026, 11, 23, 0, 5, tzinfo=HELSINKI),
    ],
)
def test_days_are_the_sites_own(local: datetime) -> None:
    now = local.astimezone(UTC)
    assert isinstance(decide((appointment(minutes=10, now=now),), SITE, now, FRESH), rules.CheckIn)


DAY = 24 * 60


@pytest.mark.parametrize(
    ("appointments", "which", "passed"),
    [
        ([appointment("A", 7 * DAY), appointment("B", 9 * DAY)], "A", False),
        ([appointment("A", -DAY), appointment("B", 9 * DAY)], "B", False),
        ([appointment("A", -DAY), appointment("B", -5 * DAY)], "A", True),
        ([appointment("A", -DAY, arrival=IN), appointment("B", -5 * DAY)], "B", True),
        ([appointment("A", -DAY, Status.CANCELLED), appointment("B", -5 * DAY)], "B", True),
        ([appointment("A", 3 * DAY, Status.CANCELLED), appointment("B", -5 * DAY)], "B", True),
    ],
)
def test_the_nearest_day_to_come_is_told_and_else_the_last_one_to_which_nobody_came(
    appointments: list[Appointment], which: str, passed: bool
) -> None:
    for order in (tuple(appointments), tuple(reversed(appointments))):
        decided = decide(order, SITE, NOW, FRESH)
        assert isinstance(decided, rules.WrongDay)
        assert (decided.appointment.id, decided.passed) == (which, passed)


@pytest.mark.parametrize(
    "past",
    [
        appointment(minutes=-3 * DAY, arrival=IN),
        appointment(minutes=-3 * DAY, status=Status.CANCELLED),
        appointment(minutes=-3 * DAY, status=Status.MOVED),
        # What a newer centre says of a visit that took place comes as one for the desk.
        replace(appointment(minutes=-3 * DAY), desk_first=True),
        replace(appointment(minutes=-3 * DAY), site="vuosaari"),
        appointment(minutes=3 * DAY, status=Status.CANCELLED),
    ],
)
def test_a_visit_that_is_over_is_no_wrong_day(past: Appointment) -> None:
    assert decide((past,), SITE, NOW, FRESH) == rules.NoMatch()
    assert isinstance(decide((past, appointment("B", 10)), SITE, NOW, FRESH), rules.CheckIn)


@pytest.mark.parametrize("ahead", [0, 1, 3, -3, 365])
def test_without_a_clock_only_the_day_of_the_centres_last_word_and_the_next_are_meant(ahead: int) -> None:
    """Last week's number, or a visit of next week, must not come out of a clock that has jumped there."""
    wrong = NOW + timedelta(days=ahead)
    quality = DataQuality(wrong, clock_trusted=False, centre_as_of=NOW)
    far = (
        appointment("PAST", -3 * DAY, arrival=IN),
        appointment("MISSED", -3 * DAY),
        appointment("NEXT", 3 * DAY),
        appointment("OVER", 2 * DAY),
    )
    assert decide(far, SITE, wrong, quality) == rules.CannotTell()
    for minutes in (10, DAY):
        decided = decide((*far, appointment("A", minutes)), SITE, wrong, quality)
        assert isinstance(decided, rules.CheckIn)
        assert [one.id for one in decided.now] == ["A"]


@given(
    st.lists(st.tuples(st.integers(-2000, 2000), st.sampled_from(Status), st.booleans()), max_size=5),
    st.one_of(st.none(), st.integers(-100, 100)),
)
def test_there_is_always_one_answer_whatever_the_order(rows: list[tuple[int, Status, bool]], age: int | None) -> None:
    appointments = tuple(
        appointment(str(place), minutes, status, IN if arrived else None)
        for place, (minutes, status, arrived) in enumerate(rows)
    )
    quality = DataQuality(None if age is None else NOW - timedelta(minutes=age))
    outcome = decide(appointments, SITE, NOW, quality)
    assert decide(appointments[::-1], SITE, NOW, quality) == outcome
    if isinstance(outcome, rules.CheckIn):
        assert all(one.arrival is None and one.status is Status.BOOKED for one in outcome.now)
