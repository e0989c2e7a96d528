"""Who is let in, and who is not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey

from central import auth, identities
from tests.central.rig import Centre, check_in


def problem(answer: object) -> str:
    return str(answer).rpartition(":")[2]


def test_a_code_enrols_one_key_only(centre: Centre) -> None:
    code, key = centre.code("k1"), ECKey.generate_key("P-384")
    first = centre.enrol(code.lower(), key)
    assert first.json()["kiosk"] == "k1"
    assert first.json()["reserve_series"] == "K"
    other = centre.enrol(code, ECKey.generate_key("P-384"))
    assert (other.status_code, problem(other.json()["type"])) == (409, "code-used")
    assert centre.enrol(code, key).json() == first.json(), "the answer to the first was lost on the way"


def test_codes_expire_and_are_not_guessed(centre: Centre) -> None:
    code, key = centre.code("k1"), ECKey.generate_key("P-384")
    assert problem(centre.enrol("ZZZZZZZZ", key).json()["type"]) == "code-unknown"
    centre.moment += timedelta(hours=24, seconds=1)
    late = centre.enrol(code, key)
    assert (late.status_code, problem(late.json()["type"])) == (410, "code-expired")


def test_no_reserve_series_is_given_twice_nor_the_shared_one(centre: Centre) -> None:
    given = [centre.enrol(centre.code(name), ECKey.generate_key("P-384")).json() for name in ["k1"] + ["k2"] * 30]
    series = [one["reserve_series"] for one in given]
    assert len(set(series)) == 31
    assert not {"A", "L", "N", "R", "V"} & set(series), "the site's own, and those of its services"


def test_every_kiosk_gets_the_one_public_key_for_identities(centre: Centre) -> None:
    given = [centre.enrol(centre.code(name), ECKey.generate_key("P-384")).json() for name in ("k1", "k2")]
    one, other = (answer["identity_key"] for answer in given)
    assert one == other
    assert one.keys() == {"kty", "crv", "x", "y"}
    sealed = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, b'{"identifier": "x"}', ECKey.import_key(one))
    assert identities.unseal(centre.store.identity_key, sealed) == {"identifier": "x"}
    for nonsense in ("", "a.b.c.d.e", sealed[:-2], sealed.replace(".", "", 1)):
        with pytest.raises(identities.SealedIdentityError):
            identities.unseal(centre.store.identity_key, nonsense)


def test_a_private_or_another_kind_of_key_is_not_taken(centre: Centre) -> None:
    code = centre.code("k1")
    p384, p256 = ECKey.generate_key("P-384"), ECKey.generate_key("P-256")
    bad = {"kty": "EC", "crv": "P-384", "x": "AAAA", "y": "AAAA"}
    http = centre.kiosk("other").http
    for jwk in (p384.as_dict(private=True), p256.as_dict(private=False), bad, {}):
        answer = http.post("/v1/enrolments", json={"code": code, "public_key": jwk})
        assert (answer.status_code, problem(answer.json()["type"])) == (400, "malformed")
    assert centre.enrol(code, p384).status_code == 200, "none of them has used up the code"


def test_an_assertion_works_once(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assertion = kiosk.assertion()
    assert kiosk.ask_token(assertion).status_code == 200
    again = kiosk.ask_token(assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


WRONG_CLAIMS: tuple[dict[str, Any], ...] = (
    {"aud": "https://elsewhere.example/v1/token"},
    {"aud": None},
    {"iss": "k2"},
    {"sub": "nobody", "iss": "nobody"},
    {"jti": None},
    {"jti": "x" * 200},
    {"exp": None},
    {"exp": "soon"},
    {"exp": 10**30},
    {"sub": "k\x001"},
)


def test_an_assertion_with_wrong_claims_is_refused(centre: Centre) -> None:
    kiosk = centre.kiosk()
    for other in WRONG_CLAIMS:
        answer = kiosk.ask_token(kiosk.assertion(**other))
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), other


def test_an_assertion_lives_for_five_minutes(centre: Centre) -> None:
    kiosk = centre.kiosk()
    for minutes, status in ((-3, 401), (4, 200), (5, 200), (7, 401)):
        ends = int((centre.moment + timedelta(minutes=minutes)).timestamp())
        assert kiosk.ask_token(kiosk.assertion(exp=ends)).status_code == status, minutes


def test_an_assertion_by_another_key_is_refused(centre: Centre) -> None:
    kiosk = centre.kiosk()
    assert kiosk.ask_token(kiosk.assertion(ECKey.generate_key("P-384"))).status_code == 401
    forged = jwt.encode({"alg": "HS256"}, {"sub": "k1"}, OctKey.import_key(b"x" * 32))
    assert kiosk.ask_token(forged).status_code == 401
    for nonsense in ("", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30."):
        assert kiosk.ask_token(nonsense).status_code in (400, 401)


def test_the_old_machine_of_a_name_is_out_when_a_new_one_is_enrolled(centre: Centre) -> None:
    old, new = centre.kiosk("k1"), centre.kiosk("k1")
    assert old.ask_token(old.assertion()).status_code == 401
    assert new.ask_token(new.assertion()).status_code == 200


def test_wrong_forms_get_the_errors_of_oauth(centre: Centre) -> None:
    http = centre.kiosk().http
    assert http.post("/v1/token", data={"grant_type": "password"}).json()["error"] == "unsupported_grant_type"
    assert http.post("/v1/token", data={"grant_type": "client_credentials"}).json()["error"] == "invalid_request"
    assert http.post("/v1/token", content=b"\xff\xfe").json()["error"] == "invalid_request"


def test_a_token_expires_and_counts_at_its_own_centre_only(centre: Centre, tmp_path: Path) -> None:
    kiosk = centre.kiosk()
    centre.moment += auth.TOKEN_LIFE - timedelta(seconds=1)
    assert kiosk.http.get("/v1/changes").status_code == 200
    centre.moment += timedelta(seconds=1)
    late = kiosk.http.get("/v1/changes")
    assert (late.status_code, problem(late.json()["type"])) == (401, "unauthorised")
    assert "Bearer" in late.headers["WWW-Authenticate"]
    foreign = auth.issue_token(b"y" * 32, centre.store.identity, auth.Caller("k1", "kalasatama"), centre.moment)
    for header in (f"Bearer {foreign}", "Bearer", "Basic abc", ""):
        assert kiosk.http.get("/v1/changes", headers={"Authorization": header}).status_code == 401
        assert kiosk.http.post("/v1/facts", headers={"Authorization": header}, json={}).status_code == 401
    kiosk.sign_in()
    assert kiosk.http.get("/v1/changes").status_code == 200


def test_a_token_speaks_for_its_own_kiosk_and_site(centre: Centre) -> None:
    centre.seed(("V1", "040594V9030", "09:00"), site="vuosaari")
    there = centre.kiosk("k2", "vuosaari")
    assert {record["id"] for record in there.changes()["records"] if not record.get("site")} == {"vuosaari", "V1"}
    there.send(check_in("A1"))
    assert [(one.site, one.kiosk, one.matched) for one in centre.arrivals()] == [("vuosaari", "k2", False)]
