"""What the centre may answer, and worse: real HTTP from a server that means no good."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kiosk.checkin.facts import Fact, FactKind
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import make_key
from tests.conftest import HandClock

Answer = tuple[int, bytes]
TOKEN = b'{"access_token": "t", "expires_in": 300}'
KEY = make_key()


@contextmanager
def server(answer: Callable[[str, int], Answer]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers the n-th request for a path as ``answer`` says, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            asked.append(path)
            status, body = answer(path, asked.count(path))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}", asked
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@contextmanager
def centre(url: str, clock: HandClock) -> Iterator[Centre]:
    asked = Centre(url, "kiosk-1", KEY, clock)
    try:
        yield asked
    finally:
        asked.close()


def fact(clock: HandClock) -> Fact:
    return Fact("019ab000-0000-7000-8000-000000000000", 1, FactKind.CHECKED_IN, clock.now(), {"appointment": "A1"})


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ((500, b""), "busy"),
        ((503, b"<html>down for maintenance</html>"), "busy"),
        ((429, b""), "busy"),
        ((400, b'{"type": "urn:kiosk:problem:malformed", "title": "x", "status": 400}'), "refused"),
        ((413, b""), "refused"),
        ((302, b""), "nonsense"),
        ((204, b""), "nonsense"),
        ((200, b""), "nonsense"),
        ((200, b"<html>welcome to the lobby wifi</html>"), "nonsense"),
        ((200, b'{"results": []}'), "nonsense"),
        ((200, b'{"results": [{"verdict": "splendid"}]}'), "nonsense"),
        ((200, b'{"version": 99, "results": [{"verdict": "recorded"}]}'), "nonsense"),
        ((200, b"\xff\xfe\x00"), "nonsense"),
        ((200, b"[" * 100_000), "nonsense"),
        ((403, b""), "unauthorised"),
    ],
)
def test_every_bad_answer_has_a_name(clock: HandClock, answer: Answer, key: str) -> None:
    def answers(path: str, _n: int) -> Answer:
        return (200, TOKEN) if path == "/v1/token" else answer

    with server(answers) as (url, _), centre(url, clock) as asked:
        with pytest.raises(CentreError) as error:
            asked.send_facts([fact(clock)])
        assert error.value.key == key
        assert error.value.detail != "t"


def test_a_token_is_used_again_and_renewed_once_when_it_is_refused(clock: HandClock) -> None:
    good = b'{"results": [{"verdict": "recorded", "receipt": "r"}]}'

    def answers(path: str, n: int) -> Answer:
        if path == "/v1/token":
            return 200, TOKEN
        return (401, b"") if n == 3 else (200, good)

    with server(answers) as (url, asked_for), centre(url, clock) as asked:
        for _ in range(3):
            assert asked.send_facts([fact(clock)])[0].receipt == "r"
        assert asked_for.count("/v1/token") == 2
        assert asked_for.count("/v1/facts") == 4
        clock.let_pass(280)
        asked.send_facts([fact(clock)])
        assert asked_for.count("/v1/token") == 3


def test_a_kiosk_that_is_not_known_asks_twice_and_no_more(clock: HandClock) -> None:
    with server(lambda path, _n: (200, TOKEN) if path == "/v1/token" else (401, b"")) as (url, asked_for):
        with centre(url, clock) as asked, pytest.raises(CentreError, match="unauthorised"):
            asked.changes(None, 0)
        assert asked_for.count("/v1/changes") == 2
    with server(lambda _path, _n: (400, b'{"error": "invalid_client"}')) as (url, asked_for):
        with centre(url, clock) as asked, pytest.raises(CentreError, match="unauthorised"):
            asked.changes(None, 0)
        assert asked_for == ["/v1/token"]


def test_nobody_there(clock: HandClock) -> None:
    with centre("http://127.0.0.1:1", clock) as asked, pytest.raises(CentreError, match="unreachable"):
        asked.changes(None, 0)
