"""Salvage, on real files with hundreds of facts: whatever breaks, what is left is saved and nothing is given twice."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.checkin.day_close import Range, Tally
from kiosk.checkin.facts import FactKind, Receipt, Verdict
from kiosk.checkin.identity import ClaimKind
from kiosk.checkin.visit import Report
from kiosk.offline import examination, mending, records, salvage
from kiosk.offline.connection import JOURNAL, Connection, StoreError, opened, salt
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.enrolment import load_enrolment, save_enrolment
from kiosk.offline.journal import SqlJournal
from kiosk.offline.log_frames import read
from kiosk.offline.mending import mend
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.pages import PageCipher, pages
from kiosk.offline.retention import Retention
from kiosk.offline.roster import SqlRosterStore
from kiosk.offline.spare import keep_spare
from kiosk.offline.store import Store
from kiosk.ports import Lease, News
from tests.conftest import HandClock
from tests.example_site import ENROLMENT, SITE, appointment

KEY = bytes(range(32))
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
PAGE = JOURNAL.page_size
FACTS = 300


def visitor(connection: Connection, clock: HandClock) -> SqlJournal:
    return SqlJournal(connection, site=lambda: SITE, enrolment=ENROLMENT, clock=clock)


def fill(store: Store, clock: HandClock) -> dict[int, tuple[str, str]]:
    """A morning at a kiosk: id and details of each fact by its place, and every number that was given."""
    with store.connect() as connection:
        save_enrolment(connection, ENROLMENT)
        roster, journal, outbox = SqlRosterStore(connection), visitor(connection, clock), SqlOutbox(connection)
        roster.apply(News("1", snapshot=True, complete=True, site=SITE), None, clock.now())
        roster.lease(Lease("l1", TODAY, "A", 1, 200))
        for place in range(FACTS):
            clock.let_pass(7)
            if place % 5 == 4:
                report = Report(FactKind.UNMATCHED, {"sealed": "s" * (37 * place % 3000)}, series="")
                journal.report(report)
            else:
                journal.check_in([appointment(f"A{place}")], ClaimKind.BARCODE, "fi")
            if place == 150:
                outbox.settle([Receipt(seq, Verdict.RECORDED, f"r{seq}") for seq in range(1, 100)], clock.now())
                keep_spare(connection)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return told(connection)


def told(connection: Connection) -> dict[int, tuple[str, str]]:
    return {seq: (fact, details) for seq, fact, details in connection.execute("SELECT seq, id, details FROM fact")}


def numbers(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT number FROM arrival WHERE number <> ''")]


class Morning:
    """The files of one filled kiosk, to be copied and broken, and what was in them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, HandClock(NOW)
        (folder / "live").mkdir(parents=True)
        store = Store(folder / "live" / "kiosk.db", KEY)
        with store.connect() as held:
            self.facts = fill(store, self.clock)
            self.numbers = set(numbers(held))
            # As a power cut finds them.
            shutil.copytree(folder / "live", folder / "cut")

    def copy(self, name: str) -> Path:
        state = self.folder / name
        shutil.copytree(self.folder / "cut", state)
        return state


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Morning:
    return Morning(tmp_path_factory.mktemp("morning"))


@pytest.fixture
def state(morning: Morning, tmp_path: Path) -> Iterator[Path]:
    copy = morning.copy(tmp_path.name)
    yield copy
    shutil.rmtree(copy)


