"""Signing in at the city's own provider: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), state and nonce.

Blocking: call it from a thread.
"""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from central.people.settings import PeopleConfig

TIMEOUT = 10
"""Seconds for each answer of the provider."""
METADATA_LIFE = timedelta(hours=1)
_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
_LEEWAY = 60
_UNFIT = (AuthlibBaseError, JoseError, requests.RequestException, msgspec.MsgspecError, KeyError, ValueError, TypeError)
"""What an answer that does not hold ends in."""


class ProviderError(Exception):
    """The provider could not be asked, or what it said does not hold. The message quotes nothing it said."""


class _Metadata(msgspec.Struct, frozen=True):
    """OpenID Connect Discovery 1.0, section 3, as far as it is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""


@dataclass(frozen=True)
class Leaving:
    """Where the browser goes, and what must fit when it is back."""

    address: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """The provider of the configuration."""

    def __init__(self, settings: PeopleConfig) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._known: tuple[datetime, _Metadata] | None = None

    def leave(self, redirect: str, now: datetime) -> Leaving:
        """The address of the provider's page. Raises ``ProviderError``."""
        metadata = self._metadata(now)
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with self._session(redirect) as session:
            address, state = session.create_authorization_url(
                metadata.authorization_endpoint, nonce=nonce, code_verifier=verifier, state=secrets.token_urlsafe(32)
            )
        return Leaving(str(address), str(state), nonce, verifier)

    def redeem(self, code: str, nonce: str, verifier: str, redirect: str, now: datetime) -> Mapping[str, object]:
        """The checked claims of whoever came back with a code. Raises ``ProviderError``."""
        metadata = self._metadata(now)
        try:
            with self._session(redirect) as session:
                token = session.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    timeout=TIMEOUT,
                )
                keys = KeySet.import_key_set(self._fetched(metadata.jwks_uri, dict[str, Any]))
                signed = jwt.decode(token["id_token"], keys, algorithms=_ALGORITHMS)
                claims = CodeIDToken(signed.claims, signed.header, *self._wanted(metadata, nonce, token))
                claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
                more = _more(session, metadata, str(claims["sub"]))
        except _UNFIT as error:
            raise ProviderError(type(error).__name__) from error
        return {**more, **claims}

    def _wanted(self, metadata: _Metadata, nonce: str, token: Mapping[str, Any]) -> tuple[Any, Any]:
        client = self._settings.client_id
        options = {"iss": {"essential": True, "value": metadata.issuer}, "aud": {"essential": True, "value": client}}
        return options, {"nonce": nonce, "client_id": client, "access_token": token.get("access_token")}

    def _session(self, redirect: str) -> OAuth2Session:
        file = self._settings.client_secret_file
        try:
            secret = None if file is None else file.read_text().strip()
        except OSError as error:
            raise ProviderError("the client's secret cannot be read") from error
        return OAuth2Session(
            self._settings.client_id,
            secret,
            scope=" ".join(self._settings.scopes),
            redirect_uri=redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="none" if secret is None else "client_secret_basic",
        )

    def _metadata(self, now: datetime) -> _Metadata:
        with self._lock:
            if self._known is None or not timedelta() <= now - self._known[0] < METADATA_LIFE:
                issuer = self._settings.issuer.rstrip("/")
                found = self._fetched(f"{issuer}/.well-known/openid-configuration", _Metadata)
                if found.issuer.rstrip("/") != issuer:
                    raise ProviderError("it calls itself by another name")
                self._known = now, found
            return self._known[1]

    def _fetched(self, address: str, kind: type[Any]) -> Any:
        try:
            answer = requests.get(address, timeout=TIMEOUT)
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=kind)
        except (requests.RequestException, msgspec.MsgspecError, ValueError) as error:
            raise ProviderError(type(error).__name__) from error


def _more(session: OAuth2Session, metadata: _Metadata, subject: str) -> Mapping[str, object]:
    """What the provider tells besides the ID token (OpenID Connect Core 1.0, 5.3): many tell roles only there."""
    if not metadata.userinfo_endpoint:
        return {}
    answer = session.get(metadata.userinfo_endpoint, timeout=TIMEOUT)
    answer.raise_for_status()
    told: dict[str, object] = msgspec.json.decode(answer.content, type=dict[str, Any])
    # 5.3.2: it must be of the same person.
    if told.get("sub") != subject:
        raise ProviderError("it told of somebody else")
    return told
