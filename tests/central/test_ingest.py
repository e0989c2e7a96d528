"""Facts: taken once, answered one by one, lost never."""

import itertools
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from central import arrivals, seed
from central.store import Store, facts, listing
from central.writer import Writer
from kiosk.checkin.facts import Verdict
from tests.central.databases import Fresh
from tests.central.rig import MORNING, SITE, Centre, check_in, fact, of_kind


def test_a_fact_sent_again_keeps_its_receipt(centre: Centre) -> None:
    kiosk, one = centre.kiosk(), check_in("A1")
    [first] = kiosk.send(one)
    again = kiosk.send(one, one)
    assert (first["verdict"], first["reason"]) == ("recorded", None)
    assert [(result["verdict"], result["receipt"]) for result in again] == [("duplicate", first["receipt"])] * 2
    assert [(one.appointment, one.number, one.matched) for one in centre.arrivals()] == [("A1", "A 001", True)]


def test_the_same_fact_twice_in_its_first_batch_is_one_fact(centre: Centre) -> None:
    one = check_in("A1")
    first, second = centre.kiosk().send(one, one)
    assert (first["verdict"], second["verdict"]) == ("recorded", "duplicate")
    assert first["receipt"] == second["receipt"]


def test_a_second_check_in_is_kept_as_a_conflict(centre: Centre) -> None:
    here, there, second = centre.kiosk("k1"), centre.kiosk("k2"), check_in("A1", "K 001")
    here.send(check_in("A1"))
    [result] = there.send(second)
    assert (result["verdict"], result["reason"]) == ("conflict", "already-arrived")
    [again] = there.send(second)
    assert again == result
    [listed] = centre.arrivals()
    assert listed.number == "A 001"
    assert [(one.kiosk, one.number, one.fact) for one in listed.conflicts] == [("k2", "K 001", second["id"])]


def test_the_same_appointment_id_at_two_sites_is_two_appointments(centre: Centre) -> None:
    centre.seed(("A1", "040594V9030", "09:00"), site="vuosaari")
    [here], [there] = centre.kiosk("k1").send(check_in("A1")), centre.kiosk("k2", "vuosaari").send(check_in("A1"))
    assert here["verdict"] == there["verdict"] == "recorded"


POISON: tuple[object, ...] = (
    17,
    None,
    {},
    {"id": "not-a-uuid"},
    fact(appointment="A2"),
    fact(number="A 001"),
    fact(appointment="A 2", number="A 001"),
    fact(appointment="A2", number="A 001", note="\x00"),
    fact(seq=2**63, appointment="A2", number="A 001"),
    fact(appointment="A2", number="A 001") | {"at": "0001-01-01T00:00:00+14:00"},
    fact(appointment="A2", number="A 001") | {"at": "2026-11-23T08:50:00"},
    fact(appointment="A2", number="A 001") | {"details": {"appointment": 2}},
)


def test_a_poison_fact_is_refused_alone_and_parked_once(centre: Centre) -> None:
    kiosk = centre.kiosk()
    for seq, poison in enumerate(POISON, 1):
        results = kiosk.send(check_in(f"B{seq}", seq=seq), poison, check_in(f"C{seq}", "A 002", seq + 100))
        assert [result["verdict"] for result in results] == ["recorded", "refused", "recorded"], poison
        refusal = {"verdict": "refused", "receipt": None, "reason": "malformed"}
        # Named where that can be read: an answer that goes astray must refuse no other fact.
        name = poison.get("id") if isinstance(poison, dict) else None
        assert results[1] == refusal | ({"id": name} if isinstance(name, str) else {})
        kiosk.send(poison)
    assert [(one.kiosk, one.reason) for one in centre.refused()] == [("k1", "malformed")] * len(POISON)


def test_an_id_of_another_kiosk_or_with_other_contents_is_refused(centre: Centre) -> None:
    here, there, one = centre.kiosk("k1"), centre.kiosk("k2"), check_in("A1")
    [kept] = here.send(one)
    refusal = {"id": one["id"], "verdict": "refused", "receipt": None}
    assert there.send(one)[0] == refusal | {"reason": "id-of-another-kiosk"}
    changed = one | {"details": one["details"] | {"number": "A 009"}}
    assert here.send(changed)[0] == refusal | {"reason": "altered"}
    assert here.send(one)[0]["receipt"] == kept["receipt"]
    assert {one.reason for one in centre.refused()} == {"id-of-another-kiosk", "altered"}


