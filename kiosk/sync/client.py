"""HTTP to the centre: the only place of the kiosk that speaks it. Every answer is checked before it is believed."""

import gzip
import re
import secrets
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import requests
from msgspec import UNSET
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.facts import Fact, Verdict
from kiosk.ports import Clock
from kiosk.sync import answers, messages
from kiosk.sync.centre_clock import CentreClock
from kiosk.sync.credentials import ASSERTION_TYPE, assertion
from kiosk.sync.meanwhile import request_is_out
from kiosk.sync.whole_answer import WholeAnswer

_PROBLEM = msgspec.json.Decoder(messages.Problem)
_FACT_RESULT = msgspec.json.Decoder(messages.FactResult)

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 15.0
LEAST_SECONDS = 1.0
"""For an answer, where what was done meanwhile took all of its time."""
REFRESH_BEFORE = 30.0
"""Seconds before its end at which a token is renewed."""
LARGEST_ANSWER = 32 * 1024 * 1024
LONGEST_TOKEN_LIFE = 86_400
NO_AUTHORITIES = "authorities-unreadable"
"""Why no certificate can be believed where the file of those who vouch for it is missing, or holds none."""
LAST_NUMBER = 999_999
"""The largest number that a ticket has room for."""

M = TypeVar("M", bound=msgspec.Struct)


class CentreError(Exception):
    """The centre could not be reached, or its answer can't be used.

    ``key`` is one of ``unreachable``, ``untrusted`` (its certificate is not believed), ``unauthorised`` (401/403: it
    knows us not), ``revoked`` (it has revoked this kiosk), ``refused`` (it will not take this request, however often),
    ``busy`` (429 and 5xx) and ``nonsense`` (an answer that is none of the protocol's). ``course`` is what is to be done
    about it, ``after`` the seconds that the centre asks to be left alone, where it does.
    """

    def __init__(
        self, key: str, detail: str = "", course: answers.Course | None = None, after: float | None = None
    ) -> None:
        super().__init__(f"{key} {detail}".strip())
        self.key = key
        self.detail = detail
        self.course = course or answers.USUAL[key]
        self.after = after


