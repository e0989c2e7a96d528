"""Which facts of a kiosk the centre does not have."""

import json
import random
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import event, select, text

from central import arrivals
from central.store import facts, gaps
from central.store.gaps import Gap
from central.store.tables import day_close
from central.store.tables import kiosk as kiosks
from tests.central.rig import MORNING, SITE, Centre, command, fact

BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def told(centre: Centre, site: str | None = None) -> list[tuple[str, int, int]]:
    with centre.store.reading() as connection:
        return [(one.kiosk, one.first, one.last) for one in gaps.gaps(connection, site)]


def within(centre: Centre, name: str, first: int, last: int) -> list[tuple[int, int]]:
    with centre.store.reading() as connection:
        return [(one.first, one.last) for one in gaps.gaps_within(connection, name, first, last)]


def test_what_is_missing_of_each_kiosk(centre: Centre) -> None:
    here, there = centre.kiosk("k1"), centre.kiosk("k2", "vuosaari")
    assert told(centre) == []
    here.send(*(fact("print-failed", seq=seq) for seq in (9, 2, 3, 5, 8)))
    there.send(fact("print-failed", seq=1), fact("print-failed", seq=3))
    assert told(centre) == [("k1", 1, 1), ("k1", 4, 4), ("k1", 6, 7), ("k2", 2, 2)]
    assert told(centre, "vuosaari") == [("k2", 2, 2)]
    assert within(centre, "k1", 3, 12) == [(4, 4), (6, 7), (10, 12)]
    assert within(centre, "k1", 1, 9) == [(1, 1), (4, 4), (6, 7)]
    assert within(centre, "k1", 8, 9) == []
    assert within(centre, "k1", 20, 22) == [(20, 22)]
    assert within(centre, "nobody", 1, 5) == []


def test_a_machine_that_was_enrolled_anew_begins_anew(centre: Centre) -> None:
    centre.kiosk("k1").send(*(fact("print-failed", seq=seq) for seq in (1, 2, 50)))
    centre.moment += timedelta(hours=1)
    second = centre.kiosk("k1")
    assert told(centre) == []
    second.send(fact("print-failed", seq=2))
    assert told(centre) == [("k1", 1, 1)]


def test_the_query_says_what_counting_says(centre: Centre) -> None:
    chance = random.Random(1)
    for n in range(25):
        name, held = f"n{n}", {chance.randint(1, 40) for _ in range(chance.randint(0, 20))}
        first = chance.randint(1, 40)
        last = first + chance.randint(0, 12)
        kiosk = {"site": SITE, "id": name, "public_key": "{}", "reserve_series": "K", "enrolled_at": BEFORE}
        raw = [msgspec.json.encode(fact("print-failed", seq=seq)) for seq in held]
        with centre.store.writing() as connection:
            connection.execute(kiosks.insert(), kiosk)
            facts.ingest(connection, [facts.Batch(name, SITE, [(one, arrivals.read(one)) for one in raw], MORNING)])
        with centre.store.reading() as connection:
            every = [one for one in gaps.gaps(connection) if one.kiosk == name]
            some = gaps.gaps_within(connection, name, first, last)
        assert places(every) == set(range(1, max(held, default=0))) - held
        assert places(some) == set(range(first, last + 1)) - held


def places(found: list[Gap]) -> set[int]:
    return {seq for one in found for seq in range(one.first, one.last + 1)}


def test_it_is_one_query(centre: Centre) -> None:
    centre.kiosk("k1").send(fact("print-failed", seq=3))
    asked: list[str] = []
    with centre.store.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
        assert len(gaps.gaps(connection)) == 1
        assert len(asked) == 1
        if connection.dialect.name == "sqlite":
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {asked[0].replace('?', '0')}")).all()
            assert any("fact_by_place" in row.detail for row in plan), plan


def test_the_command(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    assert command(centre.data, "gaps").exit_code == 0
    kiosk.send(fact("print-failed", seq=5))
    listed = command(centre.data, "gaps", "--json")
    assert listed.exit_code == 3
    assert [(one["first"], one["last"]) for one in json.loads(listed.stdout)] == [(1, 4)]
    assert "1" in command(centre.data, "gaps").stdout
    kiosk.send(*(fact("print-failed", seq=seq) for seq in range(1, 5)))
    assert command(centre.data, "gaps").exit_code == 0


def test_a_journal_that_goes_on_under_a_new_enrolment_has_no_gap_in_front(centre: Centre) -> None:
    first = centre.kiosk("k1")
    first.send(*(fact("print-failed", seq=seq) for seq in (1, 2, 3)))
    with centre.store.writing() as connection:
        at = connection.execute(select(kiosks.c.enrolled_at).where(kiosks.c.id == "k1")).scalar_one()
        closed = {"kiosk": "k1", "enrolled_at": at, "day": MORNING.date(), "site": SITE, "first": 1, "last": 3}
        closed |= {"signed": "", "final": True, "answer": "{}", "received_at": at}
        connection.execute(day_close.insert(), closed)
    centre.moment += timedelta(hours=1)
    second = centre.kiosk("k1")
    second.send(fact("print-failed", seq=5))
    assert told(centre) == [("k1", 4, 4)]