def test_an_arrival_without_appointment_is_kept_and_matched_when_the_appointment_comes(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert kiosk.send(check_in("LATE", "A 007"))[0]["verdict"] == "recorded"
    assert [one.matched for one in centre.arrivals()] == [False]
    centre.seed(("LATE", "040594V9030", "11:00"))
    assert [one.matched for one in centre.arrivals()] == [True]
    [told] = [record for record in of_kind(kiosk.changes(), "appointment") if record["id"] == "LATE"]
    assert told["number"] == "A 007"


def test_other_kinds_are_recorded_even_unknown_ones(centre: Centre) -> None:
    kiosk, one = centre.kiosk(), check_in("A1")
    kiosk.send(one)
    results = kiosk.send(
        fact("print-failed", seq=2, arrival=one["id"], number="A 001", reason="paper-out"),
        fact("ticket-printed", seq=3, arrival=one["id"], number="A 001"),
        fact("taken-to-the-moon", seq=4, altitude="384400 km"),
    )
    assert [result["verdict"] for result in results] == ["recorded"] * 3
    assert centre.arrivals()[0].printed is True


def test_an_arrival_for_a_cancelled_appointment_is_kept(centre: Centre) -> None:
    centre.seed(("A1", "010594Y9032", "09:00"), status="cancelled")
    assert centre.kiosk().send(check_in("A1"))[0]["verdict"] == "recorded"
    assert centre.arrivals()[0].status == "cancelled"


PLANS = st.lists(
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(("A1", "A2", "X9"))), max_size=6), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None)
@given(plans=PLANS, grouped=st.booleans())
def test_whatever_is_repeated_each_fact_and_each_arrival_is_there_once(
    fresh: Fresh, plans: Sequence[Sequence[tuple[int, str]]], grouped: bool
) -> None:
    made: dict[int, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as directory, fresh(Path(directory)) as url:
        store = Store.open(url)
        seed.load(store, seed.Seed(SITE, []), None, MORNING)
        batches = []
        for plan in plans:
            sent = [msgspec.json.encode(made.setdefault(which, check_in(name))) for which, name in plan]
            batches.append(facts.Batch("k1", SITE, [(raw, arrivals.read(raw)) for raw in sent], MORNING))
        results = []
        for group in [batches] if grouped else [[batch] for batch in batches]:
            with store.writing() as connection:
                results += facts.ingest(connection, group)
        receipts: dict[int, set[str | None]] = {}
        recorded = Counter[str]()
        for (which, _), result in zip(itertools.chain(*plans), itertools.chain(*results), strict=True):
            receipts.setdefault(which, set()).add(result.receipt)
            recorded[made[which]["details"]["appointment"]] += result.verdict is Verdict.RECORDED
        with store.reading() as connection:
            listed = listing.arrivals(connection, None)
        store.close()
    assert all(len(one) == 1 and None not in one for one in receipts.values())
    assert set(recorded.values()) <= {1}
    assert {one.appointment for one in listed} == set(recorded)


def _answer(connection: Connection, requests: Sequence[str]) -> list[str]:
    for request in requests:
        connection.execute(
            text("INSERT INTO reserve (site, series, kiosk) VALUES ('s', :series, 'k')"), {"series": request}
        )
    return [request.lower() for request in requests]


def test_a_request_that_fails_harms_no_other_of_its_group(store: Store) -> None:
    release = threading.Event()

    def hold(_connection: Connection, requests: Sequence[str]) -> list[str]:
        release.wait(10)
        return list(requests)

    with Writer(store) as writer:
        held = writer.submit(hold, "")
        good, bad, fine = (writer.submit(_answer, name) for name in ("A", "A", "B"))
        release.set()
        assert (held.result(10), good.result(10), fine.result(10)) == ("", "a", "b")
        assert bad.exception(10) is not None
    with store.reading() as connection:
        assert connection.execute(text("SELECT series FROM reserve ORDER BY 1")).scalars().all() == ["A", "B"]
