"""Live data: read once for all who follow the same thing, when something has changed or some time has passed.

One task for each topic and site looks, woken by the one watch over the change counters; every browser that follows is
given what was found. Nobody looks where nobody follows.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import structlog
from starlette.concurrency import run_in_threadpool

from central.store import Connection, Store, changes
from central.watch import ChangeWatch

log = structlog.stdlib.get_logger("central")

T = TypeVar("T")
AT_MOST_EVERY = 0.3
"""Seconds between two looks, however much changes."""
BEAT = 5.0
"""Seconds after which whoever follows hears something, though nothing has changed: that is how a dead line shows."""


@dataclass(frozen=True)
class Topic(Generic[T]):
    """Something that can be followed at a site.

    ``look`` reads it, given the site and the time; what changes no counter is found each ``every`` seconds.
    """

    name: str
    look: Callable[[Connection, str, datetime], T]
    every: float = 30.0


@dataclass(frozen=True)
class Found(Generic[T]):
    """What was found, and when that was looked up."""

    data: T
    at: datetime


@dataclass(eq=False)
class _Channel:
    found: Found[Any] | None = None
    failing: bool = False
    followers: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Everybody who waits for this event goes on, and waits for another one then."""
        before, self.changed = self.changed, asyncio.Event()
        before.set()


class Live:
    """What is followed in this process."""

    def __init__(self, store: Store, now: Callable[[], datetime], watch: ChangeWatch) -> None:
        self._store, self._now, self._watch = store, now, watch
        self._channels: dict[tuple[str, str], _Channel] = {}

    @property
    def followed(self) -> bool:
        """Whether anybody follows anything."""
        return bool(self._channels)

    async def look(self, topic: Topic[T], site: str) -> Found[T]:
        """What there is now, for a page that is opened."""
        _, found = await run_in_threadpool(self._read, topic, site)
        return found

    async def follow(self, topic: Topic[T], site: str) -> AsyncGenerator[Found[T], None]:
        """What there is, again after each change and each ``BEAT``. Nothing is told while it cannot be looked up.

        Ends when the service does.
        """
        key = topic.name, site
        channel = self._channels.setdefault(key, _Channel())
        channel.followers += 1
        if channel.task is None:
            channel.task = asyncio.create_task(self._run(channel, topic, site))
        try:
            while not self._watch.closed:
                changed = channel.changed
                if channel.found is not None and not channel.failing:
                    yield channel.found
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT):
                        await changed.wait()
        finally:
            channel.followers -= 1
            if not channel.followers:
                channel.task.cancel()
                self._channels.pop(key, None)

    async def _run(self, channel: _Channel, topic: Topic[Any], site: str) -> None:
        place = 0
        while not self._watch.closed:
            try:
                place, channel.found = await run_in_threadpool(self._read, topic, site)
                channel.failing = False
            except Exception as error:  # noqa: BLE001 - whatever is wrong now, whoever follows must see it end
                if not channel.failing:
                    log.warning("live_failed", topic=topic.name, error=type(error).__name__)
                channel.failing = True
            channel.wake()
            await asyncio.sleep(AT_MOST_EVERY)
            await self._watch.wait(site, place, 1.0 if channel.failing else topic.every)
        channel.wake()

    def _read(self, topic: Topic[T], site: str) -> tuple[int, Found[T]]:
        at = self._now()
        with self._store.reading() as connection:
            # Read before the rows: what changes meanwhile is looked at once more.
            place = changes.places(connection).get(site, 0)
            return place, Found(topic.look(connection, site, at), at)
