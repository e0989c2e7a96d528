"""The line between kiosks and centre, under ``requests``: everything above it, on both sides, is the product's own.

An exchange is delayed, lost on either way, doubled, answered by something else on the way, or answered with what was
meant for an earlier one. What cannot happen to HTTP over TLS does not happen here: no bit of a request is changed.
"""

import gzip
import io
import json
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from kiosk.sync.meanwhile import request_is_out
from tests.simulation.scheduler import Fibre, Scheduler

Reply = Callable[["Answer"], None]


@dataclass(frozen=True)
class Asked:
    """A request on the wire."""

    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came back; ``broken`` is a connection that ended instead."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    broken: bool = False


HTML = b"<!doctype html><title>Welcome to the guest network</title><p>Please accept the terms of use."


@dataclass
class Weather:
    """How bad the line is now, each as a probability for one exchange; ``slow`` is the mean delay in seconds."""

    lost: float = 0.0
    unanswered: float = 0.0
    doubled: float = 0.0
    garbled: float = 0.0
    stale: float = 0.0
    slow: float = 0.03


CLEAR = Weather()


@dataclass
class Link:
    """The line of one kiosk. ``requests`` are the moments of the last minute at which it asked for anything."""

    name: str
    chance: random.Random
    weather: Weather = field(default_factory=Weather)
    cut: bool = False
    refusal: float = 0.01
    """Seconds until a line that is cut says so: at once, or never, as where a firewall swallows everything."""
    requests: deque[float] = field(default_factory=deque)
    earlier: dict[str, Answer] = field(default_factory=dict)
    choke: bytes = b""
    """What something on the way will not let through: a batch that holds it is answered with ``choke_status``."""
    choke_status: int = 500


class Wire(BaseAdapter):
    """The adapter of a session of one process."""

    def __init__(self, network: "Network", link: Link, fibre: Callable[[], Fibre]) -> None:
        super().__init__()
        self._network = network
        self._link = link
        self._fibre = fibre

    def send(  # type: ignore[override]  # requests hands everything over by name
        self, request: requests.PreparedRequest, timeout: Any = None, **_: Any
    ) -> requests.Response:
        """As ``HTTPAdapter.send``."""
        _, patience = timeout
        answer = self._network.exchange(self._link, _asked(request), self._fibre(), patience)
        if answer is None:
            raise requests.ReadTimeout(request=request)
        if answer.broken:
            raise requests.ConnectionError(request=request)
        return _response(request, answer)

    def close(self) -> None:
        """Nothing is open."""


class NoWire(BaseAdapter):
    """In the place of the adapters that lead out of this process; nothing is sent through it."""

    def send(self, *_: Any, **__: Any) -> requests.Response:
        """Nowhere."""
        raise requests.ConnectionError("there is no world out there")

    def close(self) -> None:
        """Nothing is open."""


