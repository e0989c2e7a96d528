"""The same appointment at two kiosks, at the desk and by phone: one arrival, whatever comes first and however often."""

import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from central import arrivals, seed
from central.fact_time import Told, happened
from central.store import Store, annulments, arrival_times, facts, listing
from kiosk.checkin.appointment import Standing
from kiosk.checkin.facts import Receipt
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.offline.connection import Connection
from kiosk.offline.journal import SqlJournal
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store as KioskStore
from kiosk.ports import Enrolment
from kiosk.sync import messages
from kiosk.sync.client import Centre as Line
from kiosk.sync.credentials import make_key
from kiosk.sync.feed import Feed
from tests.central.databases import Fresh
from tests.central.rig import MORNING, SITE, Centre, Kiosk, check_in, command
from tests.conftest import HandClock

MINUTE = timedelta(minutes=1)


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def timed(
    appointment: str, number: str, at: datetime, offset: timedelta | None = timedelta(), *, seq: int = 1
) -> dict[str, Any]:
    """A check-in at ``at`` of a kiosk that knew how far its clock was off, or did not."""
    wall = at + (offset or timedelta())
    clock = (
        {"clock": "unknown"} if offset is None else {"clock": "trusted", "offset_ms": round(offset / MINUTE * 60000)}
    )
    return check_in(appointment, number, seq) | {"at": wall.isoformat(), "order": ms(at) << 16 | seq} | clock


# --- when a fact happened -------------------------------------------------------------------------------------------

RECEIVED = MORNING + 10 * MINUTE


@pytest.mark.parametrize(
    ("at", "more", "told"),
    [
        # Trusted, and off by something that is known.
        (MORNING, {"clock": "trusted", "offset_ms": 0}, Told(MORNING, True)),
        (MORNING + MINUTE, {"clock": "trusted", "offset_ms": 60_000}, Told(MORNING, True)),
        (MORNING - 5 * MINUTE, {"clock": "trusted", "offset_ms": -300_000}, Told(MORNING, True)),
        (MORNING, {"clock": "trusted"}, Told(MORNING, True)),
        # Hours off, but the kiosk knew.
        (MORNING + timedelta(hours=3), {"clock": "doubtful", "offset_ms": 3 * 3_600_000}, Told(MORNING, True)),
        # Nothing happens after it came in.
        (RECEIVED + MINUTE, {"clock": "trusted", "offset_ms": 0}, Told(RECEIVED, True)),
        # Nobody knew: the clock counts, but not against the order of the kiosk's facts or after it came in.
        (MORNING, {"clock": "unknown", "order": ms(MORNING - MINUTE) << 16}, Told(MORNING, False)),
        (datetime(1970, 1, 1, tzinfo=UTC), {"clock": "doubtful", "order": ms(MORNING) << 16 | 7}, Told(MORNING, False)),
        (datetime(2063, 4, 5, tzinfo=UTC), {"clock": "doubtful", "order": ms(MORNING) << 16}, Told(RECEIVED, False)),
        # A kiosk of before there was an order.
        (MORNING, {}, Told(MORNING, False)),
        (RECEIVED + MINUTE, {}, Told(RECEIVED, False)),
        # Numbers that lead nowhere.
        (datetime(1, 1, 2, tzinfo=UTC), {"clock": "trusted", "offset_ms": 10**14}, Told(RECEIVED, False)),
        (MORNING, {"clock": "unknown", "order": 2**63 - 1}, Told(RECEIVED, False)),
    ],
)
def test_when_a_fact_happened(at: datetime, more: dict[str, object], told: Told) -> None:
    message = msgspec.convert({**check_in("A1"), "at": at, **more}, messages.FactMessage)
    assert happened(message, RECEIVED) == told


@pytest.mark.parametrize("wrong", [{"clock": "tr\x00sted"}, {"clock": "x" * 21}, {"order": -1}, {"offset_ms": 10**18}])
def test_a_fact_that_no_database_could_keep_is_refused_alone(centre: Centre, wrong: dict[str, object]) -> None:
    told = centre.kiosk().send(check_in("A1") | wrong, check_in("A2", "A 002", 2))
    assert [one["verdict"] for one in told] == ["refused", "recorded"]


