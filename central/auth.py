"""Who calls: enrolment codes, signed assertions of kiosks, and short-lived access tokens.

Assertions are RFC 7523 ``private_key_jwt`` as SMART Backend Services profiles it (ES384, five minutes, ``jti`` once).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey, OctKey
from joserfc.jwt import JWTClaimsRegistry

from kiosk.sync.messages import Key

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_LIFE = timedelta(hours=24)
TOKEN_LIFE = timedelta(minutes=5)
LONGEST_ASSERTION = timedelta(minutes=5)
MOST_GOOD = 200_000
"""Tokens that are known to be good, about 100 MB of them: those of as many kiosks as one node may have."""
SKEW = timedelta(seconds=60)
"""How far a kiosk's clock may be off before its assertions fail."""

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenForm(msgspec.Struct, frozen=True, kw_only=True):
    """``POST /v1/token`` as a form (RFC 6749 section 4.4, RFC 7523 section 2.2)."""

    grant_type: Literal["client_credentials"]
    client_assertion_type: Literal["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    client_assertion: Annotated[str, msgspec.Meta(max_length=4096)]


class OAuthError(msgspec.Struct, frozen=True, kw_only=True):
    """Why no token was given (RFC 6749 section 5.2)."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type"]
    error_description: str = ""


class OAuthRefusal(Exception):  # noqa: N818 - an answer of the protocol
    """Ends a request for a token."""

    def __init__(self, answer: OAuthError) -> None:
        super().__init__(answer.error)
        self.answer = answer


@dataclass(frozen=True)
class Assertion:
    """A kiosk's signed word that it is itself, by ``key``. It may be used once till ``expires_at``."""

    kiosk: str
    jti: str
    expires_at: datetime
    key: Mapping[str, str]


@dataclass(frozen=True)
class Caller:
    """The kiosk behind an access token."""

    kiosk: str
    site: str


class _Subject(msgspec.Struct, frozen=True):
    sub: Key


_SUBJECT = msgspec.json.Decoder(_Subject)


class _Bearer(msgspec.Struct, frozen=True):
    sub: str
    site: str
    exp: int


def new_code() -> str:
    """An enrolment code of about 39 bits, in letters and digits that nobody confuses."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def code_hash(pepper: bytes, code: str) -> str:
    """What is stored of a code. Case, spaces and hyphens are as people type them."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hmac.digest(pepper, plain.encode(), hashlib.sha256).hex()


def public_key(jwk: Mapping[str, str]) -> dict[str, str]:
    """The public P-384 key in a JWK, bare of anything else.

    Raises ``ValueError`` where it is no such key, or holds the private half, which must not leave the kiosk.
    """
    if "d" in jwk:
        raise ValueError("the private half of the key was sent; make a new key")
    bare = {name: jwk.get(name, "") for name in ("kty", "crv", "x", "y")}
    if (bare["kty"], bare["crv"]) != ("EC", "P-384"):
        raise ValueError("the key is not an EC key on P-384")
    try:
        _ = ECKey.import_key(dict(bare)).public_key
    except (JoseError, ValueError, TypeError) as error:
        raise ValueError("the key is not a point on P-384") from error
    return bare


def read_assertion(
    text: str, keys_of: Callable[[str], Sequence[Mapping[str, str]]], audiences: Collection[str], now: datetime
) -> Assertion:
    """Check a client assertion.

    ``keys_of`` gives a kiosk's public keys, none where it is not known; ``audiences`` are the token addresses of this
    centre. Raises ``OAuthRefusal``.
    """
    try:
        unchecked = jws.extract_compact(text.encode()).payload or b""
        subject = _SUBJECT.decode(unchecked).sub
        keys = keys_of(subject)
        if not keys:
            raise _refused("the kiosk is not enrolled, or its key is another one")
        key, claims = _verified(text, keys)
        required = {
            "iss": {"essential": True, "value": subject},
            "sub": {"essential": True},
            "aud": {"essential": True, "values": list(audiences)},
            "exp": {"essential": True},
            "jti": {"essential": True},
        }
        seconds = int(now.timestamp())
        JWTClaimsRegistry(seconds, int(SKEW.total_seconds()), **required).validate(claims)  # type: ignore[arg-type]
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    except (JoseError, msgspec.MsgspecError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise _refused(_why(error)) from error
    if expires_at > now + LONGEST_ASSERTION + SKEW:
        raise _refused("exp lies more than five minutes ahead")
    if not 1 <= len(claims["jti"]) <= 128 or "\x00" in claims["jti"]:
        raise _refused("jti must have 1 to 128 characters")
    # Kept till the skew has passed too: an assertion is accepted that long.
    return Assertion(subject, claims["jti"], expires_at + SKEW, key)


def replayed() -> OAuthRefusal:
    """The answer to an assertion that was used before."""
    return _refused("jti was used before")


def issue_token(secret: bytes, issuer: str, caller: Caller, now: datetime) -> str:
    """An access token for ``TOKEN_LIFE``."""
    # No iat: were this clock set back, it would make every token that is out invalid.
    ends = int((now + TOKEN_LIFE).timestamp())
    claims = {"iss": issuer, "sub": caller.kiosk, "site": caller.site, "exp": ends}
    return jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, OctKey.import_key(secret))


class Tokens:
    """Reads the access tokens of one centre. One that was found good is not taken apart again before it expires."""

    def __init__(self, secret: bytes, issuer: str) -> None:
        self._key = OctKey.import_key(secret)
        self._issuer = issuer
        self._good: dict[str, tuple[Caller, int]] = {}

    def caller(self, text: str, now: datetime) -> Caller | None:
        """Whose token it is; ``None`` where it is none of this centre's, or has expired."""
        seconds = int(now.timestamp())
        caller, ends = self._good.get(text) or self._read(text, seconds)
        return caller if seconds < ends else None

    def _read(self, text: str, seconds: int) -> tuple[Caller | None, int]:
        try:
            claims = jwt.decode(text, self._key, algorithms=["HS256"]).claims
            required = {"iss": {"essential": True, "value": self._issuer}, "exp": {"essential": True}}
            JWTClaimsRegistry(seconds, **required).validate(claims)  # type: ignore[arg-type]
            bearer = msgspec.convert(claims, _Bearer)
        except (JoseError, msgspec.MsgspecError, ValueError, TypeError):
            return None, 0
        if len(self._good) >= MOST_GOOD:
            self._good.clear()
        self._good[text] = found = Caller(bearer.sub, bearer.site), bearer.exp
        return found


def _verified(text: str, keys: Sequence[Mapping[str, str]]) -> tuple[Mapping[str, str], dict[str, Any]]:
    """The first key by which it was signed, and what it claims. Raises ``JoseError``."""
    for key in keys[:-1]:
        with suppress(BadSignatureError):
            return key, jwt.decode(text, ECKey.import_key(dict(key)), algorithms=["ES384"]).claims
    return keys[-1], jwt.decode(text, ECKey.import_key(dict(keys[-1])), algorithms=["ES384"]).claims


def _refused(description: str) -> OAuthRefusal:
    return OAuthRefusal(OAuthError(error="invalid_client", error_description=description))


def _why(error: Exception) -> str:
    if isinstance(error, JoseError):
        return error.description or error.error
    return "the assertion is not a JWT as RFC 7523 has it"