class Network:
    """All lines. ``deliver`` hands a request to the centre, which calls back with an answer, or never."""

    def __init__(
        self,
        scheduler: Scheduler,
        deliver: Callable[[Link, Asked, Reply], None],
        tell: Callable[[str], None],
        count: Callable[[Link, int], None],
    ) -> None:
        self._scheduler = scheduler
        self._deliver = deliver
        self._tell = tell
        self._count = count

    def exchange(self, link: Link, asked: Asked, fibre: Fibre, patience: float) -> Answer | None:
        """The answer, or ``None`` where none came within ``patience`` seconds."""
        chance, weather = link.chance, link.weather
        link.requests.append(self._scheduler.now)
        while link.requests[0] < self._scheduler.now - 60.0:
            link.requests.popleft()
        self._count(link, len(link.requests))
        if link.cut:
            self._tell(f"{link.name} asks {asked.path}: no route")
            fibre.wait(link.refusal)
            return Answer(broken=True)
        came: list[Answer] = []
        ends = self._scheduler.now + patience

        def back(answer: Answer) -> None:
            came.append(answer)
            fibre.wake()

        fate = "sent"
        if chance.random() < weather.lost:
            fate = "lost"
        else:
            arrives = self._delay(link)
            self._send(link, asked, back, arrives)
            if chance.random() < weather.doubled:
                fate = "sent twice"
                # At once, as a proxy does that loses patience, or much later.
                again = arrives + chance.choice((chance.uniform(0.0, 0.02), self._delay(link, 20.0)))
                self._scheduler.after(again, lambda: self._deliver(link, asked, lambda _: None))
        self._tell(f"{link.name} asks {asked.path}: {fate}")
        request_is_out()
        while not came and self._scheduler.now < ends:
            fibre.wait(ends - self._scheduler.now)
        if came:
            self._tell(f"{link.name} has {asked.path}: {_said(came[0])}")
        return came[0] if came else None

    def _send(self, link: Link, asked: Asked, back: Reply, arrives: float) -> None:
        if link.choke and asked.path == "/v1/facts" and link.choke in _plain(asked):
            refused = Answer(link.choke_status, (("Content-Type", "text/html"),), HTML)
            self._scheduler.after(self._delay(link), lambda: back(refused))
            return

        def reply(answer: Answer) -> None:
            changed = self._changed(link, asked, answer)
            if changed is not None:
                self._scheduler.after(self._delay(link), lambda: back(changed))

        self._scheduler.after(arrives, lambda: self._deliver(link, asked, reply))

    def _changed(self, link: Link, asked: Asked, answer: Answer) -> Answer | None:
        chance, weather = link.chance, link.weather
        before = link.earlier.get(asked.path)
        if answer.status == 200:
            link.earlier[asked.path] = answer
        if link.cut or chance.random() < weather.unanswered:
            return None
        if before is not None and chance.random() < weather.stale:
            return before
        if chance.random() < weather.garbled:
            return _garbled(answer, chance)
        return answer

    def _delay(self, link: Link, times: float = 1.0) -> float:
        return link.chance.expovariate(1.0) * link.weather.slow * times + 0.001


def _said(answer: Answer) -> str:
    return "broken" if answer.broken else str(answer.status)


def _asked(request: requests.PreparedRequest) -> Asked:
    path, _, query = (request.path_url or "/").partition("?")
    headers = tuple((name.lower().encode(), str(value).encode()) for name, value in request.headers.items())
    body = request.body or b""
    return Asked(
        request.method or "GET",
        path,
        query.encode(),
        (*headers, (b"host", b"centre")),
        body.encode() if isinstance(body, str) else bytes(body),
    )


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers.update(dict(answer.headers))
    response.request = request
    response.url = request.url or ""
    response.raw = HTTPResponse(
        io.BytesIO(answer.body), dict(answer.headers), answer.status, preload_content=False, decode_content=False
    )
    return response


def _garbled(answer: Answer, chance: random.Random) -> Answer:
    """What proxies, captive portals and tired servers make of an answer."""
    kinds = (
        "html",
        "cut",
        "empty",
        "400",
        "403",
        "404",
        "413",
        "429",
        "500",
        "502",
        "shuffled",
        "short",
        "odd",
        "odd",
        "odd",
    )
    kind = chance.choice(kinds)
    if kind.isdigit():
        return Answer(int(kind), (("Content-Type", "text/html"),), HTML)
    if kind == "html":
        return Answer(200, (("Content-Type", "text/html"),), HTML)
    if kind == "empty":
        return Answer(200, answer.headers, b"")
    if kind == "cut":
        return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
    return _disordered(answer, kind)


def _disordered(answer: Answer, kind: str) -> Answer:
    try:
        message = json.loads(answer.body)
        results = message["results"]
    except (ValueError, KeyError, TypeError):
        return Answer(answer.status, answer.headers, answer.body[:-1])
    if kind == "shuffled":
        results.reverse()
    elif kind == "short":
        results.pop()
    else:
        results[-1] = {"verdict": "perhaps"}
    return Answer(answer.status, answer.headers, json.dumps(message).encode())


def _plain(asked: Asked) -> bytes:
    packed = (b"content-encoding", b"gzip") in asked.headers
    return gzip.decompress(asked.body) if packed else asked.body
