"""What the centre keeps of refused facts has an end for each kiosk and day; what finds no room stays at the kiosk."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from central.store import parking
from kiosk.checkin import faults
from kiosk.checkin.facts import FactKind
from kiosk.diagnostics.board import Board
from kiosk.offline.store import Store as KioskStore
from kiosk.sync.backlog import facts_left
from kiosk.sync.reporter import Reporter
from kiosk.sync.sending import Sending
from tests.central.rig import Centre, Kiosk, check_in
from tests.central.test_double_check_in import RealKiosk
from tests.conftest import HandClock


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "MOST_FACTS", 3)


def bad(n: int, size: int = 0) -> dict[str, Any]:
    return {"id": f"bad-{n}", "seq": n, "more": "x" * size}


def post(kiosk: Kiosk, *facts: object) -> httpx.Response:
    return kiosk.http.post("/v1/facts", json={"facts": facts})


def is_full(answer: httpx.Response) -> bool:
    found: dict[str, Any] = answer.json()
    return answer.status_code == 422 and str(found["type"]).endswith(":too-many-refused")


@pytest.mark.usefixtures("narrow")
def test_beyond_the_limit_a_refused_fact_is_left_to_the_kiosk_and_good_ones_are_recorded(centre: Centre) -> None:
    kiosk, good = centre.kiosk(), check_in("A1", seq=9)
    for n in range(1, 4):
        [result] = kiosk.send(bad(n))
        assert result["verdict"] == "refused"
    with capture_logs() as logs:
        assert is_full(post(kiosk, good, bad(4)))
    assert [(one["kiosk"], one["facts"]) for one in logs if one["event"] == "too_many_refused"] == [("k1", 1)]
    # What is good in the batch is on the disk, and its receipt comes with the next try.
    assert [one.appointment for one in centre.arrivals()] == ["A1"]
    assert kiosk.send(good)[0]["verdict"] == "duplicate"
    assert len(centre.refused()) == 3
    # One that is kept already gets its answer again; no other kiosk has to suffer.
    assert kiosk.send(bad(2))[0]["verdict"] == "refused"
    assert centre.kiosk("k2").send(bad(4))[0]["verdict"] == "refused"
    centre.moment += parking.DAY - timedelta(seconds=1)
    assert is_full(post(kiosk.sign_in(), bad(4)))
    centre.moment += timedelta(seconds=2)
    assert kiosk.send(bad(4))[0]["verdict"] == "refused"
    assert len(centre.refused()) == 5


@pytest.mark.usefixtures("narrow")
def test_within_one_batch_too(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert is_full(post(kiosk, *(bad(n) for n in range(1, 9)), check_in("A1", seq=9)))
    assert len(centre.refused()) == 3
    assert [one.appointment for one in centre.arrivals()] == ["A1"]


def test_there_is_an_end_to_the_bytes_and_to_the_number(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    half = parking.MOST_BYTES // 2
    assert kiosk.send(bad(1, half))[0]["verdict"] == "refused"
    assert is_full(post(kiosk, bad(2, half)))
    assert kiosk.send(bad(3, half // 2))[0]["verdict"] == "refused"
    assert {one["verdict"] for one in other.send(*(bad(n) for n in range(1, parking.MOST_FACTS + 1)))} == {"refused"}
    assert is_full(post(other, bad(parking.MOST_FACTS + 1)))


@pytest.fixture
def real(centre: Centre, tmp_path: Path, clock: HandClock) -> Iterator[RealKiosk]:
    clock.moment = centre.moment
    with KioskStore(tmp_path / "kiosk.db", bytes(32)).connect() as connection:
        kiosk = RealKiosk(centre, "k1", connection, clock)
        yield kiosk
        kiosk.line.close()


@pytest.mark.usefixtures("narrow")
def test_a_kiosk_keeps_what_finds_no_room_and_all_others_get_their_receipts(
    centre: Centre, real: RealKiosk, board: Board, clock: HandClock
) -> None:
    poison: list[int] = []
    good: list[int] = []
    for n in range(24):
        details = {"appointment": "no key at all", "number": "none"} if n % 3 == 0 else {}
        kind = FactKind.CHECKED_IN if n % 3 == 0 else FactKind.PRINT_FAILED
        (poison if n % 3 == 0 else good).append(real.journal.note(kind, details).seq)

    def sent() -> Sending:
        line = Reporter(board, "centre:uplink")
        return Sending(real.line, real.outbox, clock, chance=random.Random(1), line=line, receipts_came=lambda: None)

    def verdicts() -> dict[int, str]:
        return dict(real.connection.execute("SELECT fact, verdict FROM receipt").fetchall())

    sending = sent()
    for _ in range(5):
        sending.send()
        clock.let_pass(5)
    told = verdicts()
    assert {seq for seq, verdict in told.items() if verdict != "refused"} == set(good)
    refused = {seq for seq, verdict in told.items() if verdict == "refused"}
    assert len(refused) == 3
    assert refused < set(poison)
    parked = dict(real.connection.execute("SELECT fact, error FROM attempt").fetchall())
    assert parked == dict.fromkeys(set(poison) - refused, "parked: too-many-refused")
    assert len(centre.refused()) == 3
    left = facts_left(real.outbox.oldest(), real.outbox.refused(clock.now()), clock.now())
    assert faults.FACTS_REFUSED in left
    assert board.health().codes == frozenset()
    # Three more on each later day, without anybody's doing.
    for day in (1, 2):
        centre.moment += parking.DAY + timedelta(seconds=1)
        clock.let_pass(parking.DAY.total_seconds() + 1)
        sending = sent()
        for _ in range(40):
            sending.send()
            clock.let_pass(5)
        assert len(centre.refused()) == min(len(poison), 3 * (day + 1))
    assert verdicts().keys() == {*poison, *good}
