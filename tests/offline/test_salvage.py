"""Salvage: whatever breaks, what is left is saved and nothing is given twice."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.offline import salvage
from kiosk.offline.connection import opened
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.mending import mend
from kiosk.offline.store import Store
from tests.example_site import ENROLMENT
from tests.offline.damage import DAMAGE, database_gone, pages_with, pages_zeroed, zero_pages
from tests.offline.morning import FACTS, KEY, NOW, PAGE, Morning, on_sound_pages, serves, told


def test_a_sound_file_is_left_alone(state: Path, morning: Morning) -> None:
    before = (state / "kiosk.db").stat().st_ino
    done = mend(state, KEY, NOW)
    assert (done.salvaged, done.roster_dropped) == (None, False)
    assert (state / "kiosk.db").stat().st_ino == before
    assert serves(state, morning) == morning.facts


def test_every_table_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Should a table get a new column, its rows must still be known by their shape."""
    store = Store(tmp_path / "kiosk.db", KEY)
    samples = {"INTEGER": 7, "TEXT": "text", "REAL": 7.5, "BLOB": b"blob"}
    means = {
        ("fact", "kind"): "checked-in",
        ("fact", "at"): NOW.isoformat(),
        ("fact", "details"): '{"number":"K 007"}',
        ("counter", "name"): "reserve:K",
        ("enrolment", "body"): "{}",
    }
    planted: dict[str, list[tuple[object, ...]]] = {}
    with store.connect() as connection:
        tables = [row[1] for row in connection.execute("PRAGMA main.table_list") if row[2] == "table" and row[5]]
        for name in tables:
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            whole = tuple(means.get((name, column[1]), samples[column[2]]) for column in columns)
            least = tuple(
                value if column[3] or column[5] else None for value, column in zip(whole, columns, strict=True)
            )
            other = {7: 8, "text": "other"}
            least = tuple(
                other.get(value, value) if column[5] or column[1] == "id" else value
                for value, column in zip(least, columns, strict=True)
            )
            planted[name] = [whole] if whole[0] == least[0] else [whole, least]
            for row in planted[name]:
                connection.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)
        found = salvage.search(store.path, KEY)
    assert set(found.tables) == set(tables)
    for name, rows in planted.items():
        assert sorted(found.tables[name].values(), key=str) == sorted(rows, key=str), name
    assert (found.broken, found.newer) == (0, set())


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", DAMAGE)
def test_the_kiosk_comes_up_with_all_that_is_left(name: str, seed: int, state: Path, morning: Morning) -> None:
    DAMAGE[name](state, random.Random(f"{name}{seed}"))
    left = on_sound_pages(state)
    done = mend(state, KEY, NOW + timedelta(hours=1))
    # Rot in the last two transactions of the log looks like the end that a power cut leaves.
    torn = done.salvaged is None and ("log" in name or "both" in name)
    kept = serves(state, morning, torn=torn)
    assert set(kept) >= left
    if done.salvaged is None:
        assert set(kept) == left
        assert len(kept) >= FACTS - 2 * torn
    else:
        assert done.salvaged.saved == len(kept)
        assert done.salvaged.missing == done.salvaged.next - salvage.PLACES_AHEAD - len(kept)
        assert done.salvaged.next > FACTS


def test_a_second_salvage_before_anybody_served_gives_no_place_again(state: Path, morning: Morning) -> None:
    """The note of how far the journal had come is kept by the mending itself."""
    pages_zeroed(state, random.Random(3))
    first = mend(state, KEY, NOW).salvaged
    assert first is not None
    database_gone(state, random.Random(3))
    again = mend(state, KEY, NOW).salvaged
    assert again is not None
    assert again.next == first.next + salvage.PLACES_AHEAD
    # The fact that told of the first one is gone too; what was left free before it is not.
    assert again.missing == first.saved + first.missing + 1


@pytest.mark.parametrize("seed", range(4))
def test_a_page_is_lost_with_what_is_on_it_and_no_more(seed: int, state: Path, morning: Morning) -> None:
    """By another way of counting: each page by itself, and what it held before it was broken."""
    with opened(state / "kiosk.db", KEY) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        facts_before = told(connection)
    assert facts_before == morning.facts
    path = state / "kiosk.db"
    chance = random.Random(seed)
    hit = chance.sample(range(1, path.stat().st_size // PAGE + 1), 3)
    whole = path.read_bytes()
    lost: set[int] = set()
    for number in hit:
        # With all other pages in place, what is missing is what this one holds or carries on.
        path.write_bytes(whole[: (number - 1) * PAGE] + bytes(PAGE) + whole[number * PAGE :])
        lost |= set(facts_before) - on_sound_pages(state)
    assert len(lost) <= 3 * 8
    content = bytearray(whole)
    for number in hit:
        content[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
    path.write_bytes(bytes(content))
    done = mend(state, KEY, NOW)
    assert set(serves(state, morning)) == set(facts_before) - lost
    assert done.salvaged is not None
    assert done.salvaged.missing == len(lost)


def test_where_all_rows_of_a_table_are_dropped_the_rest_is_saved(tmp_path: Path) -> None:
    """As an arrival is whose fact is lost, and what a person set aside of it."""
    store = Store(tmp_path / "kiosk.db", KEY)
    with store.connect() as connection:
        save_enrolment(connection, ENROLMENT)
        connection.execute("INSERT INTO arrival (about, number, fact, visit) VALUES ('A1', 'K 001', 5, 5)")
        connection.execute("INSERT INTO attempt (fact, tries, next_at, error) VALUES (5, 1, '', '')")
        connection.execute("INSERT INTO set_aside (fact, verdict, at, set_aside_at) VALUES (5, 'refused', '', '')")
        connection.execute("INSERT INTO counter (name, next) VALUES ('lease:l1', 4)")
    zero_pages(tmp_path, pages_with(tmp_path, 4, lambda row: row[1] == "kiosk"))
    done = mend(tmp_path, KEY, NOW)
    assert done.salvaged is not None
    assert (done.salvaged.saved, done.salvaged.next) == (0, 5 + salvage.PLACES_AHEAD)
