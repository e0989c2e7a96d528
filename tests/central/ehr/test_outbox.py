"""The outbox: what is owed, in order, once, by several workers at once; on both databases."""

import threading
from collections import Counter, defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central import seed
from central.ehr.adapter import Dead, Delivered, Kind, Later, Letter, Outcome, There
from central.ehr.comparing import Differs, compare
from central.ehr.config import CsvFolder, EhrConfigError, checked
from central.ehr.mailbag import Mailbag
from central.ehr.owed import Arrived, Written, owed
from central.ehr.pace import LONGEST, pause
from central.ehr.places import name_here
from central.ehr.posting import Post
from central.store import Store, ehr_letters, ehr_turns
from tests.central.ehr.office import Office
from tests.central.rig import MORNING, SITE

TOLD = CsvFolder(name="folder", outgoing=Path("unused"), deliver="all", senders=2)


class Listing:
    """A record in memory that answers as told, and remembers what it was told."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers, self.told = list(answers), list[Letter]()
        self._lock = threading.Lock()

    brings = False

    def bring(self, inbox: Any, stop: Any) -> None:
        raise AssertionError

    def deliver(self, letter: Letter) -> Outcome:
        with self._lock:
            self.told.append(letter)
            return self.answers.pop(0) if self.answers else Delivered()

    def there(self, letters: Any) -> dict[int, There]:
        return {}

    def close(self) -> None:
        pass


def office(store: Store, *answers: Outcome) -> tuple[Office, Listing]:
    made, record = Office(store, TOLD), Listing(*answers)
    made.adapter = record
    made.post = Post(made.bag, record, threading.Event())
    return made, record


def booked(store: Store, *names: str) -> None:
    rows = [{"id": name, "person": "010594Y9032", "unit": "dental", "area": "B2", "starts": "09:00"} for name in names]
    seed.load(store, seed.Seed(SITE, rows), None, MORNING)


# --- what is owed


@given(st.lists(st.sampled_from(["arrive", "annul", "look"]), max_size=30))
def test_whatever_happens_between_two_looks_the_last_word_is_true(steps: list[str]) -> None:
    now: Arrived | None = None
    letters: list[Written] = []
    for count, step in enumerate([*steps, "look"]):
        if step == "arrive" and now is None:
            now = Arrived(f"f{count}", f"A {count}", MORNING)
        elif step == "annul":
            now = None
        elif step == "look":
            letters += [Written(one.fact, one.kind, one.number, one.at) for one in owed(now, letters)]
            assert owed(now, letters) == []
    standing: set[str] = set()
    for one in letters:
        assert (one.fact in standing) == (one.kind == Kind.ANNULLED)
        standing = standing - {one.fact} if one.kind == Kind.ANNULLED else standing | {one.fact}
        assert len(standing) <= 1, "never two arrivals at once"
    assert standing == (set() if now is None else {now.fact})
    assert len({(one.fact, one.kind) for one in letters}) == len(letters)


@pytest.mark.parametrize(
    ("kind", "there", "mends", "expected"),
    [
        (Kind.ARRIVED, ("booked", None, False), 0, (Differs.LACKS_ARRIVAL, "booked", True)),
        (Kind.ARRIVED, ("booked", None, False), 3, (Differs.LACKS_ARRIVAL, "booked", False)),
        (Kind.ARRIVED, ("arrived", "A 001", False), 0, None),
        (Kind.ARRIVED, ("checked-in", "A 001", False), 0, None),
        (Kind.ARRIVED, ("arrived", None, False), 0, (Differs.LACKS_NUMBER, "arrived", True)),
        (Kind.ARRIVED, ("arrived", "B 001", False), 0, (Differs.OTHER_NUMBER, "arrived", False)),
        (Kind.ARRIVED, ("fulfilled", None, False), 0, None),
        (Kind.ARRIVED, ("cancelled", "A 001", False), 0, (Differs.CANCELLED, "cancelled", False)),
        (Kind.ARRIVED, ("noshow", None, False), 0, (Differs.NOSHOW, "noshow", False)),
        (Kind.ARRIVED, ("other", None, False), 0, (Differs.NOT_BOOKED, "other", False)),
        (Kind.ARRIVED, ("other", None, True), 0, (Differs.MISSING, "gone", True)),
        (Kind.ANNULLED, ("arrived", "A 001", False), 0, (Differs.STILL_ARRIVED, "arrived", True)),
        (Kind.ANNULLED, ("arrived", "B 001", False), 0, None),
        (Kind.ANNULLED, ("booked", None, False), 0, None),
        (Kind.ANNULLED, ("other", None, True), 0, None),
    ],
)
def test_how_a_record_can_differ(kind: Kind, there: tuple[str, str | None, bool], mends: int, expected: Any) -> None:
    from central.ehr.adapter import Status

    letter = Letter(1, "x-1", SITE, "a", "f", kind, "A 001", MORNING, "a", 1)
    found = compare(letter, There(Status(there[0]), there[1], there[2]), mends=mends, numbered=True)
    assert (None if found is None else (found.kind, found.there, found.mend)) == expected


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses(attempts: int, draw: float) -> None:
    assert 0.5 <= pause(attempts, draw) <= LONGEST


@given(st.text(min_size=1, max_size=300))
def test_ids_fit_and_differ(remote: str) -> None:
    import re

    name = name_here("ehr:", remote)
    assert re.fullmatch(r"[A-Za-z0-9._:-]{1,64}", name)
    assert name == name_here("ehr:", remote)


def test_two_records_of_one_name_are_refused() -> None:
    with pytest.raises(EhrConfigError, match="two sections"):
        checked([TOLD, TOLD])


# --- in the database


def test_the_log_is_followed_and_nothing_is_written_twice(store: Store) -> None:
    made, record = office(store)
    booked(store, "A1", "A2")
    assert made.tell() == []
    number = made.arrive("A1")
    made.bag.fill([SITE])
    made.bag.fill([SITE])
    made.bag.sweep()
    assert made.letters() == [("arrived", "waiting", None)]
    made.post.once()
    assert [one.number for one in record.told] == [number]
    made.annul("A1")
    made.arrive("A1")
    made.post.once()
    made.post.once()
    assert [(one.kind, one.number == number) for one in record.told[1:]] == [("annulled", True), ("arrived", False)]


def test_a_new_record_is_told_of_today_and_not_of_the_past(store: Store) -> None:
    booked(store, "A1", "A2")
    made, record = office(store)
    made.later(days=-5)
    made.arrive("A1")
    made.later(days=5)
    made.arrive("A2")
    made.tell()
    assert [one.appointment for one in record.told] == ["A2"]


def test_the_order_of_one_appointment_and_a_dead_letter_that_holds_up_no_other(store: Store) -> None:
    booked(store, "A1", "A2")
    made, record = office(store, Later("not-now", whole=False))
    made.bag.sweep()
    made.arrive("A1")
    made.bag.fill([SITE])
    made.post.once()
    made.annul("A1")
    made.arrive("A2")
    made.post.once()
    assert [one.appointment for one in record.told] == ["A1", "A2"], "the annulment waits for the arrival"
    made.later(minutes=1)
    made.post.once()
    made.post.once()
    assert [(one.appointment, one.kind) for one in record.told[2:]] == [("A1", "arrived"), ("A1", "annulled")]
    record.answers = [Dead("never")]
    made.annul("A2")
    made.post.once()
    made.arrive("A2")
    made.arrive("A1")
    made.post.once()
    assert record.told[-1].appointment == "A1"
    [dead] = made_dead(store)
    with store.writing() as connection:
        assert ehr_letters.give_up(connection, dead.id, "desk", "told by phone", made.moment)
        assert not ehr_letters.give_up(connection, dead.id, "desk", "again", made.moment)
        with pytest.raises(LookupError):
            ehr_letters.retry(connection, 999_999, "desk", "none", made.moment)
    made.post.once()
    assert (record.told[-1].appointment, record.told[-1].kind) == ("A2", "arrived")


def made_dead(store: Store) -> list[ehr_letters.LetterLine]:
    with store.reading() as connection:
        return ehr_letters.dead_letters(connection, "folder")


def test_while_the_record_is_away_one_letter_goes_ahead(store: Store) -> None:
    names = [f"A{count}" for count in range(20)]
    booked(store, *names)
    made, record = office(store, *[Later("no-connection")] * 50)
    made.bag.sweep()
    for name in names:
        made.arrive(name)
    made.post.once()
    first = len(record.told)
    assert first <= TOLD.senders, "the others of the round are not tried once it is known"
    made.post._shut_until = 0.0
    made.later(hours=1)
    made.post.once()
    assert len(record.told) == first + 1
    record.answers = []
    for _ in range(10):
        made.post._shut_until = 0.0
        made.later(hours=1)
        made.post.once()
    assert Counter(state for _, state, _ in made.letters()) == {"done": 20}
    with store.reading() as connection:
        [standing] = ehr_letters.standing(connection)
    assert (standing.done, standing.waiting, standing.oldest) == (20, 0, None)


def test_several_workers_deliver_each_letter_once(store: Store) -> None:
    """Six at once; each with a name of its own, as in processes of their own."""
    names = [f"A{count}" for count in range(60)]
    booked(store, *names)
    made, record = office(store)
    made.bag.sweep()
    for name in names:
        made.arrive(name)
    for name in names[::3]:
        made.bag.fill([SITE])
        made.annul(name)
        made.arrive(name)

    def work(place: int) -> None:
        bag = Mailbag(store, TOLD, made.now, f"worker-{place}")
        post = Post(bag, record, threading.Event())
        idle = 0
        while idle < 3:
            idle = 0 if post.once() else idle + 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = Counter((one.fact, one.kind) for one in record.told)
    assert set(told.values()) == {1}
    assert len(told) == 60 + 2 * 20
    by_name: dict[str, list[int]] = defaultdict(list)
    for one in record.told:
        by_name[one.appointment].append(one.id)
    assert all(ids == sorted(ids) for ids in by_name.values())
    assert {state for _, state, _ in made.letters()} == {"done"}


def test_what_a_dead_worker_held_is_taken_over(store: Store) -> None:
    booked(store, "A1")
    made, record = office(store)
    made.bag.sweep()
    made.arrive("A1")
    made.bag.fill([SITE])
    other = Mailbag(store, TOLD, made.now, "dead")
    [letter] = other.claim()
    assert made.post.once() == 0
    made.later(seconds=TOLD.lease_seconds + 1)
    made.post.once()
    assert len(record.told) == 1
    assert other.settle([(letter, Dead("late"), 0.0)]) == {letter.id}, "who comes too late changes nothing"
    assert made.letters() == [("arrived", "done", None)]


def test_a_turn_is_one_workers_at_a_time(store: Store) -> None:
    span = timedelta(seconds=30)
    with store.writing() as connection:
        assert ehr_turns.hold(connection, "r", "in", "a", span, MORNING)
        assert not ehr_turns.hold(connection, "r", "in", "b", span, MORNING)
        assert ehr_turns.hold(connection, "r", "in", "a", span, MORNING + span / 2)
        assert not ehr_turns.hold(connection, "r", "in", "b", span, MORNING + span)
        assert ehr_turns.hold(connection, "r", "in", "b", span, MORNING + 2 * span)
        ehr_turns.release(connection, "r", "b")
        assert ehr_turns.hold(connection, "r", "in", "a", span, MORNING + 2 * span)


def test_a_log_that_was_cleared_loses_nothing(store: Store) -> None:
    from sqlalchemy import delete

    from central.store.tables import change

    booked(store, "A1")
    made, record = office(store)
    made.bag.sweep()
    made.arrive("A1")
    with store.writing() as connection:
        connection.execute(delete(change))
    made.bag.fill([SITE])
    made.bag.sweep()
    made.post.once()
    assert len(record.told) == 1


def test_a_delivery_that_no_rule_foresaw_stops_no_other(store: Store) -> None:
    booked(store, "A1", "A2")
    made, record = office(store)

    def broken(letter: Letter) -> Outcome:
        if letter.appointment == "A1":
            raise RuntimeError("010594Y9032")
        return Delivered()

    record.deliver = broken  # type: ignore[method-assign]
    made.bag.sweep()
    made.arrive("A1")
    made.arrive("A2")
    made.bag.fill([SITE])
    made.post.once()
    assert sorted(made.letters()) == [("arrived", "done", None), ("arrived", "waiting", "unforeseen")]
