"""The kiosk's own key, and the assertions that it signs (``private_key_jwt``, ES384).

RFC 7523 section 2.2, in the profile of SMART Backend Services 2.2: iss = sub = the kiosk, aud = the token URL,
at most five minutes to live, an id used once.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from joserfc import jws, jwt
from joserfc.jwk import ECKey

ALGORITHM = "ES384"
LIFE = timedelta(minutes=4)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def make_key() -> dict[str, str]:
    """A new private key (P-384) as a JWK. It is made on the kiosk and never leaves it."""
    return _strings(ECKey.generate_key("P-384", private=True).as_dict(private=True))


def public_half(private_key: Mapping[str, str]) -> dict[str, str]:
    """The part of the key that the centre may know."""
    return _strings(ECKey.import_key(dict(private_key)).as_dict(private=False))


def assertion(kiosk: str, token_url: str, private_key: Mapping[str, str], now: datetime) -> str:
    """A signed statement "I am this kiosk", for this token URL only."""
    claims = {
        "iss": kiosk,
        "sub": kiosk,
        "aud": token_url,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    key = ECKey.import_key(dict(private_key))
    return jwt.encode({"alg": ALGORITHM, "kid": kiosk}, claims, key, algorithms=[ALGORITHM])


def signed(kiosk: str, private_key: Mapping[str, str], payload: bytes) -> str:
    """The payload in a JWS (RFC 7515, compact)."""
    key = ECKey.import_key(dict(private_key))
    return jws.serialize_compact({"alg": ALGORITHM, "kid": kiosk}, payload, key, algorithms=[ALGORITHM])


def payload_of(text: str) -> bytes:
    """What a JWS of one's own says. Its signature is not looked at."""
    return jws.extract_compact(text.encode()).payload or b""


def _strings(jwk: Mapping[str, object]) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if isinstance(value, str)}
