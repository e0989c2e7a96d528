"""Every answer of a server has a rule; what a server says is never passed on. Real sockets where bytes matter."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.ehr.adapter import Dead, Kind, Later, Letter, UnreachableError
from central.ehr.config import Fhir, Place
from central.ehr.fhir.adapter import FhirAdapter
from central.ehr.fhir.answers import Again, Answer, Good, Missing, NoToken, judge
from central.ehr.fhir.polling import Poll

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
OUTCOME = b'{"resourceType":"OperationOutcome","issue":[{"code":"business-rule","diagnostics":"010594Y9032 is wrong"}]}'
HTML = b"<html><body>Log in to HospitalGuest</body></html>"
BOOKED = b'{"resourceType":"Appointment","id":"a1","status":"booked","meta":{"versionId":"3"}}'


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, BOOKED, Good(msgspec.json.decode(BOOKED), "3")),
        (200, {"etag": 'W/"4"'}, BOOKED, Good(msgspec.json.decode(BOOKED), "4")),
        (200, {"etag": '"5"'}, b"", Good(None, "5")),
        (204, {}, b"", Good(None, "")),
        (200, {}, OUTCOME, Good(None, "")),
        (200, {}, HTML, Later("not-fhir")),
        (200, {}, BOOKED[:40], Later("not-fhir")),
        (200, {}, b"[1]", Later("not-fhir")),
        (201, {}, b'{"id":"x"}', Later("not-fhir")),
        (302, {"location": "https://login"}, HTML, Later("redirected")),
        (304, {}, b"", Later("redirected")),
        (400, {}, OUTCOME, Dead("refused-400-business-rule")),
        (400, {}, HTML, Later("not-fhir-400")),
        (401, {}, OUTCOME, NoToken()),
        (403, {}, OUTCOME, Later("forbidden")),
        (404, {}, OUTCOME, Missing()),
        (404, {}, HTML, Later("not-fhir-404")),
        (405, {}, OUTCOME, Later("status-405")),
        (409, {}, OUTCOME, Again()),
        (410, {}, OUTCOME, Missing(deleted=True)),
        (410, {}, b"", Later("not-fhir-410")),
        (412, {}, b"", Again()),
        (413, {}, HTML, Later("not-fhir-413")),
        (415, {}, OUTCOME, Later("status-415")),
        (422, {}, OUTCOME, Dead("refused-422-business-rule")),
        (422, {}, OUTCOME.replace(b"business-rule", b"010594Y9032"), Dead("refused-422")),
        (429, {"retry-after": "7"}, b"", Later("busy", after=timedelta(seconds=7))),
        (429, {"retry-after": "999999999999"}, b"", Later("busy", after=timedelta(hours=1))),
        (503, {"retry-after": "Mon, 23 Nov 2026 07:00:30 GMT"}, HTML, Later("busy", after=timedelta(seconds=30))),
        (503, {"retry-after": "Mon, 23 Nov 2026 06:00:30 GMT"}, HTML, Later("busy", after=timedelta())),
        (503, {"retry-after": "soon"}, HTML, Later("busy")),
        (500, {}, HTML, Later("status-500")),
        (502, {}, b"", Later("status-502")),
        (418, {}, b"", Later("not-fhir-418")),
    ],
)
def test_the_rule_for_each_answer(status: int, headers: dict[str, str], body: bytes, expected: Answer) -> None:
    assert judge(status, headers, body, NOW) == expected


@given(st.integers(100, 599), st.dictionaries(st.sampled_from(["etag", "retry-after"]), st.text()), st.binary())
def test_no_answer_is_without_a_rule(status: int, headers: dict[str, str], body: bytes) -> None:
    assert judge(status, headers, body, NOW) is not None


class Scripted(BaseHTTPRequestHandler):
    """Answers from a list of raw answers, one a request; the last for ever."""

    script: ClassVar[list[bytes]] = []
    asked: ClassVar[list[str]] = []
    protocol_version = "HTTP/1.0"

    def _any(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append(f"{self.command} {self.path}")
        self.wfile.write(self.script.pop(0) if len(self.script) > 1 else self.script[0])
        self.close_connection = True

    do_GET = do_PUT = do_PATCH = do_POST = _any  # noqa: N815 - names of the standard library

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    bound = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=bound.serve_forever)
    thread.start()
    Scripted.asked.clear()
    yield f"http://127.0.0.1:{bound.server_port}/fhir"
    bound.shutdown()
    thread.join()
    bound.server_close()


def answer(status: int, body: bytes, length: int | None = None, **headers: str) -> bytes:
    lines = [f"HTTP/1.0 {status} X", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def adapter(url: str, **more: Any) -> FhirAdapter:
    places = (Place(code="Location/1", site="kalasatama", unit="dental", area="B2"),)
    config = Fhir(name="apotti", base_url=url, places=places, timeout_seconds=1.0, **more)
    return FhirAdapter(config, lambda: NOW, dict)


LETTER = Letter(1, "x-1", "kalasatama", "a1", "f-1", Kind.ARRIVED, "A 001", NOW, "a1", 1)
ARRIVED = (
    b'{"resourceType":"Appointment","id":"a1","status":"arrived","meta":{"versionId":"4"},"extension":[{"url":'
    b'"https://hl7.fi/fhir/finnish-scheduling/StructureDefinition/ticket-number","valueString":"A 001"}]}'
)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([answer(200, HTML)], Later("not-fhir")),
        ([answer(200, BOOKED, length=500)], Later("no-connection")),
        ([answer(302, b"", Location="https://elsewhere.example/")], Later("redirected")),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], Later("no-connection")),
        ([b""], Later("no-connection")),
        ([answer(404, OUTCOME)], Dead("not-found-there")),
        ([answer(410, OUTCOME)], Dead("gone-there")),
        ([answer(401, b"")], Later("unauthorized")),
        ([answer(200, BOOKED), answer(422, OUTCOME)], Dead("refused-422-business-rule")),
        ([answer(200, BOOKED), answer(500, HTML)], Later("status-500")),
        ([answer(200, b'{"resourceType":"Patient","id":"a1"}')], Later("not-an-appointment", whole=False)),
        # Written, they say, but what is read back says otherwise, time after time.
        ([answer(200, BOOKED)], Later("busy-there", whole=False)),
        ([answer(200, BOOKED), answer(412, b""), answer(200, ARRIVED)], None),
        ([answer(200, BOOKED), answer(200, b""), answer(200, ARRIVED)], None),
        # The write was cut off: whether it was done, the next try reads.
        ([answer(200, BOOKED), b"HTTP/1.0 200 OK\r\nContent-Length: 90\r\n\r\n{"], Later("no-connection")),
    ],
)
def test_a_delivery_meets_nonsense(server: str, script: list[bytes], expected: object) -> None:
    Scripted.script = list(script)
    outcome = adapter(server).deliver(LETTER)
    if expected is None:
        assert type(outcome).__name__ == "Delivered"
    else:
        assert outcome == expected


def test_a_version_that_is_not_told_forbids_writing_over_the_whole(server: str) -> None:
    Scripted.script = [
        answer(200, BOOKED.replace(b'"meta":{"versionId":"3"},', b"").replace(b',"meta":{"versionId":"3"}', b""))
    ]
    assert adapter(server, arrival="put").deliver(LETTER) == Dead("no-version-there")
    assert all(one.startswith("GET") for one in Scripted.asked)


class Sink:
    """An inbox that keeps nothing."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    def place(self) -> str | None:
        return None

    def take(self, incoming: Any, place: str | None = None) -> dict[str, str]:
        self.taken += [*incoming, place]
        return {}

    def known(self, remotes: Any) -> dict[str, str]:
        return {}

    def poked(self) -> bool:
        return False

    def mine(self) -> bool:
        return True


