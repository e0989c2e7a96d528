"""HTTP to one FHIR server: bounded in time and size, with a token, and never off to another place."""

import json
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec
import requests
import urllib3

from central.ehr.adapter import Dead, Later, UnreachableError
from central.ehr.config import Fhir
from central.ehr.fhir.answers import Again, Answer, Good, Missing, NoToken, Resource, judge
from central.ehr.fhir.token import NoTokenError, Tokens

LARGEST = 32 << 20
"""Bytes of one answer."""
FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
CONNECT_SECONDS = 5.0

logging.getLogger("urllib3").setLevel(logging.CRITICAL)
"""Its warnings name the address that was asked, and in that may be the number of somebody."""


class FhirClient:
    """Requests to the server of one section; any thread may call."""

    def __init__(self, config: Fhir) -> None:
        self._config = config
        self._base = config.base_url.rstrip("/")
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._tokens = None if config.smart is None else Tokens(config.smart, self._base, self, _now)

    def read(self, path: str) -> Answer:
        """``GET`` of ``Appointment/123``. Raises ``UnreachableError``."""
        return self._asked("GET", f"{self._base}/{path}", {}, None)

    def search(self, kind: str, parameters: Sequence[tuple[str, str]]) -> Answer:
        """The first page of a search."""
        query = "&".join(f"{name}={quote(value, safe=':,|-')}" for name, value in parameters)
        return self._asked("GET", f"{self._base}/{kind}?{query}", {}, None)

    def page(self, url: str) -> Answer:
        """A further page. A server that sends us elsewhere would get the token there: it is not followed."""
        whole = urljoin(f"{self._base}/", url)
        if _origin(whole) != _origin(self._base):
            return Later("page-elsewhere")
        return self._asked("GET", whole, {}, None)

    def patch(self, path: str, operations: Sequence[Mapping[str, Any]], version: str) -> Answer:
        """A JSON Patch of the version that was read."""
        headers = {"Content-Type": JSON_PATCH} | _if_match(version)
        return self._asked("PATCH", f"{self._base}/{path}", headers, msgspec.json.encode(operations))

    def put(self, path: str, resource: Resource, version: str) -> Answer:
        """The whole resource, in the place of the version that was read; without one it is new."""
        headers = {"Content-Type": FHIR_JSON} | _if_match(version)
        return self._asked("PUT", f"{self._base}/{path}", headers, msgspec.json.encode(resource))

    def get_json(self, url: str) -> tuple[int, dict[str, object] | None]:
        """For ``Tokens``."""
        status, _, body = self._sent("GET", url, {"Accept": "application/json"}, None)
        return status, _json(body)

    def post_form(self, url: str, form: dict[str, str]) -> tuple[int, dict[str, object] | None]:
        """For ``Tokens``."""
        status, _, body = self._sent("POST", url, {"Accept": "application/json"}, form)
        return status, _json(body)

    def close(self) -> None:
        """Let go of every connection."""
        for session in self._sessions:
            session.close()

    def _asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer: Answer = NoToken()
        for _ in range(2):
            token = self._token()
            if isinstance(token, Later):
                return token
            more = {"Accept": FHIR_JSON} | ({"Authorization": f"Bearer {token}"} if token else {})
            if method != "GET":
                more["Prefer"] = "return=representation"
            status, said, content = self._sent(method, url, more | dict(headers), body)
            answer = judge(status, said, content, _now())
            if not isinstance(answer, NoToken):
                return answer
            if self._tokens is not None:
                self._tokens.drop(token)
        return Later("unauthorized")

    def _token(self) -> str | Later:
        try:
            return "" if self._tokens is None else self._tokens.get()
        except NoTokenError as error:
            return Later(str(error))

    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | dict[str, str] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        ends = time.monotonic() + self._config.timeout_seconds
        limits = (min(CONNECT_SECONDS, self._config.timeout_seconds), self._config.timeout_seconds)
        try:
            with self._session().request(
                method, url, headers=dict(headers), data=body, timeout=limits, allow_redirects=False, stream=True
            ) as answer:
                pieces, size = list[bytes](), 0
                # What has come, as soon as it comes: `iter_content` would wait for more as long as anything drips.
                while piece := answer.raw.read1(65_536, decode_content=True):
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST:
                        raise UnreachableError("too-large")
                    if time.monotonic() > ends:
                        raise UnreachableError("too-slow")
                said = {name.lower(): value for name, value in answer.headers.items()}
                return answer.status_code, said, b"".join(pieces)
        except (requests.Timeout, urllib3.exceptions.TimeoutError):
            raise UnreachableError("timeout") from None
        except requests.exceptions.SSLError:
            raise UnreachableError("tls") from None
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError):
            # No cause: it holds the address, and that may hold the number of somebody.
            raise UnreachableError("no-connection") from None

    def _session(self) -> requests.Session:
        found: requests.Session | None = getattr(self._local, "session", None)
        if found is None:
            found = requests.Session()
            found.trust_env = False
            if self._config.authorities is not None:
                found.verify = str(self._config.authorities)
            self._local.session = found
            self._sessions.append(found)
        return found


def _now() -> datetime:
    """The machine's own clock, even where a rehearsal plays another: servers judge assertions by theirs."""
    return datetime.now(UTC)


def reading(answer: Answer) -> Good | Missing | Later:
    """An answer to a read: what only a write can meet is as good as no answer."""
    match answer:
        case Good(resource=None):
            return Later("not-fhir")
        case Good() | Missing() | Later():
            return answer
        case Dead(reason=reason):
            return Later(reason)
        case Again() | NoToken():
            return Later("status-409")


def _if_match(version: str) -> dict[str, str]:
    return {"If-Match": f'W/"{version}"'} if version else {}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return parts.scheme, None, None


def _json(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
