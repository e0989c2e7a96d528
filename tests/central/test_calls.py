"""Calls on both databases: one client has one caller, whoever presses when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from central.calling import Call, Client, Line, Rule, State
from central.pages import calling_room, display
from central.people import tokens
from central.people.roles import EVERYTHING, Person
from central.store import Store, calls, people, waiting
from central.store.calls import Seat
from tests.central.rig import MORNING, SITE, Centre, check_in, fact

DAY = MORNING.date()
ROUNDS = 60
MINUTE = timedelta(minutes=1)


def room(centre: Centre) -> calling_room.CallingRoom:
    with centre.store.reading() as connection:
        return calling_room.look(connection, SITE, centre.moment)


def sit(store: Store, name: str, seat: Seat) -> str:
    """Somebody signs in and sits down; the hash of their session."""
    token = tokens.hashed(tokens.new())
    with store.writing() as connection:
        people.begin(connection, token, Person(name, name, EVERYTHING), MORNING, timedelta(hours=8))
        calls.sit(connection, token, SITE, seat)
    return token


def call(centre: Centre, number: str, by: str = "Aino") -> tuple[bool, Call]:
    client = room(centre).client(number) or Client("", number, Line(), MORNING)
    with centre.store.writing() as connection:
        return calls.make(connection, SITE, DAY, client, "B2", "12", by, centre.moment)


def settle(centre: Centre, number: str, state: State) -> bool:
    with centre.store.writing() as connection:
        return calls.settle(connection, SITE, DAY, number, state, "Aino", centre.moment)


def test_two_callers_never_call_the_same_client(centre: Centre) -> None:
    centre.load(*({"id": f"R{place}"} for place in range(ROUNDS)))
    kiosk = centre.kiosk()
    kiosk.send(*(check_in(f"R{place}", f"A {place + 100}", place + 1) for place in range(ROUNDS)))
    for place in range(4):
        sit(centre.store, f"caller {place}", Seat(f"{place + 1}"))
    barrier = Barrier(4)

    def caller(place: int) -> list[str]:
        got: list[str] = []
        while True:
            with centre.store.reading() as connection:
                here = calling_room.look(connection, SITE, MORNING)
            turn = here.turns[f"{place + 1}"]
            if len(got) < 3:
                barrier.wait(timeout=60)  # All have looked, and see the same one first.
            clients = [(one, "B2") for _, some in here.lines(Rule.APPOINTMENT) for one in some]
            with centre.store.writing() as connection:
                made = calls.make_next(connection, SITE, DAY, clients, f"{place + 1}", turn, f"c{place}", MORNING)
            if made is None:
                return got
            assert (made.room, made.by) == (f"{place + 1}", f"c{place}")
            got.append(made.number)

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(caller, range(4)))
    told = [number for some in got for number in some]
    assert sorted(told) == [f"A {place + 100}" for place in range(ROUNDS)]
    assert all(got), "nobody was left without"


def test_the_same_press_twice_at_once_calls_one(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1", "A 001", 1), check_in("A2", "A 002", 2))
    sit(centre.store, "Aino", Seat("12"))
    here = room(centre)
    clients = [(one, "B2") for _, some in here.lines(Rule.APPOINTMENT) for one in some]
    barrier = Barrier(2)

    def press(_: int) -> Call | None:
        barrier.wait(timeout=60)
        with centre.store.writing() as connection:
            return calls.make_next(connection, SITE, DAY, clients, "12", here.turns["12"], "Aino", MORNING)

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(press, range(2)))
    assert sorted(one.number for one in made if one) == ["A 001"]
    assert [one.number for one in room(centre).open_calls()] == ["A 001"]


def test_a_call_from_its_making_to_its_end(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1", "A 001"))
    made, held = call(centre, "A 001")
    assert (made, held.state, held.language, held.rings) == (True, State.CALLED, "fi", 1)
    assert call(centre, "A 001", "Eero") == (False, held)
    assert room(centre).waiting == []
    centre.moment += MINUTE
    with centre.store.writing() as connection:
        assert calls.ring_again(connection, SITE, DAY, "A 001", held.ring, centre.moment)
        assert not calls.ring_again(connection, SITE, DAY, "A 001", held.ring, centre.moment), "pressed twice"
    [again] = room(centre).open_calls("12")
    assert (again.rings, again.rang_at, again.ring != held.ring) == (2, centre.moment, True)
    assert settle(centre, "A 001", State.MISSED)
    assert not settle(centre, "A 001", State.CAME), "it is over"
    [missed] = room(centre).waiting
    assert missed.missed
    assert room(centre).lines(Rule.ARRIVAL) == []
    assert call(centre, "A 001")[0], "who did not come may be called once more"
    assert settle(centre, "A 001", State.CAME)
    with centre.store.reading() as connection:
        [here] = waiting.here(connection, SITE, MORNING - timedelta(hours=8))
    assert (here.seen_by, here.taken_in_by) == ("Aino", "Aino"), "reception knows it too"
    assert not call(centre, "A 001")[0]
    with centre.store.writing() as connection:
        assert calls.reopen(connection, SITE, DAY, "A 001")
        assert not calls.reopen(connection, SITE, DAY, "A 001")
    assert [one.number for one in room(centre).waiting] == ["A 001"]


def test_a_number_that_the_centre_does_not_know_yet_is_called_and_stays_so(centre: Centre) -> None:
    made, held = call(centre, "K 012")
    assert (made, held.fact) == (True, None)
    # The kiosk's facts come later: the client is not called once more.
    centre.kiosk().send(fact("unmatched-arrival", reason="no-match", number="K 012"))
    assert room(centre).waiting == []
    assert settle(centre, "K 012", State.TAKEN_BACK)
    assert [one.number for one in room(centre).waiting] == ["K 012"]


def test_who_stands_in_which_line(centre: Centre) -> None:
    centre.load({"id": "P1", "practitioner": "Lehto"}, {"id": "P2"})
    centre.kiosk().send(
        check_in("P1", "A 010", 1),
        check_in("P2", "A 011", 2),
        fact("walked-in", seq=3, service="laboratory", number="L 001"),
        fact("sent-to-desk", seq=4, reason="too-late", appointment="A3", number="A 006"),
        fact("help-called", seq=5, page="Confirming"),
        fact("noted-early", seq=6, reason="too-early", appointment="A2"),
        fact("unmatched-arrival", seq=7, reason="no-match", number="A 012"),
    )
    found = {line: [one.number for one in some] for line, some in room(centre).lines(Rule.ARRIVAL)}
    assert found == {
        Line("A2", "", "laboratory"): ["L 001"],
        Line("B2", "dental"): ["A 011"],
        Line("B2", "dental", "", "Lehto"): ["A 010"],
        Line(): ["A 012"],
        Line("desk"): ["A 006"],
    }
    one, nowhere = room(centre).client("A 011"), room(centre).client("A 012")
    assert one is not None
    assert nowhere is not None
    assert (room(centre).display_of(one), room(centre).display_of(nowhere)) == ("B2", "")
    with centre.store.writing() as connection:
        waiting.take_in(connection, SITE, one.fact, "Eero", MORNING)
    assert room(centre).client("A 011") is None, "reception has fetched them"


def test_the_board_knows_nothing_but_numbers_and_rooms_and_is_empty_the_next_day(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1", "A 001"))
    call(centre, "A 001", "Aino Testi")
    with centre.store.reading() as connection:
        board = display.look(connection, SITE, MORNING)
        tomorrow = display.look(connection, SITE, MORNING + timedelta(hours=24))
    [one] = board.calls
    assert (one.fact, one.by, one.language) == (None, "", "")
    assert list(tomorrow.calls) == []


def test_a_seat_goes_with_its_session(centre: Centre) -> None:
    token = sit(centre.store, "Aino", Seat("12", Line("B2", "dental").key, Rule.ARRIVAL))
    with centre.store.writing() as connection:
        assert calls.seat(connection, token, SITE) == Seat("12", "B2|dental||", Rule.ARRIVAL)
        assert calls.seat(connection, token, "vuosaari") is None
        people.end(connection, token)
    sit(centre.store, "Eero", Seat("12"))
    with centre.store.reading() as connection:
        assert calls.seat(connection, token, SITE) is None