def test_arrivals_are_listed_by_when_people_came_and_not_by_what_a_clock_showed(centre: Centre) -> None:
    centre.moment = MORNING + timedelta(hours=1)
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    hours = timedelta(hours=5)
    kiosk.send(timed("A2", "A 002", MORNING + 2 * MINUTE, hours), timed("X9", "A 009", MORNING, None, seq=2))
    other.send(timed("A3", "K 001", MORNING + 3 * MINUTE, -hours), timed("A1", "K 002", MORNING + MINUTE, seq=2))
    listed = centre.arrivals()
    assert [one.appointment for one in listed] == ["X9", "A1", "A2", "A3"]
    assert [one.arrived_at for one in listed] == [MORNING + minutes * MINUTE for minutes in range(4)]
    assert listed[2].kiosk_at == MORNING + 2 * MINUTE + hours
    assert (listed[2].clock, listed[2].offset_ms) == ("trusted", 5 * 3_600_000)
    assert (listed[0].clock, listed[0].offset_ms) == ("unknown", None)


# --- one arrival ----------------------------------------------------------------------------------------------------


def test_the_first_that_comes_in_keeps_its_number_and_the_earliest_gives_its_time(centre: Centre) -> None:
    centre.moment = MORNING + timedelta(hours=1)
    kiosks = [centre.kiosk(f"k{count}") for count in (1, 2, 3)]
    late, early, unknown = (
        timed("A1", "A 001", MORNING + 9 * MINUTE),
        timed("A1", "K 001", MORNING + 2 * MINUTE),
        timed("A1", "L 001", MORNING, None),
    )
    [first] = kiosks[0].send(late)
    [second] = kiosks[1].send(early)
    [third] = kiosks[2].send(unknown)
    assert [one["verdict"] for one in (first, second, third)] == ["recorded", "conflict", "conflict"]
    # Both facts are named: to the kiosk, each time that it asks, and to people.
    assert [one.get("against") for one in (first, second, third)] == [None, late["id"], late["id"]]
    assert kiosks[1].send(early) == [second]
    [arrival] = centre.arrivals()
    assert (arrival.number, arrival.fact) == ("A 001", late["id"])
    assert (arrival.arrived_at, arrival.time_from) == (MORNING + 2 * MINUTE, early["id"])
    assert [(one.fact, one.against) for one in arrival.conflicts] == [
        (one["id"], late["id"]) for one in (unknown, early)
    ]


Kind = tuple[int, int | None]
checks = st.lists(st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(-300, 300))), min_size=1, max_size=7)


@settings(max_examples=30, deadline=None)
@given(made=checks, cuts=st.lists(st.booleans(), min_size=7, max_size=7), taken_back=st.sets(st.integers(1, 6)))
def test_whatever_the_order_there_is_one_arrival_at_the_earliest_trusted_time(
    fresh: Fresh, made: Sequence[Kind], cuts: Sequence[bool], taken_back: set[int]
) -> None:
    sent = [
        timed(
            "A1",
            f"A {place + 1:03d}",
            MORNING + at * MINUTE,
            None if offset is None else offset * MINUTE,
            seq=place + 1,
        )
        for place, (at, offset) in enumerate(made)
    ]
    received = MORNING + timedelta(days=1)
    with tempfile.TemporaryDirectory() as directory, fresh(Path(directory)) as url:
        store = Store.open(url)
        seed.load(store, seed.Seed(SITE, []), None, MORNING)
        groups: list[list[dict[str, Any]]] = [[]]
        for one, cut in zip(sent, cuts, strict=False):
            groups[-1].append(one)
            groups += [[]] if cut else []
        for group in groups:
            raw = [msgspec.json.encode(one) for one in group]
            batches = [
                facts.Batch(f"k{one['seq']}", SITE, [(text, arrivals.read(text))], received)
                for one, text in zip(group, raw, strict=True)
            ]
            with store.writing() as connection:
                facts.ingest(connection, batches)
        back = {place for place in taken_back if place < len(sent)}
        with store.writing() as connection:
            for place in back:
                asked = arrivals.Annulment(appointment="A1", number=f"A {place + 1:03d}", arrival=sent[place]["id"])
                assert not annulments.annul_at_kiosk(connection, SITE, asked, received)
        with store.reading() as connection:
            standing = arrival_times.standing(connection, [(SITE, "A1")])[SITE, "A1"]
            [listed] = listing.arrivals(connection, SITE)
        store.close()
    assert (listed.number, standing.fact) == ("A 001", sent[0]["id"])
    assert {one.fact for one in listed.conflicts} == {one["id"] for one in sent[1:]}
    left = [(at, offset) for place, (at, offset) in enumerate(made) if place not in back]
    trusted = [at for at, offset in left if offset is not None]
    earliest = min(trusted or [at for at, _ in left])
    assert listed.arrived_at == standing.told.at == MORNING + earliest * MINUTE
    assert standing.told.trusted is bool(trusted)


