"""The proxy does what each trouble says: to whoever asks, and to the server behind it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic

import pytest
import requests

from kiosk.scenario.stagehand import wait_until
from tests.line.proxy import DRIP, HAVE_IT, HOLD, LATE_BY, QUICK, FaultProxy, Trouble
from tests.line.wire import LOOPBACK
from tests.sync.wicked_server import server

ANSWER = b'{"results": [1, 2, 3]}'
PATIENCE = 0.5
STATUS = {
    Trouble.EMPTY: 200,
    Trouble.TRUNCATED: 200,
    Trouble.PORTAL: 200,
    Trouble.DUPLICATE: 200,
    Trouble.LOST_IN_500: 500,
    Trouble.BUSY: 429,
    Trouble.UNAVAILABLE: 503,
    Trouble.TOO_LARGE: 413,
    Trouble.CONFLICT: 409,
    Trouble.UNAUTHORISED: 401,
    Trouble.FORBIDDEN: 403,
    Trouble.REDIRECT: 302,
}
"""The others give no answer at all."""


@pytest.fixture
def bodies() -> list[bytes]:
    return []


@pytest.fixture
def proxy(bodies: list[bytes]) -> Iterator[FaultProxy]:
    with ExitStack() as stack:
        url, _ = stack.enter_context(server(lambda *_: (200, ANSWER), bodies=bodies))
        yield stack.enter_context(FaultProxy(int(url.rpartition(":")[2]), seed=3))


def ask(proxy: FaultProxy, body: bytes = b"a body") -> requests.Response:
    return requests.post(f"{proxy.url}/v1/facts", data=body, timeout=PATIENCE, allow_redirects=False)


@pytest.mark.parametrize("trouble", [*QUICK, *sorted(HOLD - {Trouble.SLOW})])
def test_each_trouble_does_what_it_says(trouble: Trouble, proxy: FaultProxy, bodies: list[bytes]) -> None:
    proxy.next(trouble)
    if trouble in STATUS:
        answer = ask(proxy)
        assert answer.status_code == STATUS[trouble]
        assert (answer.content == ANSWER) == (trouble is Trouble.DUPLICATE)
    else:
        with pytest.raises(requests.RequestException):
            ask(proxy)
    count = (2 if trouble is Trouble.DUPLICATE else 1) if trouble in HAVE_IT else 0
    wait_until(lambda: bodies.count(b"a body") == count, 2 * LATE_BY, "the server has it as often as it should")
    # And the line is well again.
    assert ask(proxy, b"another").content == ANSWER
    assert bodies.count(b"a body") == count
    assert [one.trouble for one in proxy.asked("/v1/facts")] == [trouble, Trouble.NONE]


def test_a_slow_answer_comes_byte_by_byte(proxy: FaultProxy, bodies: list[bytes]) -> None:
    proxy.next(Trouble.SLOW)
    with socket.create_connection((LOOPBACK, proxy.port), timeout=PATIENCE) as end:
        end.sendall(b"POST /v1/facts HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\na body")
        began = monotonic()
        assert [end.recv(100) for _ in range(4)] == [b"H", b"T", b"T", b"P"]
        assert monotonic() - began >= 3 * DRIP * 0.9
    assert bodies == [b"a body"]


def test_troubles_are_switched_counted_and_drawn_by_their_seed(proxy: FaultProxy) -> None:
    proxy.all(Trouble.BUSY, path="/v1/facts")
    assert [ask(proxy).status_code for _ in range(2)] == [429, 429]
    assert requests.get(f"{proxy.url}/other", timeout=PATIENCE).status_code == 200
    proxy.well()
    proxy.storm({Trouble.UNAVAILABLE: 0.5})
    drawn = [ask(proxy).status_code for _ in range(12)]
    assert set(drawn) == {200, 503}
    assert proxy.met()[Trouble.UNAVAILABLE] == drawn.count(503)
    assert proxy.tally.requests == 15
    assert proxy.tally.up > 15 * len(b"a body")


def test_a_message_takes_its_time_on_the_way(proxy: FaultProxy) -> None:
    with requests.Session() as session:
        session.get(proxy.url, timeout=PATIENCE)
        proxy.set(round_trip=0.1)
        began = monotonic()
        session.get(proxy.url, timeout=PATIENCE)
        assert 0.1 <= monotonic() - began < 0.3