def serves(state: Path, morning: Morning, *, torn: bool = False) -> dict[int, tuple[str, str]]:
    """The kiosk goes on: no fact is wrong, and neither a place nor a number comes twice. The facts that it still has.

    ``torn`` where the end of the log is gone as after a power cut, when what it held was never told to anybody.
    """
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert load_enrolment(connection) == ENROLMENT
        kept = told(connection)
        ours = {seq: one for seq, one in kept.items() if "database-salvaged" not in one[1]}
        assert all(morning.facts.get(seq) == one for seq, one in ours.items())
        journal = visitor(connection, morning.clock)
        given = []
        for name in ("N1", "N2", "N3"):
            arrival = journal.check_in([appointment(name)], ClaimKind.BARCODE, "fi")
            assert arrival.fact is not None
            assert arrival.fact > (max(ours) if torn else FACTS)
            given.append(arrival.number)
        SqlRosterStore(connection).lease(Lease("l2", TODAY, "A", 201, 220))
        given.append(journal.check_in([appointment("N4")], ClaimKind.BARCODE, "fi").number)
        known = {json.loads(details).get("number") for _, details in ours.values()} if torn else morning.numbers
        assert not set(given) & known
        assert len(set(given)) == 4
        # Who is known to have come gets the same number as before.
        for seq, (_, details) in ours.items():
            row = connection.execute("SELECT about, number FROM arrival WHERE fact = ?", (seq,)).fetchone()
            assert row is None or f'"number":"{row[1]}"' in details or row[1] == ""
        waiting = {fact.seq for fact in SqlOutbox(connection).due(morning.clock.now(), 5000)}
        settled = {row[0] for row in connection.execute("SELECT fact FROM receipt")}
        assert waiting | settled >= set(ours)
        return ours


def on_sound_pages(state: Path) -> set[int]:
    """The facts that are whole on a page that was not hit, by the files themselves."""
    return {int(str(key[0])) for key in salvage.search(state / "kiosk.db", KEY).tables.get("fact", {})}


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


DAMAGE: dict[str, Callable[[Path, random.Random], None]] = {}


def damage(act: Callable[[Path, random.Random], None]) -> Callable[[Path, random.Random], None]:
    DAMAGE[act.__name__] = act
    return act