def test_an_arrival_that_comes_anew_has_nothing_of_the_one_that_was_taken_back(centre: Centre) -> None:
    centre.moment = MORNING + timedelta(hours=1)
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    kiosk.send(timed("A1", "A 001", MORNING))
    other.send(timed("A1", "K 001", MORNING - MINUTE))
    assert command(centre.data, "annul", "A1", "--site", SITE).exit_code == 0
    again = timed("A1", "A 002", MORNING + 30 * MINUTE, seq=2)
    kiosk.send(again)
    arrived = [one for one in centre.arrivals() if one.annulled_at is None]
    assert [(one.number, one.arrived_at) for one in arrived] == [("A 002", MORNING + 30 * MINUTE)]


# --- at the desk and by phone ---------------------------------------------------------------------------------------


def done(centre: Centre, *arguments: str) -> str:
    result = command(centre.data, *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def shown(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done(centre, "conflicts", "--json", *arguments))
    return found


@pytest.fixture
def now(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands have the clock of the centre."""
    centre.moment = MORNING + timedelta(hours=1)
    monkeypatch.setattr("central.cli.settling.clock_from_environment", lambda: centre)


@pytest.mark.usefixtures("now")
def test_desk_phone_and_kiosk_are_one_arrival(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert done(centre, "arrive", "A1", "--site", SITE, "--at", "09:20") == "A1: A 001"
    [told] = kiosk.send(timed("A1", "K 001", MORNING + 40 * MINUTE))
    assert told["verdict"] == "conflict"
    # A kiosk was first here, and the call came before.
    kiosk.send(timed("A2", "K 002", MORNING + 45 * MINUTE, seq=2))
    said = done(centre, "arrive", "A2", "--site", SITE, "--way", "phone", "--at", "08:30")
    assert said == "A2: K 002 (had arrived before)"
    listed = {one.appointment: one for one in centre.arrivals()}
    assert [(one.number, one.kiosk, one.arrived_at.strftime("%H:%M")) for one in listed.values()] == [
        ("K 002", "k1", "06:30"),
        ("A 001", "@desk", "07:20"),
    ]
    assert listed["A2"].conflicts[0].kiosk == "@phone"
    assert done(centre, "arrive", "A3", "--site", SITE) == "A3: A 002"
    for wrong in (("A9", "--site", SITE), ("A1", "--site", "nowhere"), ("A1", "--site", SITE, "--at", "23:59")):
        assert command(centre.data, "arrive", *wrong).exit_code == 1


@pytest.mark.usefixtures("now")
def test_a_person_closes_a_conflict_and_nothing_of_it_is_deleted(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    first, second = timed("A1", "A 001", MORNING + MINUTE), timed("A1", "K 001", MORNING)
    kiosk.send(first)
    [told] = other.send(second)
    [one] = shown(centre)
    assert (one["id"], one["against"], one["state"]) == (second["id"], first["id"], "open")
    assert (one["number"], one["kiosk"], one["against_number"], one["against_kiosk"]) == ("K 001", "k2", "A 001", "k1")
    assert second["id"][:8] in done(centre, "conflicts")
    note = ("--note", "The same client, twice.")
    assert done(centre, "close-conflict", second["id"], "--by", "lobby-desk", *note) == f"{second['id']}: closed"
    assert (
        done(centre, "close-conflict", second["id"], "--note", "Another word.") == f"{second['id']}: was closed before"
    )
    assert shown(centre) == []
    [closed] = shown(centre, "--all")
    assert (closed["state"], closed["closed_by"], closed["note"]) == ("closed", "lobby-desk", "The same client, twice.")
    assert "conflict, closed" in done(centre, "arrivals")
    # The word that the kiosk has got stands.
    assert other.send(second) == [told]
    wrong = (
        (first["id"], *note),
        ("nothing", *note),
        (second["id"], "--note", "  "),
        (second["id"], "--note", "x" * 401),
        (second["id"], "--by", "Maija M", *note),
    )
    for arguments in wrong:
        assert command(centre.data, "close-conflict", *arguments).exit_code == 1


@pytest.mark.usefixtures("now")
def test_a_conflict_that_was_taken_back_needs_nobody(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    kiosk.send(check_in("A1", "A 001"))
    other.send(check_in("A1", "K 001"))
    assert len(shown(centre, "--site", SITE)) == 1
    assert shown(centre, "--site", "malmi") == []
    done(centre, "annul", "A1", "--site", SITE)
    assert shown(centre) == []
    assert [one["state"] for one in shown(centre, "--all")] == ["annulled"]


# --- what the kiosks make of it -------------------------------------------------------------------------------------


class RealKiosk:
    """A kiosk's own journal, roster and line, on the database that it was given."""

    def __init__(self, centre: Centre, name: str, connection: Connection, clock: HandClock) -> None:
        key = make_key()
        answer = centre.enrol(centre.code(name), ECKey.import_key(dict(key))).raise_for_status()
        told = msgspec.json.decode(answer.content, type=messages.EnrolmentAnswer)
        enrolment = Enrolment(name, SITE, centre.url, told.reserve_series, bytes.fromhex(told.site_key), key)
        self.clock, self.connection = clock, connection
        self.roster = SqlRoster(connection, enrolment.site_key)
        self.journal = SqlJournal(connection, site=self.roster.site, enrolment=enrolment, clock=clock)
        self.outbox = SqlOutbox(connection)
        self.line = Line(centre.url, name, key, clock)
        self.feed = Feed(self.line, SqlRosterStore(connection), clock, ("fi", "sv", "en"))

    def hear(self) -> None:
        while self.feed.take(0).more:
            pass

    def check_in(self) -> tuple[str, Standing]:
        found = self.roster.find(CLIENT)
        arrival = self.journal.check_in(found, ClaimKind.BARCODE, "fi")
        return arrival.number, arrival.standing

    def send(self) -> list[messages.FactResult | None]:
        due = self.outbox.due(self.clock.now(), 100)
        results = self.line.send_facts(due)
        receipts = [
            Receipt(fact.seq, one.verdict, one.receipt, one.reason, one.against or None)
            for fact, one in zip(due, results, strict=True)
            if one is not None
        ]
        self.outbox.settle(receipts, self.clock.now())
        return results


CLIENT = Claim(ClaimKind.BARCODE, "010594Y9032")


@pytest.fixture
def two(centre: Centre, tmp_path: Path, clock: HandClock) -> Any:
    clock.moment = centre.moment
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        KioskStore(tmp_path / "one" / "kiosk.db", bytes(32)).connect() as one,
        KioskStore(tmp_path / "two" / "kiosk.db", bytes(32)).connect() as other,
    ):
        kiosks = RealKiosk(centre, "k1", one, clock), RealKiosk(centre, "k2", other, clock)
        yield kiosks
        for kiosk in kiosks:
            kiosk.line.close()


def test_at_another_kiosk_the_same_number_is_offered_again(two: tuple[RealKiosk, RealKiosk]) -> None:
    first, second = two
    first.hear()
    number, standing = first.check_in()
    assert standing is Standing.RECORDED
    first.send()
    second.hear()
    assert [one.arrival.number for one in second.roster.find(CLIENT) if one.arrival is not None] == [number]
    assert second.check_in() == (number, Standing.REGISTERED)
    # Nothing was recorded there: there is nothing to be in conflict.
    assert second.outbox.due(second.clock.now(), 10) == []


def test_a_double_check_in_is_kept_on_both_sides_and_one_number_is_offered_from_then_on(
    centre: Centre, two: tuple[RealKiosk, RealKiosk]
) -> None:
    first, second = two
    for kiosk in two:
        kiosk.hear()
    number, _ = first.check_in()
    other, _ = second.check_in()
    assert number != other
    [recorded] = first.send()
    [conflict] = second.send()
    assert recorded is not None
    assert conflict is not None
    assert (recorded.verdict.value, conflict.verdict.value) == ("recorded", "conflict")
    [row] = second.connection.execute("SELECT verdict, reason, against FROM receipt").fetchall()
    assert tuple(row) == ("conflict", "already-arrived", recorded.id)
    assert second.journal.standing(1) is Standing.DISPUTED
    for kiosk in two:
        kiosk.hear()
        [found] = kiosk.roster.find(CLIENT)
        assert found.arrival is not None
        assert (found.arrival.number, found.arrival.standing) == (number, Standing.REGISTERED)
    [one] = centre.arrivals()
    assert (one.number, [each.number for each in one.conflicts]) == (number, [other])


def test_the_same_facts_from_two_kiosks_at_once_over_http(centre: Centre) -> None:
    kiosks = [centre.kiosk(f"k{count}") for count in range(8)]
    barrier = Barrier(len(kiosks))

    def send(kiosk: Kiosk, place: int) -> list[str]:
        told = []
        for count in range(25):
            barrier.wait()
            told += kiosk.send(timed(f"R{count}", f"A {place + 1:03d}", MORNING - place * MINUTE, seq=count + 1))
        return [one["verdict"] for one in told]

    with ThreadPoolExecutor(len(kiosks)) as pool:
        said = list(pool.map(send, kiosks, range(8)))
    for verdicts in zip(*said, strict=True):
        assert sorted(verdicts) == ["conflict"] * 7 + ["recorded"]
    listed = centre.arrivals()
    assert len(listed) == 25
    assert {one.arrived_at for one in listed} == {MORNING - 7 * MINUTE}
