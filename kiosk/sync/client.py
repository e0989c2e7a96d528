"""HTTP to the centre: the only place of the kiosk that speaks it. Every answer is checked before it is believed."""

import gzip
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar

import msgspec
import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from kiosk.checkin.facts import Fact, Verdict
from kiosk.ports import Clock
from kiosk.sync import messages
from kiosk.sync.credentials import ASSERTION_TYPE, assertion
from kiosk.sync.whole_answer import WholeAnswer

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 15.0
REFRESH_BEFORE = 30.0
"""Seconds before its end at which a token is renewed."""
LARGEST_ANSWER = 32 * 1024 * 1024
LONGEST_TOKEN_LIFE = 86_400
LAST_NUMBER = 999_999
"""The largest number that a ticket has room for."""

M = TypeVar("M", bound=msgspec.Struct)


class CentreError(Exception):
    """The centre could not be reached, or its answer can't be used.

    ``key`` is one of ``unreachable``, ``untrusted`` (its certificate is not believed), ``unauthorised`` (401/403: it
    knows us not), ``refused`` (it will not take this request, however often), ``busy`` (429 and 5xx) and ``nonsense``
    (an answer that is none of the protocol's).
    """

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key
        self.detail = detail


class Centre:
    """The centre, seen from one kiosk. Not shared between threads."""

    def __init__(self, url: str, kiosk: str, private_key: Mapping[str, str], clock: Clock) -> None:
        self._url = url.rstrip("/")
        self._kiosk = kiosk
        self._private_key = private_key
        self._clock = clock
        self._session = _session()
        self._token: str | None = None
        self._token_ends = 0.0
        self.clock_offset: float | None = None
        """Seconds that this machine's wall clock is ahead of the centre's, by its last answer; to a second or so."""
        self.certificate_ends: datetime | None = None
        """Until when the certificate is good that the centre last showed; ``None`` without TLS."""

    def close(self) -> None:
        """Close what is open."""
        self._session.close()

    def send_facts(self, facts: Sequence[Fact]) -> list[messages.FactResult]:
        """Upload a batch; one result per fact in order."""
        batch = messages.FactBatch(facts=[msgspec.Raw(messages.encode(_message(fact))) for fact in facts])
        body = gzip.compress(messages.encode(batch), compresslevel=6)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        answer = self._signed("POST", "/v1/facts", messages.FactResults, data=body, headers=headers)
        if len(answer.results) != len(facts):
            raise CentreError("nonsense", f"{len(answer.results)} results for {len(facts)} facts")
        for fact, result in zip(facts, answer.results, strict=True):
            if result.id not in (msgspec.UNSET, None, fact.id):
                raise CentreError("nonsense", "a result for another fact")
            if result.verdict in (Verdict.RECORDED, Verdict.DUPLICATE) and not result.receipt:
                raise CentreError("nonsense", "no receipt")
        return answer.results

    def changes(self, cursor: str | None, wait: int) -> messages.Changes:
        """One page of the change feed; the centre may hold the answer for ``wait`` seconds."""
        parameters = {"wait": str(wait), **({} if cursor is None else {"cursor": cursor})}
        patience = ANSWER_SECONDS + wait
        return self._signed("GET", "/v1/changes", messages.Changes, params=parameters, patience=patience)

    def borrow(self, request: messages.LeaseRequest) -> messages.LeaseAnswer:
        """Borrow a block of ticket numbers."""
        headers = {"Content-Type": "application/json"}
        body = messages.encode(request)
        answer = self._signed("POST", "/v1/leases", messages.LeaseAnswer, data=body, headers=headers)
        if not _is_block(answer, request):
            raise CentreError("nonsense", "not the block asked for")
        return answer

    def greet(self) -> None:
        """Get a token, if there is none, to learn whether the centre knows this kiosk. Raises ``CentreError``."""
        self._fresh_token()

    def _signed(self, method: str, path: str, kind: type[M], **options: Any) -> M:
        """A request with a token; one that is no longer good is renewed once."""
        headers = dict(options.pop("headers", {}))
        for last in (False, True):
            headers["Authorization"] = f"Bearer {self._fresh_token()}"
            try:
                return self._asked(method, path, kind, headers=headers, **options)
            except CentreError as error:
                if error.key != "unauthorised" or last:
                    raise
                self._token = None
        raise AssertionError("unreachable")

    def _asked(self, method: str, path: str, kind: type[M], **options: Any) -> M:
        return _ask(self._session, method, self._url + path, kind, heard=self._heard, shown=self._shown, **options)

    def _shown(self, certificate_ends: datetime | None) -> None:
        self.certificate_ends = certificate_ends

    def _heard(self, date: str | None) -> None:
        try:
            self.clock_offset = (self._clock.now() - parsedate_to_datetime(date or "")).total_seconds()
        except (ValueError, TypeError, OverflowError):
            self.clock_offset = None

    def _fresh_token(self) -> str:
        if self._token is None or self._clock.monotonic() > self._token_ends - REFRESH_BEFORE:
            url = f"{self._url}/v1/token"
            form = {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion(self._kiosk, url, self._private_key, self._clock.now()),
            }
            answer = _ask(self._session, "POST", url, messages.TokenAnswer, data=form, rejected="unauthorised")
            if re.fullmatch(r"[!-~]+", answer.access_token) is None:
                raise CentreError("nonsense", "a token that no header can carry")
            self._token = answer.access_token
            self._token_ends = self._clock.monotonic() + min(answer.expires_in, LONGEST_TOKEN_LIFE)
        return self._token


