"""The centre: the real HTTP application, writer and store, on a virtual event loop and a disk that can be cut."""

import asyncio
import heapq
import queue
import random
from asyncio import events
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from central.dispatch import Dispatch
from central.kiosk_api import KioskApi
from central.store import Store, StoreUnavailableError, database
from tests.simulation.disk import Blow, Disk, look
from tests.simulation.network import Answer, Asked, Link, Reply
from tests.simulation.scheduler import Box, Fibre, Killed, Scheduler

DATABASE = "central.db"


class Loop(asyncio.BaseEventLoop):
    """An event loop that never waits: whoever owns it asks it to do what is due."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler
        self._selector = _Nothing()
        self.clock_resolution = 1e-9
        self.set_exception_handler(lambda _loop, _context: None)

    def time(self) -> float:
        """Virtual seconds."""
        return self._scheduler.now

    def turn(self) -> None:
        """Do all that can be done at this moment."""
        events._set_running_loop(self)
        try:
            while self._ready or (self._scheduled and self._scheduled[0]._when <= self.time()):
                self._run_once()
        finally:
            events._set_running_loop(None)

    @property
    def next_timer(self) -> float:
        """When it has something to do next."""
        while self._scheduled and self._scheduled[0]._cancelled:
            self._scheduled[0]._scheduled = False
            self._timer_cancelled_count -= 1
            heapq.heappop(self._scheduled)
        return self._scheduled[0]._when if self._scheduled else float("inf")

    def _process_events(self, event_list: Any) -> None:
        pass

    def _write_to_self(self) -> None:
        pass

    _ready: Any
    _scheduled: Any
    _timer_cancelled_count: int
    _run_once: Any


class _Nothing:
    def select(self, _timeout: float | None) -> list[Any]:
        return []


async def in_line(work: Callable[..., Any], *values: Any, **named: Any) -> Any:
    """In the place of ``run_in_threadpool``: the pool's threads take turns with everything else."""
    return work(*values, **named)


