"""Who somebody is, on its way to the staff: encrypted on the kiosk to this centre's key, and opened by hand only.

Compact JWE (RFC 7516) with ECDH-ES on P-384 and A256GCM.
"""

from collections.abc import Mapping

import msgspec
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

_ALGORITHMS = ["ECDH-ES", "A256GCM"]


class SealedIdentityError(Exception):
    """What is sealed cannot be opened with this centre's key, or holds no identity."""


def new_key() -> str:
    """A private key as JSON (JWK), for the store."""
    return msgspec.json.encode(ECKey.generate_key("P-384").as_dict(private=True)).decode()


def public_half(key: str) -> dict[str, str]:
    """What kiosks are given of it."""
    jwk = msgspec.json.decode(key, type=dict[str, str])
    return {name: jwk[name] for name in ("kty", "crv", "x", "y")}


def seal(key: str, what: Mapping[str, str]) -> str:
    """Encrypt to the public half of this key."""
    public = ECKey.import_key(dict(public_half(key)))
    return jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, msgspec.json.encode(what), public)


def unseal(key: str, sealed: str) -> dict[str, str]:
    """What the kiosk sealed: an identifier with its kind, a phone number. Raises ``SealedIdentityError``."""
    private = ECKey.import_key(dict(msgspec.json.decode(key, type=dict[str, str])))
    try:
        plain = jwe.decrypt_compact(sealed, private, algorithms=_ALGORITHMS).plaintext or b""
        return msgspec.json.decode(plain, type=dict[str, str])
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError, KeyError) as error:
        # Neither the message of an error nor its cause: both may quote what was sealed.
        raise SealedIdentityError(type(error).__name__) from None
