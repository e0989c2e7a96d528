"""Tells systemd that the centre serves, and goes on telling it as long as event loop and store answer (kiosk.notify).

A database that says no has answered: to start the centre again would mend nothing, and ``/readyz`` tells of it. One
that says nothing at all, or an event loop that stands still, is what the watchdog is for.
"""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk import notify

SERVING = "serving"
REFUSED = "serving, but the database says no"


async def tell(look: Callable[[], Awaitable[object]], limit: float | None) -> None:
    """Ready now; alive three times within each ``limit``, in seconds, after a ``look`` at the store.

    Ends when cancelled. Without anybody who listens it returns at once.
    """
    if not notify.wanted():
        return
    told = SERVING
    notify.ready(told)
    while limit is not None:
        now = await _word(look)
        notify.alive()
        if now != told:
            told = now
            notify.status(told)
        await asyncio.sleep(limit / 3)


async def _word(look: Callable[[], Awaitable[object]]) -> str:
    try:
        await look()
    except Exception:  # noqa: BLE001 - whatever it says, it has said something
        return REFUSED
    return SERVING
