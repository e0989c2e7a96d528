"""Kiosks that are not heard any more: told once when one falls silent, and once when it is back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

log = structlog.stdlib.get_logger("central")

SILENT_AFTER = timedelta(minutes=3)
"""Three heartbeats and their jitter."""
LOOK_EVERY = 5.0
"""Seconds between two looks."""


def is_silent(last_sign: datetime, now: datetime) -> bool:
    """Whether a kiosk that was last heard then is silent now."""
    return now - last_sign > SILENT_AFTER


class Silence:
    """What is known of who is silent. ``started`` is since when anybody could be heard at all."""

    def __init__(self, started: datetime) -> None:
        self._started = started
        self._since: dict[str, datetime] = {}

    def step(self, last_signs: Mapping[str, datetime], now: datetime) -> None:
        """Log what has changed. A kiosk that is not enrolled any more is forgotten."""
        for name in sorted(last_signs):
            at = last_signs[name]
            if is_silent(max(at, self._started), now):
                if name not in self._since:
                    self._since[name] = at
                    log.warning("kiosk_silent", kiosk=name, since=at.isoformat(timespec="seconds"))
            elif name in self._since and at > self._since[name]:
                seconds = (at - self._since.pop(name)).total_seconds()
                log.info("kiosk_back", kiosk=name, seconds=round(seconds))
        for name in self._since.keys() - last_signs.keys():
            del self._since[name]


async def watch(look: Callable[[], Awaitable[Mapping[str, datetime]]], now: Callable[[], datetime]) -> None:
    """Look now and again. Ends by cancellation."""
    silence = Silence(now())
    failing = False
    while True:
        try:
            silence.step(await look(), now())
            failing = False
        except Exception as error:  # noqa: BLE001 - whatever is wrong now, the watch must outlive it
            if not failing:
                log.warning("silence_not_watched", error=type(error).__name__)
            failing = True
        await asyncio.sleep(LOOK_EVERY)