def _write(path: Path, at: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


@damage
def bytes_flipped(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(path.stat().st_size)
        content = path.read_bytes()[at]
        _write(path, at, bytes([content ^ 1 << chance.randrange(8)]))


@damage
def pages_zeroed(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    for _ in range(chance.randint(1, 20)):
        _write(path, PAGE * chance.randrange(path.stat().st_size // PAGE), bytes(PAGE))


@damage
def a_sector_of_noise(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db"
    _write(path, 4096 * chance.randrange(path.stat().st_size // 4096), chance.randbytes(4096))


@damage
def cut_short(state: Path, chance: random.Random) -> None:
    os.truncate(state / "kiosk.db", chance.randrange((state / "kiosk.db").stat().st_size))


@damage
def header_gone(state: Path, chance: random.Random) -> None:
    _write(state / "kiosk.db", 0, chance.choice([bytes(PAGE), chance.randbytes(100), b"SQLite format 3\0"]))


@damage
def first_pages_gone(state: Path, chance: random.Random) -> None:
    _write(state / "kiosk.db", 0, bytes(PAGE * chance.randint(2, 30)))


@damage
def log_rotten(state: Path, chance: random.Random) -> None:
    path = state / "kiosk.db-wal"
    _write(path, chance.randrange(path.stat().st_size), chance.randbytes(chance.choice([1, 30, 600, 3000])))


@damage
def log_header_gone(state: Path, chance: random.Random) -> None:
    _write(state / "kiosk.db-wal", 0, chance.randbytes(32))


@damage
def log_beginning_gone(state: Path, chance: random.Random) -> None:
    length = chance.choice([512, 4096, 16384])
    _write(state / "kiosk.db-wal", 0, chance.choice([bytes(length), chance.randbytes(length)]))


@damage
def both_rotten(state: Path, chance: random.Random) -> None:
    pages_zeroed(state, chance)
    log_rotten(state, chance)


@damage
def database_gone(state: Path, chance: random.Random) -> None:
    (state / "kiosk.db").unlink()


@damage
def database_is_noise(state: Path, chance: random.Random) -> None:
    (state / "kiosk.db").write_bytes(chance.randbytes(9000))
    (state / "kiosk.db-wal").unlink()


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


def test_a_rotten_frame_takes_no_later_transaction_with_it(state: Path, morning: Morning) -> None:
    log = state / "kiosk.db-wal"
    size = PAGE + 24
    count = read(log, PAGE).readable
    assert count > 300
    _write(log, 32 + 100 * size + 24 + 500, b"rotten")
    found = read(log, PAGE)
    assert found.loses
    assert (len(found.frames), found.readable <= 100) == (count, True)
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert len(serves(state, morning)) >= FACTS - 8


def test_the_torn_end_of_a_log_is_no_damage(state: Path, morning: Morning) -> None:
    log = state / "kiosk.db-wal"
    size = PAGE + 24
    count = read(log, PAGE).readable
    _write(log, 32 + (count - 2) * size + 24, b"torn")
    assert not read(log, PAGE).loses
    assert mend(state, KEY, NOW).salvaged is None
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert len(told(connection)) == FACTS - 1


def test_pieces_of_an_older_torn_transaction_are_not_taken_for_newer_ones(tmp_path: Path) -> None:
    """A long transaction is torn; a short one is written over its beginning; the rest of it lies behind."""
    store = Store(tmp_path / "kiosk.db", KEY)
    with store.connect() as connection:
        save_enrolment(connection, ENROLMENT)
        connection.execute("INSERT INTO counter (name, next) VALUES ('reserve:K', 5)")
        log = tmp_path / "kiosk.db-wal"
        before = read(log, PAGE).readable
        connection.execute("BEGIN")
        for place in range(200):
            connection.execute("INSERT INTO counter (name, next) VALUES (?, 1)", (f"reserve:torn{place}",))
        connection.execute("COMMIT")
        cut = tmp_path / "cut"
        cut.mkdir()
        for path in tmp_path.glob("kiosk.db*"):
            shutil.copy(path, cut)
    assert read(cut / "kiosk.db-wal", PAGE).readable > before + 5
    _write(cut / "kiosk.db-wal", 32 + before * (PAGE + 24) + 24, b"torn")
    with opened(cut / "kiosk.db", KEY) as connection:
        connection.execute("UPDATE counter SET next = 6 WHERE name = 'reserve:K'")
        again = tmp_path / "again"
        shutil.copytree(cut, again)
    found = read(again / "kiosk.db-wal", PAGE)
    assert (len(found.frames), found.loses) == (found.readable, False)
    counters = salvage.search(again / "kiosk.db", KEY).tables["counter"]
    assert sorted(counters.values()) == [("reserve:K", 6)]


@pytest.mark.parametrize("noise", [bytes(4096), random.Random(3).randbytes(4096)], ids=["zeros", "noise"])
def test_a_log_that_has_lost_its_first_sector_has_not_lost_the_rest(
    noise: bytes, state: Path, morning: Morning
) -> None:
    """It is the sector that is written most often of all."""
    _write(state / "kiosk.db-wal", 0, noise)
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert len(serves(state, morning)) >= FACTS - 8


@pytest.mark.parametrize("length", [32, 512])
def test_a_power_cut_upon_a_log_that_is_begun_anew_is_no_damage(
    length: int, state: Path, morning: Morning, tmp_path: Path
) -> None:
    """What lies behind the header has all been brought in: it only looks like a log that has lost its first sector."""
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        cut = tmp_path / "cut"
        shutil.copytree(state, cut)
    _write(cut / "kiosk.db-wal", 0, random.Random(4).randbytes(length))
    assert read(cut / "kiosk.db-wal", PAGE).loses
    assert mend(cut, KEY, NOW).salvaged is None
    assert serves(cut, morning) == morning.facts


def test_where_nobody_knows_which_is_newer_file_and_log_both_count(state: Path, morning: Morning) -> None:
    """The log was begun anew, a little was written and brought in, and then its first sector rotted away."""
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        visitor(connection, morning.clock).check_in([appointment("after")], ClaimKind.BARCODE, "fi")
        after = told(connection)
        log = (state / "kiosk.db-wal").read_bytes()
        connection.execute("PRAGMA wal_checkpoint(FULL)")
        whole = (state / "kiosk.db").read_bytes()
    (state / "kiosk.db").write_bytes(whole)
    (state / "kiosk.db-wal").write_bytes(random.Random(5).randbytes(16384) + log[16384:])
    mend(state, KEY, NOW)
    with Store(state / "kiosk.db", KEY).connect() as connection:
        kept = told(connection)
    assert set(after) <= set(kept)
    assert {seq: one for seq, one in kept.items() if seq in after} == after


def pages_with(state: Path, columns: int, told: Callable[[tuple[object, ...]], bool]) -> list[int]:
    """The pages of the database on which there are such rows."""
    cipher = PageCipher(KEY, salt(KEY), PAGE)
    plain = {number: cipher.plain(number, page) for number, page in pages(state / "kiosk.db", PAGE)}
    return [
        number
        for number, page in plain.items()
        if page is not None
        and any(len(row) == columns and told(row) for _, row in records.rows(number, page, plain.get))
    ]


def zero_pages(state: Path, numbers: list[int]) -> None:
    assert numbers
    for number in numbers:
        _write(state / "kiosk.db", (number - 1) * PAGE, bytes(PAGE))


def test_a_fact_that_was_emptied_is_known_to_be_at_the_centre_though_its_receipt_is_lost(
    state: Path, morning: Morning
) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        journal, outbox = visitor(connection, morning.clock), SqlOutbox(connection)
        journal.note(FactKind.TICKET_PRINTED, {"arrival": "x"})
        journal.note(FactKind.HELP_CALLED, {})
        newest = outbox.newest()
        outbox.settle([Receipt(seq, Verdict.RECORDED, f"r{seq}") for seq in range(1, newest + 1)], NOW)
        # As forgetting leaves them.
        connection.execute("UPDATE fact SET details = '{}' WHERE seq <= 50 OR seq > ?", (FACTS,))
        connection.execute("DELETE FROM arrival WHERE fact <= 50")
    zero_pages(state, pages_with(state, 7, lambda row: row[1] in ("recorded", "duplicate")))
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    assert done.salvaged.saved == newest
    with Store(state / "kiosk.db", KEY).connect() as connection:
        receipts = dict(connection.execute("SELECT fact, verdict FROM receipt").fetchall())
        due = {fact.seq for fact in SqlOutbox(connection).due(NOW, 5000)}
    emptied = {*range(1, 51), newest - 1}
    assert receipts == dict.fromkeys(emptied, "duplicate")
    # Whatever was never more than its bare row is sent again, and so is what still says all that it did.
    assert due == {*range(51, FACTS + 1), newest, done.salvaged.next}


def test_of_lost_facts_only_the_centres_word_stays_and_that_until_it_is_counted(state: Path, morning: Morning) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        journal, outbox = visitor(connection, morning.clock), SqlOutbox(connection)
        first, last = (
            connection.execute("SELECT number, fact FROM arrival WHERE about = ?", (about,)).fetchone()
            for about in ("A0", "A298")
        )
        assert journal.annul(first[0])
        assert journal.annul(last[0])
        outbox.settle([Receipt(seq, Verdict.REFUSED, reason="no") for seq in (120, 200)], NOW)
        connection.executemany(
            "INSERT INTO set_aside (fact, verdict, at, set_aside_at) VALUES (?, 'refused', '', '')", [(120,), (200,)]
        )
        annulled = [row[0] for row in connection.execute("SELECT seq FROM fact WHERE kind = 'annulled' ORDER BY seq")]
        kept = {row[0] for row in connection.execute("SELECT fact FROM receipt")}
    lost = {1, 2, 120, annulled[0]}
    with opened(state / "kiosk.db", KEY) as connection:
        connection.execute(f"DELETE FROM fact WHERE seq IN {tuple(lost)}")
    found = salvage.search(state / "kiosk.db", KEY)
    assert found.broken == 0
    zero_pages(state, pages_with(state, 4, lambda row: row[1] == "kiosk"))
    done = mend(state, KEY, NOW)
    assert done.salvaged is not None
    with Store(state / "kiosk.db", KEY).connect() as connection:
        days = SqlDayCloses(connection)
        assert [row[0] for row in connection.execute("SELECT fact FROM set_aside")] == [200]
        assert [row[0] for row in connection.execute("SELECT number FROM taken_back")] == [last[0]]
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept
        # Their day still counts what the centre said of them.
        assert days.tally(Range(TODAY, 1, 3)) == Tally(3, 0, 0, 0)
        assert examination.facts(connection).refused == 1
        retention = Retention(connection, morning.clock, lambda: SITE)
        retention.look()
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept
        days.keep(Range(TODAY, 1, 150), "signed", final=True)
        retention.look()
        assert {row[0] for row in connection.execute("SELECT fact FROM receipt")} == kept - lost


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


def test_another_key_mends_nothing(state: Path) -> None:
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with pytest.raises(StoreError, match="wrong-key"):
        mend(state, bytes(32), NOW)
    after = {path.name: path.read_bytes() for path in state.iterdir() if path.suffix != ".lock"}
    assert {name: after[name] for name in ("kiosk.db", "kiosk.db-wal", "roster.db")} == {
        name: before[name] for name in ("kiosk.db", "kiosk.db-wal", "roster.db")
    }


def test_where_nothing_tells_what_this_kiosk_is_nothing_is_touched(state: Path) -> None:
    for path in state.glob("roster.db*"):
        path.unlink()
    with opened(state / "kiosk.db", KEY) as connection:
        connection.execute("DELETE FROM enrolment")
    _write(state / "kiosk.db", 5 * PAGE, bytes(PAGE * 3))
    before = (state / "kiosk.db").read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        mend(state, KEY, NOW)
    assert (state / "kiosk.db").read_bytes() == before
    assert not list(state.glob("kiosk.db.damaged*"))
    assert not list(state.glob("kiosk.db.new*"))


def test_a_journal_of_a_newer_program_is_not_made_into_an_older_one(state: Path) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm9', '')"
        )
    _write(state / "kiosk.db", (state / "kiosk.db").stat().st_size // PAGE // 2 * PAGE, bytes(PAGE))
    with pytest.raises(StoreError, match="newer-database"):
        mend(state, KEY, NOW)


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_power_cut_while_mending_loses_nothing(
    steps: int, state: Path, morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every change of a name is a moment at which the power may fail."""

    class PowerCut(BaseException):
        pass

    pages_zeroed(state, random.Random(5))
    left = on_sound_pages(state)
    calls = 0

    def counted(act: Callable[..., object]) -> Callable[..., object]:
        def one(*given: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == steps:
                raise PowerCut
            return act(*given, **named)

        return one

    with monkeypatch.context() as patched:
        for owner, name in ((os, "link"), (Path, "rename"), (Path, "unlink"), (mending, "sync_folder")):
            patched.setattr(owner, name, counted(getattr(owner, name)))
        try:
            mend(state, KEY, NOW)
        except PowerCut:
            pass
        else:
            assert steps > 6
    mend(state, KEY, NOW)
    assert set(serves(state, morning)) == left


def test_three_damaged_files_are_kept_aside(state: Path, morning: Morning) -> None:
    for seed in range(5):
        a_sector_of_noise(state, random.Random(seed))
        done = mend(state, KEY, NOW)
        assert done.salvaged is not None
        # A gap that an earlier mending left is not missing.
        assert done.salvaged.missing < 200
    assert {path.name for path in state.glob("kiosk.db.damaged-*") if "wal" not in path.name} == {
        "kiosk.db.damaged-3",
        "kiosk.db.damaged-4",
        "kiosk.db.damaged-5",
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_roster_is_thrown_away(seed: int, state: Path, morning: Morning) -> None:
    path = state / "roster.db"
    chance = random.Random(seed)
    (state / "roster.db-wal").unlink(missing_ok=True)
    path.write_bytes(chance.choice([b"", chance.randbytes(9000), path.read_bytes()[:4096] + chance.randbytes(9000)]))
    mend(state, KEY, NOW)
    assert serves(state, morning) == morning.facts
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert SqlRosterStore(connection).cursor() is None
        keep_spare(connection)
    # And the one heals the other again.
    (state / "kiosk.db").unlink()
    assert mend(state, KEY, NOW).salvaged is not None
    serves(state, morning)


def test_an_arrival_is_known_by_its_fact_where_its_own_page_is_gone(state: Path, morning: Morning) -> None:
    with Store(state / "kiosk.db", KEY).connect() as connection:
        told = dict(connection.execute("SELECT about, number FROM arrival WHERE about NOT LIKE '%:%'"))
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'arrival'").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert told
    with (state / "kiosk.db").open("r+b") as file:
        file.seek((root - 1) * JOURNAL.page_size)
        file.write(random.Random(3).randbytes(JOURNAL.page_size))
    mend(state, KEY, NOW)
    with Store(state / "kiosk.db", KEY).connect() as connection:
        assert told.items() <= dict(connection.execute("SELECT about, number FROM arrival")).items()
