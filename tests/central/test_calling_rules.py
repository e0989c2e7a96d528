"""Whose turn it is, what a display shows, and what may be written on it. No database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.calling import Call, Client, Line, Rule, State, lines, place, room_sign, shown, ticket
from tests.central.rig import MORNING

MINUTE = timedelta(minutes=1)
LINE = Line("B2", "dental")


def client(name: str, arrived: int, starts: int | None = None, line: Line = LINE, *, missed: bool = False) -> Client:
    """Who came, and is booked, so many minutes after the morning began."""
    booked = None if starts is None else MORNING + starts * MINUTE
    return Client(name, f"A {int(name):03d}", line, MORNING + arrived * MINUTE, booked, missed=missed)


@pytest.mark.parametrize(
    ("people", "by_appointment", "by_arrival"),
    [
        ([client("1", 0, 30), client("2", 5, 10)], "21", "12"),  # The earlier time goes first, not the earlier coming.
        ([client("1", 0, 30), client("2", 35, 10)], "12", "12"),  # Who comes late passes nobody who was in time,
        ([client("1", 0, 40), client("2", 35, 10)], "21", "12"),  # and waits for nobody whose time is later still.
        ([client("1", 0, 10), client("2", 5, 10)], "12", "12"),  # One time: who came first.
        ([client("1", 9), client("2", 3), client("3", 6)], "231", "231"),  # Walk-ins: as they came.
        ([client("1", 0, 20), client("2", 5)], "21", "12"),
        ([client("2", 0, 10), client("1", 0, 10)], "12", "12"),  # All the same: as they were recorded.
    ],
)
def test_the_order_of_a_line(people: list[Client], by_appointment: str, by_arrival: str) -> None:
    for rule, order in ((Rule.APPOINTMENT, by_appointment), (Rule.ARRIVAL, by_arrival)):
        assert "".join(one.fact for one in lines(people, rule)[LINE]) == order


def test_lines_are_apart_and_who_did_not_come_is_in_none() -> None:
    other = Line("B2", "dental", "", "Lehto")
    found = lines([client("1", 0), client("2", 1, line=other), client("3", 2, missed=True)], Rule.ARRIVAL)
    assert {line: [one.fact for one in there] for line, there in found.items()} == {LINE: ["1"], other: ["2"]}
    assert Line(*other.key.split("|")) == other


people = st.builds(client, st.integers(1, 999).map(str), st.integers(0, 600), st.one_of(st.none(), st.integers(0, 600)))


@given(st.lists(people, unique_by=lambda one: one.fact), st.sampled_from(Rule))
def test_nobody_is_lost_in_a_line_and_the_order_does_not_depend_on_the_reading(some: list[Client], rule: Rule) -> None:
    found = lines(some, rule).get(LINE, [])
    assert sorted(one.fact for one in found) == sorted(one.fact for one in some)
    assert found == lines(reversed(some), rule).get(LINE, [])
    assert [place(one, rule) for one in found] == sorted(place(one, rule) for one in some)


def call(name: str, ago: float, area: str = "B2", state: State = State.CALLED) -> Call:
    return Call(name, "12", area, state, f"ring-{name}", 1, MORNING - ago * MINUTE)


@pytest.mark.parametrize(
    ("calls", "newest", "before"),
    [
        ([], None, []),
        ([call("1", 5), call("2", 1)], "2", ["1"]),
        ([call(str(ago), ago) for ago in range(1, 9)], "1", ["2", "3", "4", "5"]),
        ([call("1", 11), call("2", 44)], None, ["1", "2"]),  # Nothing old stands large,
        ([call("1", 46)], None, []),  # and what is over at last not at all.
        ([call("1", 1, "A2"), call("2", 2, "")], "2", []),  # Another area's; one for all displays.
        ([call("1", 1, state=State.TAKEN_BACK), call("2", 2)], "2", []),
        ([call("1", 1, state=State.CAME), call("2", 2, state=State.MISSED)], "1", ["2"]),
    ],
)
def test_what_a_display_shows(calls: list[Call], newest: str | None, before: list[str]) -> None:
    board = shown(calls, "B2", MORNING)
    assert (board.newest and board.newest.number, [one.number for one in board.before]) == (newest, before)


@pytest.mark.parametrize(
    ("written", "sign"),
    [("12", "12"), (" b  214 ", "B 214"), ("b214", "B 214"), ("3a", "3A"), ("Å1", "Å 1"), ("AB 12", "AB 12"),
     ("", None), ("Lehto", None), ("Tri 4", None), ("12345", None), ("12 A B", None), ("1<b>", None),
     ("010594Y9032", None), ("١٢", None)],
)  # fmt: skip
def test_a_room_is_a_sign_on_a_door_and_no_name(written: str, sign: str | None) -> None:
    assert room_sign(written) == sign


@pytest.mark.parametrize(
    ("written", "number"),
    [("A 042", "A 042"), ("a42", "A 042"), (" k 7 ", "K 007"), ("AB 1042", "AB 1042"), ("042", None), ("A", None),
     ("ABC 1", None), ("A 1234567", None), ("", None), ("A٤", None)],
)  # fmt: skip
def test_a_number_is_taken_however_it_is_typed(written: str, number: str | None) -> None:
    assert ticket(written) == number
