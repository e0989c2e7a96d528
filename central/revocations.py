"""Kiosks that are let in no more, so that a token from before does not help them for long."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog

log = structlog.stdlib.get_logger("central")

LOOK_EVERY = 2.0
"""Seconds between two looks."""


class Revocations:
    """Who was revoked, as it was when ``look`` last told."""

    def __init__(self, look: Callable[[], Awaitable[Collection[str]]]) -> None:
        self._look = look
        self._names: frozenset[str] = frozenset()

    def __contains__(self, kiosk: str) -> bool:
        return kiosk in self._names

    async def run(self) -> None:
        """Look now and again. Ends by cancellation."""
        failing = False
        while True:
            try:
                self._names = frozenset(await self._look())
                failing = False
            except Exception as error:  # noqa: BLE001 - whatever is wrong now, the watch must outlive it
                if not failing:
                    log.warning("revocations_not_watched", error=type(error).__name__)
                failing = True
            await asyncio.sleep(LOOK_EVERY)