class Centre:
    """One machine with ``central serve`` on it."""

    def __init__(
        self,
        scheduler: Scheduler,
        engine: Engine,
        disk: Disk,
        begins: datetime,
        chance: random.Random,
        tell: Callable[[str], None],
    ) -> None:
        self._scheduler = scheduler
        self._engine = engine
        self.disk = disk
        self._begins = begins
        self._chance = chance
        self._tell = tell
        self._loop: Loop | None = None
        self._writer: Fibre | None = None
        self._app: Dispatch | None = None
        self._open: dict[int, Reply] = {}
        self._count = 0
        self._armed = float("inf")
        self._eye: Any = None
        self.store: Store | None = None
        self.starts = 0
        self.answered: Callable[[Link, Asked, Answer], None] = lambda _link, _asked, _answer: None

    def now(self) -> datetime:
        """The centre's clock, which is right."""
        return self._begins + timedelta(seconds=self._scheduler.now)

    @property
    def up(self) -> bool:
        """Whether it answers."""
        return self.store is not None

    def eye(self) -> Any:
        """A connection that only looks."""
        if self._eye is None:
            self._eye = look(self.disk.folder / DATABASE, None)
        return self._eye

    def start(self) -> None:
        """Serve."""
        if self.up:
            return
        try:
            self.store = Store(self._engine)
        except Killed:
            self._settle()
            return
        except StoreUnavailableError:
            self._tell("centre cannot start")
            self._scheduler.after(2.0, self.start)
            return
        self.starts += 1
        api = KioskApi(self.store, self.now, ["http://centre"])
        self._loop = Loop(self._scheduler)
        waiting = Box(self._scheduler, queue.Empty)
        waiting.delay = lambda: self._chance.uniform(0.002, 0.06)
        api._writer._waiting = waiting  # type: ignore[assignment]
        fibre = self._scheduler.start("writer", api._writer._run)
        waiting.owner = self._writer = fibre
        self._app = api.app()
        self._loop.create_task(api.watch.run())
        self._tell("centre starts")
        self.turn()

    def deliver(self, link: Link, asked: Asked, reply: Reply) -> None:
        """A request has come in."""
        if not self.up or self._loop is None:
            reply(Answer(broken=True))
            return
        self._count += 1
        ticket = self._count
        self._open[ticket] = reply
        self._loop.create_task(self._serve(ticket, link, asked))
        self.turn()

    def turn(self) -> None:
        """Let the event loop do what it can; look whether the machine outlived it."""
        if self._loop is not None and not self.disk.dead:
            self._loop.turn()
        self._settle()
        if self._loop is not None:
            timer = self._loop.next_timer
            if timer < self._armed or self._armed <= self._scheduler.now:
                self._armed = timer
                if timer < float("inf"):
                    self._scheduler.at(timer, self.turn)

    def strike(self, kind: str, chance: random.Random) -> None:
        """The machine loses its power (``cut``) or the process is killed (``kill``) at this instruction."""
        if kind == "cut":
            self._tell(f"centre: power cut, what was not synced is {self.disk.cut(chance)}")
        else:
            self.disk.keep()
            self._tell("centre: killed")

    def aim(self, kind: str, left: int, when: str, *, only_commits: bool) -> None:
        """Let that happen at a statement to come."""
        self.disk.blow = Blow(left, when, only_commits, lambda: self.strike(kind, self._chance))

    def act(self, work: Callable[[Store], object]) -> bool:
        """Staff or another service do something in the database; whether it was done."""
        if self.store is None or self.disk.dead:
            return False
        try:
            work(self.store)
        except Killed:
            self._settle()
            return False
        except StoreUnavailableError:
            return False
        return True

    def stop(self) -> None:
        """The end of the run."""
        self._close()

    def failures(self) -> list[BaseException]:
        """What ended the writer, if anything did."""
        failed = self._writer.failed if self._writer is not None else None
        return [] if failed is None else [failed]

    def _settle(self) -> None:
        """Where the machine died, take away what ran on it, and start again after a while."""
        if not self.disk.dead:
            return
        self._close()
        self.disk.bring_back()
        self._scheduler.after(self._chance.uniform(0.5, 8.0), self.start)

    def _close(self) -> None:
        replies, self._open = list(self._open.values()), {}
        if self._writer is not None:
            self._writer.kill()
        self._writer = None
        if self._loop is not None:
            loop, self._loop = self._loop, None
            for task in asyncio.all_tasks(loop):
                task.cancel()
            with suppress(Killed):
                loop.turn()
            loop._closed = True  # type: ignore[attr-defined]
        self.store = None
        self._app = None
        self._engine.dispose()
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        for reply in replies:
            reply(Answer(broken=True))

    async def _serve(self, ticket: int, link: Link, asked: Asked) -> None:
        answer = await _through(self._app, asked)
        reply = self._open.pop(ticket, None)
        if reply is not None and not self.disk.dead:
            self.answered(link, asked, answer)
            reply(answer)


async def _through(app: Any, asked: Asked) -> Answer:
    scope: Mapping[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query,
        "root_path": "",
        "headers": list(asked.headers),
        "client": ("10.0.0.1", 40000),
        "server": ("centre", 80),
    }
    sent: list[Mapping[str, Any]] = []
    body = [{"type": "http.request", "body": asked.body, "more_body": False}]

    async def receive() -> Mapping[str, Any]:
        if body:
            return body.pop()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    begun = sent[0]
    headers = tuple((name.decode(), value.decode()) for name, value in begun["headers"])
    return Answer(begun["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]))


def engine(folder: Path) -> Engine:
    """The engine of the centre's database in a folder: made once, as SQLAlchemy compiles each statement once for it."""
    return database._sqlite(f"sqlite:///{folder / DATABASE}")