class Centre:
    """The centre, seen from one kiosk. Not shared between threads.

    ``authorities`` is a file of the certificates (PEM) that may vouch for it, in the place of the usual ones.
    """

    def __init__(
        self, url: str, kiosk: str, private_key: Mapping[str, str], clock: Clock, authorities: Path | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._kiosk = kiosk
        self._private_key = private_key
        self._clock = clock
        self._session = _session(authorities)
        self._token: str | None = None
        self._token_ends = 0.0
        self._time = CentreClock(clock)
        self.certificate_ends: datetime | None = None
        """Until when the certificate is good that the centre last showed; ``None`` without TLS."""

    @property
    def clock_word(self) -> ClockWord | None:
        """What the time is at the centre, by its last answers, those that refuse something included."""
        return self._time.word

    def close(self) -> None:
        """Close what is open."""
        self._session.close()

    def send_facts(self, facts: Sequence[Fact], body: bytes | None = None) -> list[messages.FactResult | None]:
        """Upload a batch; one result per fact in order, ``None`` where one alone could not be understood.

        ``body`` is that of the batch, where it was ``packed`` before.
        """
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        body = packed(facts) if body is None else body
        answer = self._signed("POST", "/v1/facts", _RawResults, data=body, headers=headers)
        if len(answer.results) != len(facts):
            raise CentreError("nonsense", "wrong-count", answers.Course.HALVE)
        results = [_result(raw) for raw in answer.results]
        for fact, result in zip(facts, results, strict=True):
            if result is not None and result.id not in (msgspec.UNSET, None, fact.id):
                raise CentreError("nonsense", "results-of-others", answers.Course.HALVE)
        if facts and not any(results):
            raise CentreError("nonsense", "results-not-understood", answers.Course.HALVE)
        return results

    def changes(self, cursor: str | None, wait: int, *, signed: bool = False) -> messages.Changes:
        """One page of the change feed; the centre may hold the answer for ``wait`` seconds.

        ``signed``: the rules of the site are to come as a configuration that the centre has signed.
        """
        parameters = {"wait": str(wait), **({} if cursor is None else {"cursor": cursor})}
        if signed:
            parameters["configuration"] = messages.SIGNED
        patience = ANSWER_SECONDS + wait
        answer = self._signed("GET", "/v1/changes", messages.Changes, params=parameters, patience=patience)
        if answer.since not in (msgspec.UNSET, cursor or ""):
            raise CentreError("nonsense", "changes-since-another-cursor")
        return answer

    def borrow(self, request: messages.LeaseRequest) -> messages.LeaseAnswer:
        """Borrow a block of ticket numbers."""
        headers = {"Content-Type": "application/json"}
        body = messages.encode(request)
        answer = self._signed("POST", "/v1/leases", messages.LeaseAnswer, data=body, headers=headers)
        if not _is_block(answer, request):
            raise CentreError("nonsense", "not the block asked for")
        return answer

    def beat(self, heartbeat: messages.Heartbeat) -> messages.HeartbeatAnswer:
        """Tell how this kiosk is."""
        headers = {"Content-Type": "application/json"}
        body = messages.encode(heartbeat)
        return self._signed("POST", "/v1/heartbeats", messages.HeartbeatAnswer, data=body, headers=headers)

    def close_day(self, day: date, signed: str) -> messages.DayCloseAnswer:
        """Send the close of a day, signed."""
        headers = {"Content-Type": "application/json"}
        body = messages.encode(messages.DayCloseMessage(signed=signed))
        answer = self._signed("POST", "/v1/day-closes", messages.DayCloseAnswer, data=body, headers=headers)
        if answer.day != day:
            raise CentreError("nonsense", "the answer to another day")
        return answer

    def rekey(self, signed: str) -> messages.RekeyAnswer:
        """Tell of a new key, signed with the one that this line has."""
        headers = {"Content-Type": "application/json"}
        body = messages.encode(messages.RekeyMessage(signed=signed))
        return self._signed("POST", "/v1/keys", messages.RekeyAnswer, data=body, headers=headers)

    def greet(self) -> None:
        """Get a token, if there is none, to learn whether the centre knows this kiosk. Raises ``CentreError``."""
        self._fresh_token()

    def _signed(self, method: str, path: str, kind: type[M], **options: Any) -> M:
        """A request with a token; one that is no longer good is renewed once.

        That this kiosk was revoked is believed only of who gives the tokens: it costs all that the kiosk knows.
        """
        headers = dict(options.pop("headers", {}))
        for last in (False, True):
            headers["Authorization"] = f"Bearer {self._fresh_token()}"
            try:
                return self._asked(method, path, kind, headers=headers, **options)
            except CentreError as error:
                if error.key not in ("unauthorised", "revoked"):
                    raise
                if last:
                    raise CentreError("unauthorised", error.detail) from error
                self._token = None
        raise AssertionError("unreachable")

    def _asked(self, method: str, path: str, kind: type[M], **options: Any) -> M:
        heard, now = self._time.asking(), self._clock.now
        return _ask(self._session, method, self._url + path, kind, heard=heard, shown=self._shown, now=now, **options)

    def _shown(self, certificate_ends: datetime | None) -> None:
        self.certificate_ends = certificate_ends

    def _fresh_token(self) -> str:
        if self._token is None or self._clock.monotonic() > self._token_ends - REFRESH_BEFORE:
            try:
                answer = self._ask_token()
            except CentreError as error:
                # A clock that is wrong must not keep a kiosk from the centre, which tells it the time.
                if error.key != "unauthorised" or not self._time.turn():
                    raise
                answer = self._ask_token()
            if re.fullmatch(r"[!-~]+", answer.access_token) is None:
                raise CentreError("nonsense", "a token that no header can carry")
            self._token = answer.access_token
            self._token_ends = self._clock.monotonic() + min(answer.expires_in, LONGEST_TOKEN_LIFE)
        return self._token

    def _ask_token(self) -> messages.TokenAnswer:
        url = f"{self._url}/v1/token"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(self._kiosk, url, self._private_key, self._time.assumed()),
        }
        return self._asked("POST", "/v1/token", messages.TokenAnswer, data=form, rejected="unauthorised")


def packed(facts: Sequence[Fact]) -> bytes:
    """A batch as it goes over the line."""
    batch = messages.FactBatch(facts=[msgspec.Raw(messages.encode(_message(fact))) for fact in facts])
    return gzip.compress(messages.encode(batch), compresslevel=6, mtime=0)


def enrol(url: str, code: str, public_key: dict[str, str], authorities: Path | None = None) -> messages.EnrolmentAnswer:
    """Hand in a one-time code and the public half of the kiosk's key. Raises ``CentreError``."""
    request = messages.EnrolmentRequest(code=code, public_key=public_key)
    with _session(authorities) as session:
        return _ask(
            session,
            "POST",
            f"{url.rstrip('/')}/v1/enrolments",
            messages.EnrolmentAnswer,
            data=messages.encode(request),
            headers={"Content-Type": "application/json"},
        )


def healthy(url: str, clock: Clock, patience: float = ANSWER_SECONDS, authorities: Path | None = None) -> float | None:
    """How many seconds this machine's clock is ahead of that of a centre which says that it is well.

    ``None`` where it tells no time. Raises ``CentreError``.
    """
    time = CentreClock(clock)
    with _session(authorities) as session:
        _ask(session, "GET", f"{url.rstrip('/')}/healthz", _Healthy, patience=patience, heard=time.asking())
    return None if time.word is None else time.word.offset.total_seconds()


