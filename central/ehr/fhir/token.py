"""Tokens by SMART Backend Services (SMART App Launch 2.2, client-confidential-asymmetric): a signed assertion each."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from central.ehr.config import EhrConfigError, Smart

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_LIFE = timedelta(minutes=4)
"""The standard allows five minutes; clocks differ."""
BEFORE_ITS_END = timedelta(seconds=30)
"""So long before it ends a token is no longer used."""
SHORTEST_LIFE = timedelta(seconds=5)

_JWK = msgspec.json.Decoder(dict[str, str | list[str]])


class NoTokenError(Exception):
    """None can be had now. The message is a word of ours."""


class Door(Protocol):
    """What is needed of HTTP: JSON answers, ``None`` where there was none that could be read."""

    def get_json(self, url: str) -> tuple[int, dict[str, object] | None]:
        """Status and answer. Raises ``UnreachableError``."""

    def post_form(self, url: str, form: dict[str, str]) -> tuple[int, dict[str, object] | None]:
        """The same of a form."""


class Discovered(msgspec.Struct, frozen=True):
    """What ``.well-known/smart-configuration`` must say."""

    token_endpoint: str


class Granted(msgspec.Struct, frozen=True):
    """What the token endpoint must answer."""

    access_token: str
    expires_in: float = 300.0


_READY = [msgspec.json.Decoder(kind) for kind in (Discovered, Granted)]
"""Worked out before two threads could do so at once (``kiosk.sync.messages``, at its end)."""


class Tokens:
    """The token of one server, cached till shortly before its end. Several threads may ask at once."""

    def __init__(self, smart: Smart, base_url: str, door: Door, now: Callable[[], datetime]) -> None:
        self._smart, self._base, self._door, self._now = smart, base_url.rstrip("/"), door, now
        self._key = private_key(smart)
        self._lock = threading.Lock()
        self._token, self._until = "", now()
        self._endpoint = smart.token_url

    def get(self) -> str:
        """A token that holds for now. Raises ``NoTokenError`` or ``UnreachableError``."""
        with self._lock:
            if not self._token or self._now() >= self._until:
                self._fetch()
            return self._token

    def drop(self, token: str) -> None:
        """The server does not take this one."""
        with self._lock:
            if token == self._token:
                self._token = ""

    def _fetch(self) -> None:
        self._token = ""
        if not self._endpoint:
            self._endpoint = self._discovered()
        form = {"grant_type": "client_credentials", "scope": self._smart.scope}
        form |= {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self._assertion()}
        status, answer = self._door.post_form(self._endpoint, form)
        if status != 200:
            raise NoTokenError(f"token-{status}")
        try:
            granted = msgspec.convert(answer, Granted)
        except msgspec.ValidationError:
            raise NoTokenError("token-not-json") from None
        life = timedelta(seconds=min(max(granted.expires_in, 0.0), 86_400.0))
        self._token = granted.access_token
        self._until = self._now() + max(life - BEFORE_ITS_END, min(life, SHORTEST_LIFE))

    def _discovered(self) -> str:
        status, answer = self._door.get_json(f"{self._base}/.well-known/smart-configuration")
        if status != 200:
            raise NoTokenError(f"discovery-{status}")
        try:
            found = msgspec.convert(answer, Discovered).token_endpoint
        except msgspec.ValidationError:
            raise NoTokenError("discovery-not-json") from None
        # An assertion is no secret for long, but whoever gets the token of a plain line has the record.
        if not found.startswith("https://") and not self._base.startswith("http://"):
            raise NoTokenError("token-endpoint-not-https")
        return found

    def _assertion(self) -> str:
        name = self._smart.client_id
        algorithm = "ES384" if isinstance(self._key, ECKey) else "RS384"
        header = {"alg": algorithm, "typ": "JWT", "kid": self._smart.key_id or self._key.thumbprint()}
        claims = {"iss": name, "sub": name, "aud": self._endpoint, "jti": secrets.token_urlsafe(24)}
        exp = int((self._now() + ASSERTION_LIFE).timestamp())
        return jwt.encode(header, claims | {"exp": exp}, self._key, algorithms=[algorithm])


def private_key(smart: Smart) -> ECKey | RSAKey:
    """The key with which assertions are signed. Raises ``EhrConfigError``, which tells nothing of the file."""
    try:
        text = smart.key_file.read_bytes()
    except OSError as error:
        raise EhrConfigError(f"{smart.key_file}: {error.strerror}") from None
    for kind in (ECKey, RSAKey):
        try:
            is_jwk = text.lstrip().startswith(b"{")
            key = kind.import_key(_JWK.decode(text) if is_jwk else text)
        except (JoseError, msgspec.MsgspecError, ValueError, TypeError, KeyError):
            continue
        if key.is_private and (isinstance(key, RSAKey) or key.curve_name == "P-384"):
            return key
    raise EhrConfigError(f"{smart.key_file}: it holds no private key of RSA or on P-384, as PEM or JWK")