def enrol(url: str, code: str, public_key: dict[str, str]) -> messages.EnrolmentAnswer:
    """Hand in a one-time code and the public half of the kiosk's key. Raises ``CentreError``."""
    request = messages.EnrolmentRequest(code=code, public_key=public_key)
    with _session() as session:
        return _ask(
            session,
            "POST",
            f"{url.rstrip('/')}/v1/enrolments",
            messages.EnrolmentAnswer,
            data=messages.encode(request),
            headers={"Content-Type": "application/json"},
        )


def healthy(url: str, clock: Clock, patience: float = ANSWER_SECONDS) -> float | None:
    """How many seconds this machine's clock is ahead of that of a centre which says that it is well.

    ``None`` where it tells no time. Raises ``CentreError``.
    """
    told: list[str | None] = []
    with _session() as session:
        _ask(session, "GET", f"{url.rstrip('/')}/healthz", _Healthy, patience=patience, heard=told.append)
    try:
        return (clock.now() - parsedate_to_datetime(told[0] or "")).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def authorities() -> str:
    """The file of the certificate authorities that are trusted to vouch for the centre."""
    return DEFAULT_CA_BUNDLE_PATH


class _Healthy(msgspec.Struct):
    status: Literal["ok"]


class _Line(HTTPAdapter):
    """Connections whose read time-out counts for the whole answer."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _Http(HTTPConnection):
    response_class = WholeAnswer


class _Https(HTTPSConnection):
    response_class = WholeAnswer
    certificate_ends: datetime | None = None

    def connect(self) -> None:
        super().connect()
        # Now: an answer that ends the connection takes the socket away.
        self.certificate_ends = _ends(getattr(self.sock, "getpeercert", dict)())


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


def _session() -> requests.Session:
    session = requests.Session()
    # Proxies and credentials of the environment are not ours to follow.
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Line())
    return session


def _ask(
    session: requests.Session,
    method: str,
    url: str,
    kind: type[M],
    *,
    patience: float = ANSWER_SECONDS,
    rejected: str = "refused",
    heard: Callable[[str | None], None] = lambda _: None,
    shown: Callable[[datetime | None], None] = lambda _: None,
    **options: Any,
) -> M:
    try:
        answer = session.request(
            method, url, timeout=(CONNECT_SECONDS, patience), allow_redirects=False, stream=True, **options
        )
        with answer:
            shown(getattr(answer.raw.connection, "certificate_ends", None))
            body = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
    except (requests.RequestException, OSError, HTTPError) as error:
        untrusted = _untrusted(error)
        if untrusted is not None:
            raise CentreError("untrusted", untrusted) from error
        raise CentreError("unreachable", type(error).__name__) from error
    heard(answer.headers.get("Date"))
    if answer.status_code in (401, 403):
        raise CentreError("unauthorised", _problem(body))
    if answer.status_code == 429 or answer.status_code >= 500:
        raise CentreError("busy", str(answer.status_code))
    if answer.status_code >= 400:
        raise CentreError(rejected, _problem(body) or str(answer.status_code))
    if answer.status_code not in (200, 201) or len(body) > LARGEST_ANSWER:
        raise CentreError("nonsense", str(answer.status_code))
    try:
        message = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CentreError("nonsense", "not the expected message") from error
    if getattr(message, "version", messages.VERSION) != messages.VERSION:
        raise CentreError("nonsense", "unknown version")
    return message


def _untrusted(error: BaseException) -> str | None:
    """OpenSSL's word for why a certificate was not believed; ``None`` where it was something else."""
    seen: list[object] = [error]
    for one in seen:
        if isinstance(one, ssl.SSLCertVerificationError):
            return one.verify_message
        if isinstance(one, BaseException):
            # requests and urllib3 wrap it three deep, here as a cause, there as a reason or an argument.
            inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            seen += [each for each in inner if isinstance(each, BaseException) and each not in seen]
    return None


def _ends(certificate: Mapping[str, Any] | None) -> datetime | None:
    """Until when a certificate is good, from ``SSLSocket.getpeercert()``."""
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds((certificate or {})["notAfter"]), UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _is_block(answer: messages.LeaseAnswer, request: messages.LeaseRequest) -> bool:
    series = re.escape(request.series) or "[A-Z]{1,2}"
    return (
        (answer.id, answer.day) == (request.id, request.day)
        and 1 <= answer.first <= answer.last <= LAST_NUMBER
        and re.fullmatch(series, answer.series) is not None
    )


def _problem(body: bytes) -> str:
    """The key of a problem (RFC 9457), for the log; an answer of another make has none."""
    try:
        return msgspec.json.decode(body, type=messages.Problem).type.rsplit(":", 1)[-1][:40]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _message(fact: Fact) -> messages.FactMessage:
    return messages.FactMessage(id=fact.id, seq=fact.seq, kind=fact.kind.value, at=fact.at, details=dict(fact.details))