def usual_authorities() -> str:
    """The file of the certificate authorities that are trusted to vouch for the centre, where no other is named."""
    return DEFAULT_CA_BUNDLE_PATH


def are_readable(authorities: Path) -> bool:
    """Whether the file is there and holds certificates."""
    try:
        ssl.create_default_context(cafile=authorities)
    except OSError:
        return False
    return True


class _RawResults(msgspec.Struct, frozen=True):
    """``messages.FactResults``, read one by one: one that is not understood harms no other."""

    results: list[msgspec.Raw]
    version: int = messages.VERSION


class _Healthy(msgspec.Struct):
    status: Literal["ok"]


class _Line(HTTPAdapter):
    """Connections whose read time-out counts for the whole answer."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _Http(HTTPConnection):
    response_class = WholeAnswer

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        self.timeout = _left(self.timeout)
        return super().getresponse()


class _Https(HTTPSConnection):
    response_class = WholeAnswer
    certificate_ends: datetime | None = None

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        self.timeout = _left(self.timeout)
        return super().getresponse()

    def connect(self) -> None:
        super().connect()
        # Now: an answer that ends the connection takes the socket away.
        self.certificate_ends = _ends(getattr(self.sock, "getpeercert", dict)())


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


def _left(patience: float | None) -> float | None:
    """Do what is to be done meanwhile; what that leaves of the seconds for the answer, which may be here by now."""
    began = time.monotonic()
    request_is_out()
    return None if patience is None else max(LEAST_SECONDS, patience - (time.monotonic() - began))


def _session(authorities: Path | None = None) -> requests.Session:
    session = requests.Session()
    if authorities is not None:
        session.verify = str(authorities)
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
    patience: float | None = None,
    rejected: str = "refused",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    heard: Callable[[str | None], None] = lambda _: None,
    shown: Callable[[datetime | None], None] = lambda _: None,
    **options: Any,
) -> M:
    ours = secrets.token_hex(8)
    headers = {**options.pop("headers", {}), messages.REQUEST_ID: ours}
    try:
        timeout = (CONNECT_SECONDS, ANSWER_SECONDS if patience is None else patience)
        answer = session.request(
            method, url, headers=headers, timeout=timeout, allow_redirects=False, stream=True, **options
        )
        # Now: the body may take its time. An old answer out of somebody's cache tells an old time.
        heard(answer.headers.get("Date") if answer.headers.get(messages.REQUEST_ID) == ours else None)
        with answer:
            shown(getattr(answer.raw.connection, "certificate_ends", None))
            body = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
    except (requests.RequestException, OSError, HTTPError) as error:
        untrusted = _untrusted(error)
        if untrusted is None and isinstance(session.verify, str) and not are_readable(Path(session.verify)):
            untrusted = NO_AUTHORITIES
        if untrusted is not None:
            raise CentreError("untrusted", untrusted) from error
        raise CentreError("unreachable", type(error).__name__) from error
    found = answers.rule(answer.status_code, _problem(body) if answer.status_code >= 400 else "")
    if found.course is not answers.Course.SETTLE or len(body) > LARGEST_ANSWER:
        raise _refusal(found, answer, body, rejected, now())
    try:
        message = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CentreError("nonsense", "not the expected message") from error
    if getattr(message, "version", messages.VERSION) != messages.VERSION:
        raise CentreError("nonsense", "unknown version")
    return message


def _refusal(found: answers.Rule, answer: requests.Response, body: bytes, rejected: str, now: datetime) -> CentreError:
    if found.course is answers.Course.SETTLE:
        return CentreError("nonsense", "too-long")
    detail = "" if found.key == "busy" else _problem(body)
    detail = detail or str(answer.status_code)
    after = answers.retry_after(answer.headers.get("Retry-After"), _date(answer) or now)
    if found.key == "refused" and rejected != "refused":
        return CentreError(rejected, detail)
    return CentreError(found.key, detail, found.course, after if found.key == "busy" else None)


def _date(answer: requests.Response) -> datetime | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date") or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def _result(raw: msgspec.Raw) -> messages.FactResult | None:
    try:
        result = _FACT_RESULT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # Whoever records a fact says so with a receipt.
    unproved = result.verdict in (Verdict.RECORDED, Verdict.DUPLICATE) and not result.receipt
    return None if unproved else result


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
        return _PROBLEM.decode(body).type.rsplit(":", 1)[-1][:40]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def _message(fact: Fact) -> messages.FactMessage:
    plain = messages.FactMessage(id=fact.id, seq=fact.seq, kind=fact.kind.value, at=fact.at, details=dict(fact.details))
    if not fact.order:
        return plain
    # Left out where there is nothing to say: each byte of a fact goes up the line.
    offset = UNSET if fact.offset_ms is None else fact.offset_ms
    return msgspec.structs.replace(plain, order=fact.order, clock=fact.quality.value, offset_ms=offset)
