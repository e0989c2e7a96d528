"""Heartbeats at the centre: the last one counts, and silence is noticed."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from central.silence import SILENT_AFTER, Silence
from central.store import fleet, heartbeats
from kiosk.clock import StagedClock
from kiosk.scenario.stagehand import wait_until
from kiosk.sync.messages import Heartbeat
from tests.central.rig import MORNING, Centre, Process, command, fact

MINUTE = timedelta(minutes=1)


def beat(at: datetime = MORNING, **more: object) -> dict[str, Any]:
    said = {"at": at.isoformat(), "light": "yellow", "faults": ["printer-jam"], "clock": "trusted", "waiting": 0}
    return said | more


def listed(centre: Centre, exit_code: int = 0) -> list[dict[str, Any]]:
    result = command(centre.data, "kiosks", "--json")
    assert result.exit_code == exit_code, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_the_last_heartbeat_is_kept_and_shown(centre: Centre, staged: StagedClock) -> None:
    kiosk = centre.kiosk("k1")
    for waiting in (3, 0):
        said = beat(waiting=waiting, numbers_left={"": 12, "L": 7}, program="1.2", schema="2/2", newer="field")
        answer = kiosk.http.post("/v1/heartbeats", json=said).raise_for_status().json()
        assert answer == {"version": 1, "heard_at": "2026-11-23T06:50:00Z"}
    [one] = listed(centre)
    assert (one["heard_at"], one["silent_since"], one["warnings"]) == ("2026-11-23T06:50:00Z", None, [])
    assert one["state"]["numbers_left"] == {"": 12, "L": 7}
    assert one["state"]["waiting"] == 0
    assert "newer" not in one["state"]
    table = command(centre.data, "kiosks").stdout
    assert "printer-jam" in table
    assert "yellow" in table


def test_a_heartbeat_needs_a_token_and_good_order(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    for wrong in ({"at": "today"}, {"waiting": -1}, {"faults": ["a b"]}, {"version": 2}, {"numbers_left": {"l": 1}}):
        assert kiosk.http.post("/v1/heartbeats", json=beat() | wrong).status_code == 400
    del kiosk.http.headers["Authorization"]
    assert kiosk.http.post("/v1/heartbeats", json=beat()).status_code == 401


def test_a_silent_kiosk_is_flagged_with_since_when(centre: Centre, staged: StagedClock) -> None:
    kiosk = centre.kiosk("k1")
    kiosk.http.post("/v1/heartbeats", json=beat()).raise_for_status()
    staged.let_pass(SILENT_AFTER - 5 * timedelta(seconds=1))
    assert listed(centre)[0]["warnings"] == []
    staged.let_pass(timedelta(seconds=10))
    [one] = listed(centre, exit_code=3)
    assert (one["warnings"], one["silent_since"]) == (["silent"], "2026-11-23T06:50:00Z")
    assert "silent since 23.11. 08:50:00" in " ".join(command(centre.data, "kiosks").stdout.replace("│", " ").split())
    # Facts are no heartbeat.
    centre.moment = MORNING + 5 * MINUTE
    kiosk.sign_in().send(fact("print-failed", arrival="x"))
    assert listed(centre, exit_code=3)[0]["warnings"] == ["silent"]


def test_a_kiosk_that_was_never_heard_counts_from_its_enrolment(centre: Centre, staged: StagedClock) -> None:
    centre.kiosk("k1")
    assert listed(centre)[0]["warnings"] == []
    staged.let_pass(4 * MINUTE)
    [one] = listed(centre, exit_code=3)
    assert (one["warnings"], one["heard_at"], one["silent_since"]) == (["silent"], None, "2026-11-23T06:50:00Z")


@pytest.mark.parametrize(
    ("said", "minutes_ago", "expected"),
    [
        ({}, 0, []),
        ({"waiting": None}, 0, []),
        ({"waiting": 2, "oldest_waiting_at": MORNING - 10 * MINUTE}, 0, []),
        ({"waiting": 2, "oldest_waiting_at": MORNING - 11 * MINUTE}, 0, ["facts-waiting"]),
        # It has gone on waiting since.
        ({"waiting": 2, "oldest_waiting_at": MORNING - 9 * MINUTE}, 2, ["facts-waiting"]),
        ({"waiting": 0, "oldest_waiting_at": MORNING - 99 * MINUTE}, 0, []),
        # By the kiosk's own clock, however wrong.
        ({"at": MORNING + 99 * MINUTE, "waiting": 1, "oldest_waiting_at": MORNING + 95 * MINUTE}, 0, []),
        ({"clock": "doubtful"}, 0, ["clock-doubtful"]),
        ({"clock": "unknown"}, 0, []),
        ({"clock": "doubtful", "waiting": 1, "oldest_waiting_at": MORNING - 20 * MINUTE}, 9, None),
    ],
)
def test_warnings(said: dict[str, Any], minutes_ago: int, expected: list[str] | None) -> None:
    state = Heartbeat(**{"at": MORNING, "light": "green", **said})
    found = fleet.warnings(state, MORNING, MORNING, MORNING + minutes_ago * MINUTE)
    assert found == (["silent", "facts-waiting", "clock-doubtful"] if expected is None else expected)


def test_silence_is_told_once_each_way() -> None:
    silence = Silence(MORNING)
    told: list[tuple[str, str]] = []

    def at(minutes: int, **last_signs: int) -> None:
        with capture_logs() as logs:
            signs = {name: MORNING + minute * MINUTE for name, minute in last_signs.items()}
            silence.step(signs, MORNING + minutes * MINUTE)
        told.extend((entry["event"], entry["kiosk"]) for entry in logs)

    at(0, k1=0, k2=-60)
    # Nobody could be heard before the centre was there.
    at(3, k1=0, k2=-60)
    assert told == []
    at(4, k1=3, k2=-60)
    at(5, k1=3, k2=-60)
    assert told == [("kiosk_silent", "k2")]
    at(7, k1=3, k2=6)
    assert told[1:] == [("kiosk_silent", "k1"), ("kiosk_back", "k2")]
    at(20, k1=3)
    at(21, k1=3, k2=6)
    assert told[3:] == [("kiosk_silent", "k2")]


def test_of_two_heartbeats_in_one_transaction_the_last_counts(centre: Centre) -> None:
    centre.kiosk("k1")
    with centre.store.writing() as connection:
        beats = [heartbeats.Beat("k1", Heartbeat(at=MORNING, light=light), MORNING) for light in ("red", "green")]
        assert len(heartbeats.keep(connection, beats)) == 2
    with centre.store.reading() as connection:
        said = heartbeats.heard(connection)["k1"].said
    assert said is not None
    assert said.light == "green"


def test_enrolled_anew_a_kiosk_is_not_silent_for_the_machine_before(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    kiosk.http.post("/v1/heartbeats", json=beat()).raise_for_status()
    centre.moment = MORNING + 60 * MINUTE
    centre.kiosk("k1")
    with centre.store.reading() as connection:
        assert heartbeats.last_signs(connection)["k1"] == centre.moment


def test_the_running_service_notices_by_itself(centre: Centre, staged: StagedClock, tmp_path: Path) -> None:
    centre.kiosk("k1")
    log = tmp_path / "log"
    process = Process(tmp_path, log)
    try:
        httpx.get(f"{process.url}/healthz", trust_env=False).raise_for_status()
        staged.let_pass(4 * MINUTE)
        wait_until(lambda: b"kiosk_silent" in log.read_bytes(), 30.0, "silence told")
        [told] = [json.loads(line) for line in log.read_bytes().splitlines() if b"kiosk_silent" in line]
        assert (told["kiosk"], told["since"], told["level"]) == ("k1", "2026-11-23T06:50:00+00:00", "warning")
    finally:
        process.process.terminate()
        assert process.process.wait(20) == 0
