"""One request for a page, with whoever made it: what every handler is given."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from central.pages.live import Topic
from central.pages.templates import mark
from central.pages.words import Words
from central.people.actions import Action
from central.people.roles import Person
from central.people.same_site import SAFE
from central.store import Connection, people, staff_log
from kiosk.sync.messages import SiteRecord

if TYPE_CHECKING:
    from central.pages.house import House

T = TypeVar("T")
LARGEST = 64 * 1024
"""Bytes of a form."""
MOST_FIELDS = 200
FRESH = 10
"""Seconds within which a page follows what it was made with."""


class Told(msgspec.Struct, frozen=True):
    """What the next page says first: a key of the catalogue with its data. ``warns`` where it is no good news."""

    key: str
    data: dict[str, str] = {}
    warns: bool = False


@dataclass(frozen=True)
class Visit:
    """The request, who made it, in which language, and, where the address names one, at which site."""

    house: "House" = field(repr=False)
    request: Request = field(repr=False)
    words: Words
    person: Person | None
    token: str = field(default="", repr=False)
    """The hash of the session's token; empty where nobody is signed in."""
    told: Told | None = None
    site: str = ""
    rules: SiteRecord | None = field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """The centre's time."""
        return self.house.now()

    @property
    def who(self) -> Person:
        """Who is signed in. Raises ``HTTPException`` where nobody is."""
        if self.person is None:
            raise HTTPException(401)
        return self.person

    @property
    def its_rules(self) -> SiteRecord:
        """The rules of the site in the address."""
        assert self.rules is not None, "the page is not by site"
        return self.rules

    @property
    def here(self) -> str:
        """The address that leads back to this page; the first one where it was no page that was asked for."""
        asked = self.request.url
        if self.request.method not in SAFE:
            return "/"
        return f"{asked.path}?{asked.query}" if asked.query else asked.path

    @property
    def shown(self) -> str:
        """What the browser says that it shows: believed of a page made a moment ago, not of a line that is back."""
        shown, _, made = self.request.query_params.get("shown", "").partition(".")
        fresh = made.isdecimal() and len(made) < 12 and 0 <= self.now.timestamp() - int(made) < FRESH
        return shown if fresh else ""

    def part(self, name: str) -> str:
        """A part of the address."""
        return str(self.request.path_params[name])

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run something that only reads, in a transaction of its own."""

        def run() -> T:
            with self.house.store.reading() as connection:
                return work(connection)

        return await run_in_threadpool(run)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run something that changes the data, and look at once for whoever follows them."""

        def run() -> T:
            with self.house.store.writing() as connection:
                return work(connection)

        done = await run_in_threadpool(run)
        self.house.watch.ring()
        return done

    def note(self, connection: Connection, what: Action, subject: str | None = None) -> None:
        """Write into the log of staff, in the transaction of what is done."""
        staff_log.note(connection, self.who, what, self.site or None, subject, self.now)

    async def look_up(self, subject: str) -> None:
        """Write into the log that clients were looked at."""
        await self.write(lambda connection: self.note(connection, Action.LOOKED, subject))

    async def form(self, largest: int = LARGEST) -> Mapping[str, str]:
        """What was sent, a value for each name. Raises ``HTTPException``."""
        body = bytearray()
        async for some in self.request.stream():
            body += some
            if len(body) > largest:
                raise HTTPException(413)
        try:
            sent = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        except ValueError as error:
            raise HTTPException(400) from error
        if any("\x00" in value for _, value in sent):
            raise HTTPException(400)
        return dict(sent)

    async def page(self, template: str, status: int = 200, **data: object) -> Response:
        """A whole page. What was left to tell is told on it, and not again."""
        visit = self
        if self.told is not None and self.token:
            await self.write(lambda connection: people.tell(connection, self.token, ""))
        html = self.house.rendered(visit, template, **data)
        return HTMLResponse(html, status)

    async def onward(self, path: str, told: Told | None = None) -> Response:
        """To another page of ours after something was done (303), which then says what became of it."""
        if told is not None and self.token:
            text = msgspec.json.encode(told).decode()
            await self.write(lambda connection: people.tell(connection, self.token, text))
        return RedirectResponse(path, 303)

    def stream(self, topic: Topic[T], template: str, **data: object) -> Response:
        """The part ``template`` of a page, sent again whenever it reads differently; ``data`` in it is what is new."""
        headers = {"X-Accel-Buffering": "no"}
        return StreamingResponse(self._events(topic, template, data), media_type="text/event-stream", headers=headers)

    async def _events(self, topic: Topic[T], template: str, data: Mapping[str, object]) -> AsyncIterator[str]:
        sent = self.shown
        async for found in self.house.live.follow(topic, self.site):
            if not await self._still_here():
                yield _ENDED
                return
            html = self.house.rendered(replace(self, told=None), template, **{**data, "data": found.data})
            if mark(html) != sent:
                sent = mark(html)
                yield _event("state", html)
            yield _event("beat", self.words.time(found.at))

    async def _still_here(self) -> bool:
        return not self.token or await run_in_threadpool(self.house.known, self.token) is not None


def ended() -> Response:
    """To a page that follows something for somebody who is not signed in any more: it is to be loaded anew."""
    return Response(_ENDED, media_type="text/event-stream")


def _event(name: str, data: str) -> str:
    """As the HTML standard has it (9.2.5, server-sent events)."""
    return f"event: {name}\n" + "".join(f"data: {line}\n" for line in data.split("\n")) + "\n"


_ENDED = _event("ended", "")
