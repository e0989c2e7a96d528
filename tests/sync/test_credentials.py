from datetime import UTC, datetime

from joserfc import jwt
from joserfc.jwk import ECKey

from kiosk.sync.credentials import assertion, make_key, public_half

NOW = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)


def test_an_assertion_says_who_to_whom_and_until_when() -> None:
    key = make_key()
    token = jwt.decode(
        assertion("kiosk-1", "https://centre.example/v1/token", key, NOW),
        ECKey.import_key(dict(public_half(key))),
        algorithms=["ES384"],
    )
    assert token.header["alg"] == "ES384"
    claims = token.claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == (
        "kiosk-1",
        "kiosk-1",
        "https://centre.example/v1/token",
    )
    assert 0 < claims["exp"] - NOW.timestamp() <= 300
    assert len(claims["jti"]) > 16


def test_each_assertion_has_an_id_of_its_own_and_the_secret_stays() -> None:
    key = make_key()
    assert assertion("a", "b", key, NOW) != assertion("a", "b", key, NOW)
    assert "d" in key
    assert "d" not in public_half(key)
    assert public_half(key)["crv"] == "P-384"
