"""Eight at once with the same appointment, round after round, each in a transaction of its own: never two arrivals."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event, Thread

import msgspec
from sqlalchemy import select

from central import arrivals, moments, seed
from central.store import Store, conflicts, desk, facts, listing
from central.store.desk import Way
from central.store.tables import fact
from kiosk.checkin.facts import Verdict
from tests.central.rig import MORNING, SITE
from tests.central.test_double_check_in import timed
from tests.share import share

ROUNDS = share(200)
MINUTE = timedelta(minutes=1)
RECEIVED = MORNING + timedelta(hours=1)


def again(work: Callable[[], Verdict]) -> Verdict:
    """As the service does it: what lost a race is run once more, and sees who was faster."""
    for _ in range(10):
        try:
            return work()
        except facts.RacedError:
            continue
    raise AssertionError("lost ten races in a row")


def test_never_two_arrivals(store: Store) -> None:
    rows = [{"id": f"R{count}", "person": "010594Y9032", "starts": "10:00"} for count in range(ROUNDS)]
    seed.load(store, seed.Seed(SITE, [row | {"unit": "dental", "area": "B2"} for row in rows]), None, MORNING)
    day = moments.today("Europe/Helsinki", MORNING)
    barrier = Barrier(8)

    def kiosk(place: int, count: int) -> Verdict:
        raw = msgspec.json.encode(timed(f"R{count}", f"K {place:03d}", MORNING - place * MINUTE, seq=count + 1))
        batch = facts.Batch(f"k{place}", SITE, [(raw, arrivals.read(raw))], RECEIVED)

        def work() -> Verdict:
            with store.writing() as connection:
                [[result]] = facts.ingest(connection, [batch])
            return result.verdict

        return again(work)

    def person(way: Way, count: int) -> Verdict:
        def work() -> Verdict:
            with store.writing() as connection:
                taken = desk.arrive(connection, SITE, f"R{count}", way, MORNING - 9 * MINUTE, day, RECEIVED)
            return Verdict.CONFLICT if taken.before else Verdict.RECORDED

        return again(work)

    def contender(place: int) -> list[Verdict]:
        told = []
        for count in range(ROUNDS):
            barrier.wait(timeout=60)
            told.append(person(list(Way)[place], count) if place < 2 else kiosk(place, count))
        return told

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(contender, range(8)))
    for verdicts in zip(*said, strict=True):
        assert Counter(verdicts) == {Verdict.RECORDED: 1, Verdict.CONFLICT: 7}
    with store.reading() as connection:
        listed, open_ones = listing.arrivals(connection, SITE), conflicts.listed(connection, SITE)
    assert sorted(one.appointment for one in listed) == sorted(f"R{count}" for count in range(ROUNDS))
    assert len(open_ones) == 7 * ROUNDS
    for one in listed:
        assert len(one.conflicts) == 7
        # Whoever was first, the earliest time is the arrival's: that of the desk or the phone.
        assert one.arrived_at == MORNING - 9 * MINUTE
        assert {each.against for each in one.conflicts} == {one.fact}
    own = [each.number for one in listed for each in (one, *one.conflicts) if each.kiosk.startswith("@")]
    given = Counter(one.number for one in listed if one.kiosk.startswith("@"))
    assert not [number for number, count in given.items() if count > 1], "a number was given to two clients"
    assert len(own) == 2 * ROUNDS


def test_desks_share_one_journal_and_no_place_in_it_twice(store: Store) -> None:
    rows = [{"id": f"R{count}", "person": "010594Y9032", "starts": "10:00"} for count in range(8 * 5)]
    seed.load(store, seed.Seed(SITE, [row | {"unit": "dental", "area": "B2"} for row in rows]), None, MORNING)
    day = moments.today("Europe/Helsinki", MORNING)
    barrier = Barrier(8)

    def clerk(place: int) -> None:
        for count in range(5):
            barrier.wait(timeout=60)
            with store.writing() as connection:
                # Of clients who have a number no series is asked, which would have let one in at a time.
                name, number = f"R{8 * count + place}", f"K {place:03d}"
                desk.arrive(connection, SITE, name, Way.DESK, MORNING, day, RECEIVED, number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(clerk, range(8)))
    with store.reading() as connection:
        seqs = sorted(connection.execute(select(fact.c.seq).where(fact.c.kiosk == Way.DESK.kiosk)).scalars())
    assert seqs == list(range(1, 41))


def test_closing_waits_for_who_still_reads(store: Store) -> None:
    reads, may_end = Event(), Event()

    def read() -> None:
        with store.reading() as connection:
            connection.execute(select(1))
            reads.set()
            assert may_end.wait(10)

    reader, closer = Thread(target=read), Thread(target=store.close)
    reader.start()
    assert reads.wait(10)
    closer.start()
    # Given back to a pool that was closed before, the connection would stay open.
    closer.join(0.2)
    assert closer.is_alive()
    may_end.set()
    closer.join(10)
    reader.join(10)
    assert not closer.is_alive()