def bundle(*onward: str, **more: Any) -> bytes:
    links = [{"relation": "next", "url": one} for one in onward]
    entry = [{"resource": msgspec.Raw(BOOKED)}]
    return msgspec.json.encode({"resourceType": "Bundle", "link": links, "entry": entry, **more})


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([answer(200, HTML)], "not-fhir"),
        ([answer(200, BOOKED)], "not-a-bundle"),
        ([answer(404, OUTCOME)], "not-a-bundle"),
        ([answer(200, bundle("https://elsewhere.example/fhir?page=2"))], "page-elsewhere"),
        ([answer(200, bundle("?page=2")), answer(200, bundle("?page=2"))], "pages-in-a-circle"),
        ([answer(200, bundle("?page=2")), answer(503, b"", Retry_After="5")], "busy"),
        ([answer(200, bundle(total=2))], "pages-end-early"),
        ([answer(200, bundle("?page=2", total=3)), answer(200, bundle(total=3))], "pages-end-early"),
    ],
)
def test_reading_meets_nonsense(server: str, script: list[bytes], why: str) -> None:
    Scripted.script = list(script)
    poll: Poll = adapter(server)._poll
    sink = Sink()
    with pytest.raises(UnreachableError, match=f"^{why}$"):
        poll.once(sink)
    assert all(one is None or not isinstance(one, str) for one in sink.taken), "the place must not move"


def test_a_server_that_drips_is_given_up(server: str) -> None:
    class Dripping(Scripted):
        def _any(self) -> None:
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 100000\r\n\r\n")
            try:
                while True:
                    self.wfile.write(b"x" * 10)
                    self.wfile.flush()
                    if stopped.wait(0.2):
                        return
            except OSError:
                return

        do_GET = _any  # noqa: N815

    stopped = threading.Event()
    bound = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    thread = threading.Thread(target=bound.serve_forever)
    thread.start()
    try:
        outcome = adapter(f"http://127.0.0.1:{bound.server_port}").deliver(LETTER)
    finally:
        stopped.set()
        bound.shutdown()
        thread.join()
        bound.server_close()
    assert outcome == Later("too-slow")
