"""A kiosk that was revoked is let in no more, and learns why; nobody else does."""

import json

import pytest
from joserfc.jwk import ECKey

from kiosk.scenario.stagehand import wait_until
from tests.central.rig import Centre, check_in, command

SECONDS = 20.0
REVOKED = "urn:kiosk:problem:revoked"


def revoke(centre: Centre, name: str) -> str:
    result = command(centre.data, "revoke", name)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_it_gets_no_token_and_the_one_that_it_has_ends_soon(centre: Centre) -> None:
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    kiosk.send(check_in("A1"))
    assert revoke(centre, "k1") == "k1: revoked\n"
    refused = kiosk.ask_token(kiosk.assertion())
    assert (refused.status_code, refused.json()["type"]) == (403, REVOKED)
    wait_until(lambda: kiosk.http.get("/v1/changes").status_code == 403, SECONDS, "token refused")
    late = kiosk.http.post("/v1/facts", json={"facts": [check_in("A2")]})
    assert (late.status_code, late.json()["type"]) == (403, REVOKED)
    assert kiosk.http.post("/v1/heartbeats", json={"at": centre.moment.isoformat(), "light": "red"}).status_code == 403
    other.send(check_in("A3"))
    assert {one.appointment for one in centre.arrivals()} == {"A1", "A3"}, "what it has brought stays"


def test_who_has_not_its_key_does_not_learn_of_it(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    revoke(centre, "k1")
    stranger = kiosk.ask_token(kiosk.assertion(ECKey.generate_key("P-384")))
    assert (stranger.status_code, stranger.json()["error"]) == (401, "invalid_client")


def test_a_machine_that_is_enrolled_anew_by_its_name_is_let_in(centre: Centre) -> None:
    old = centre.kiosk("k1")
    revoke(centre, "k1")
    new = centre.kiosk("k1")
    wait_until(lambda: new.http.get("/v1/changes").status_code == 200, SECONDS, "let in")
    assert old.ask_token(old.assertion()).status_code == 401
    assert json.loads(command(centre.data, "kiosks", "--json").stdout)[0]["kiosk"] == "k1"


@pytest.mark.parametrize(
    ("name", "code", "said"), [("k1", 0, "was revoked before"), ("nobody", 1, "no kiosk is called")]
)
def test_the_command_says_what_it_did(centre: Centre, name: str, code: int, said: str) -> None:
    centre.kiosk("k1")
    revoke(centre, "k1")
    result = command(centre.data, "revoke", name)
    assert (result.exit_code, said in result.stdout + result.stderr) == (code, True)
