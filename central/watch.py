"""Waiting for changes: one glance at the change counters serves everyone who waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

GLANCE = 0.25
"""Seconds between two looks for changes that other processes made, while anyone waits."""


@dataclass(eq=False)
class _Waiter:
    site: str
    place: int
    woken: asyncio.Future[None]


class ChangeWatch:
    """Wakes those who wait for a change of a site. ``look`` gives the number of the last change of every site."""

    def __init__(self, look: Callable[[], Awaitable[Mapping[str, int]]]) -> None:
        self._look = look
        self._waiters: set[_Waiter] = set()
        self._wanted = asyncio.Event()
        self._rung = asyncio.Event()
        self._failing = False
        self.closed = False

    async def wait(self, site: str, place: int, seconds: float) -> None:
        """Return when the site has a change after ``place``, when ``seconds`` have passed, or when closing."""
        if self.closed:
            return
        waiter = _Waiter(site, place, asyncio.get_running_loop().create_future())
        self._waiters.add(waiter)
        self._wanted.set()
        self._rung.set()  # The change may have come between reading the log and waiting here.
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter.woken
        finally:
            self._waiters.discard(waiter)

    def ring(self) -> None:
        """Look at once: something was changed here."""
        self._rung.set()

    def close(self) -> None:
        """Answer everyone now; nobody waits from here on."""
        self.closed = True
        for waiter in self._waiters:
            _wake(waiter)

    async def run(self) -> None:
        """Look as long as anyone waits. Ends by cancellation."""
        while True:
            if not self._waiters:
                self._wanted.clear()
                await self._wanted.wait()
            self._rung.clear()
            try:
                places = await self._look()
                self._failing = False
            except Exception as error:  # noqa: BLE001 - whatever is wrong now, the watch must outlive it
                if not self._failing:
                    log.warning("watch_failed", error=type(error).__name__)
                self._failing = True
                places = {}
            for waiter in self._waiters:
                if places.get(waiter.site, 0) > waiter.place:
                    _wake(waiter)
            with suppress(TimeoutError):
                async with asyncio.timeout(GLANCE):
                    await self._rung.wait()


def _wake(waiter: _Waiter) -> None:
    if not waiter.woken.done():
        waiter.woken.set_result(None)
