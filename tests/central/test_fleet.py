"""The kiosks as the centre lists them, with the light of each one's last opening self-test."""

import json
from datetime import timedelta
from typing import Any

from tests.central.rig import MORNING, SITE, Centre, command, fact


def kiosks(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    result = command(centre.data, "kiosks", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def self_test(seq: int, light: str, codes: str, minutes: int = 0) -> dict[str, Any]:
    at = (MORNING + timedelta(minutes=minutes)).isoformat()
    return fact("self-test", seq=seq, light=light, codes=codes) | {"at": at}


def test_a_self_test_is_taken_and_the_last_one_is_listed(centre: Centre) -> None:
    # Nothing happens later than it comes in.
    centre.moment = MORNING + timedelta(minutes=6)
    one, two = centre.kiosk("k1"), centre.kiosk("k2")
    centre.kiosk("k3")
    [recorded] = one.send(self_test(1, "green", "", minutes=1))
    assert recorded["verdict"] == "recorded"
    one.send(self_test(3, "red", "disk-full printer-paper-out", minutes=5))
    # What was recorded earlier may arrive later.
    one.send(self_test(2, "green", "", minutes=3))
    two.send(fact("print-failed", arrival="x"))
    first, second, third = kiosks(centre, "--site", SITE)
    assert (first["kiosk"], first["light"], first["codes"]) == ("k1", "red", ["disk-full", "printer-paper-out"])
    assert first["tested_at"] == "2026-11-23T06:55:00Z"
    assert (second["kiosk"], second["light"], second["tested_at"]) == ("k2", None, None)
    assert second["last_fact_at"] is not None
    assert (third["kiosk"], third["last_fact_at"]) == ("k3", None)
    table = command(centre.data, "kiosks").stdout
    assert "printer-paper-out" in table
    assert kiosks(centre, "--site", "nowhere") == []
