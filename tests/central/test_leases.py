"""Ticket numbers: lent once, without gaps, and never to two."""

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from central import seed
from central.store import Store, leases
from central.writer import Writer
from kiosk.sync.messages import LeaseAnswer, LeaseRequest
from tests.central.databases import Fresh
from tests.central.rig import MORNING, SITE, Centre

DAY = date(2026, 11, 23)


def test_the_same_lease_again_is_the_same_block(centre: Centre) -> None:
    here, there = centre.kiosk("k1"), centre.kiosk("k2")
    asked = {"id": "L1", "day": "2026-11-23", "size": 20}
    first = here.http.post("/v1/leases", json=asked).json()
    assert first == {"version": 1, "id": "L1", "day": "2026-11-23", "series": "A", "first": 1, "last": 20}
    assert here.http.post("/v1/leases", json=asked | {"size": 30}).json() == first
    assert there.http.post("/v1/leases", json=asked).json()["first"] == 21
    assert here.http.post("/v1/leases", json=asked | {"id": "L2", "day": "2026-11-24"}).json()["first"] == 1
    for wrong in ({"size": 0}, {"size": 501}, {"day": "tomorrow"}, {"id": "ö"}):
        assert here.http.post("/v1/leases", json=asked | wrong).status_code == 400


def test_each_service_has_numbers_of_its_own(centre: Centre) -> None:
    here, there = centre.kiosk("k1"), centre.kiosk("k2")
    asked = {"id": "L1", "day": "2026-11-23", "size": 20}
    assert here.http.post("/v1/leases", json=asked).json()["series"] == "A"
    laboratory = here.http.post("/v1/leases", json=asked | {"id": "L2", "series": "L"}).json()
    assert (laboratory["series"], laboratory["first"], laboratory["last"]) == ("L", 1, 20)
    assert there.http.post("/v1/leases", json=asked | {"series": "L"}).json()["first"] == 21
    assert here.http.post("/v1/leases", json=asked | {"id": "L3"}).json()["first"] == 21
    for wrong, status, key in (("Z", 404, "not-found"), ("A", 404, "not-found"), ("l", 400, "malformed")):
        answer = here.http.post("/v1/leases", json=asked | {"id": "L4", "series": wrong})
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, key)


ASKED = st.lists(
    st.tuples(
        st.sampled_from(("k1", "k2", "k3")), st.integers(0, 6), st.integers(1, 60), st.sampled_from(("", "L", "R"))
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=15, deadline=None)
@given(asked=ASKED)
def test_blocks_of_many_kiosks_at_once_are_disjoint_and_whole(
    fresh: Fresh, asked: Sequence[tuple[str, int, int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as directory, fresh(Path(directory)) as url:
        stores = [Store.open(url) for _ in range(2)]
        seed.load(stores[0], seed.Seed(SITE, []), None, MORNING)
        with Writer(stores[0]) as one, Writer(stores[1]) as other, ThreadPoolExecutor(4) as pool:

            def lend(which: int) -> tuple[str, str, str, int, int]:
                kiosk, number, size, series = asked[which]
                request = LeaseRequest(id=f"L{number}", day=DAY, size=size, series=series)
                answer = (one, other)[which % 2].submit(leases.lend, leases.Lending(kiosk, SITE, request)).result(30)
                assert isinstance(answer, LeaseAnswer)
                return kiosk, answer.id, answer.series, answer.first, answer.last

            blocks = set(pool.map(lend, range(len(asked))))
        for store in stores:
            store.close()
    assert len(blocks) == len({(kiosk, number) for kiosk, number, *_ in asked})
    for series in ("A", "L", "R"):
        lent = sorted(number for *_, of, first, last in blocks if of == series for number in range(first, last + 1))
        assert lent == list(range(1, len(lent) + 1))
