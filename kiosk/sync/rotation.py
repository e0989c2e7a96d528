"""Going over to a new key, now and again: made here, told of under the old one, and then the only one.

Whatever is lost or killed on the way, one of the two keys is good at the centre and on this disk: the new one is tried
first, and told of where it is refused.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from kiosk.ports import Clock
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.credentials import public_half, signed
from kiosk.sync.pacing import delay

log = structlog.get_logger()

ROTATE_AFTER = timedelta(days=90)
LOOK_EVERY = 60.0
"""Seconds between two looks: a technician may have asked for one."""


@dataclass(frozen=True)
class Keys:
    """The key in use since ``since``, and the one that is to follow it; both stay hidden."""

    private_key: Mapping[str, str] = field(repr=False)
    since: datetime | None = None
    next_key: Mapping[str, str] | None = field(default=None, repr=False)


class KeyRing(Protocol):
    """Where the keys are kept. Each change is on the disk for good when the call returns."""

    def load(self) -> Keys:
        """What is kept now."""

    def save(self, keys: Keys) -> None:
        """Keep these in their place."""


class Rotation:
    """``reached`` gives a way to the centre with a key; ``changed`` is called once another one is in use."""

    def __init__(
        self,
        ring: KeyRing,
        reached: Callable[[Mapping[str, str]], Centre],
        *,
        kiosk: str,
        site: str,
        clock: Clock,
        make: Callable[[], dict[str, str]],
        changed: Callable[[], None],
        chance: random.Random,
    ) -> None:
        self._ring = ring
        self._reached = reached
        self._kiosk = kiosk
        self._site = site
        self._clock = clock
        self._make = make
        self._changed = changed
        self._chance = chance
        self._due = clock.monotonic()
        self._tries = 0

    def seconds_left(self) -> float:
        """Seconds until the next look; 0 where it is due."""
        return max(0.0, self._due - self._clock.monotonic())

    def line_is_back(self) -> None:
        """What failed may work now."""
        if self._tries:
            self._due = self._clock.monotonic()

    def work(self) -> None:
        """Look, and go over where it is time. Raises ``CentreError``, and then it is tried again later."""
        self._due = self._clock.monotonic() + LOOK_EVERY
        keys = self._ring.load()
        now = self._clock.now()
        if keys.next_key is None:
            if keys.since is None:
                self._ring.save(Keys(keys.private_key, now))
            if keys.since is None or now - keys.since < ROTATE_AFTER:
                return
            # On the disk before anybody hears of it.
            keys = Keys(keys.private_key, keys.since, self._make())
            self._ring.save(keys)
        try:
            self._go_over(keys, keys.next_key or {})
        except CentreError as error:
            self._tries += 1
            pause = delay(self._tries, self._chance.random()).total_seconds()
            self._due = self._clock.monotonic() + max(LOOK_EVERY, pause, error.after or 0.0)
            raise
        self._tries = 0
        self._ring.save(Keys(keys.next_key or {}, now))
        log.info("key_changed")
        self._changed()

    def _go_over(self, keys: Keys, following: Mapping[str, str]) -> None:
        if self._taken(following):
            return
        body = messages.RekeyBody(kiosk=self._kiosk, site=self._site, public_key=public_half(following))
        centre = self._reached(keys.private_key)
        try:
            centre.rekey(signed(self._kiosk, keys.private_key, messages.encode(body)))
        finally:
            centre.close()
        if not self._taken(following):
            raise CentreError("nonsense", "a new key that was taken and is not known")

    def _taken(self, key: Mapping[str, str]) -> bool:
        centre = self._reached(key)
        try:
            centre.greet()
        except CentreError as error:
            if error.key != "unauthorised":
                raise
            return False
        finally:
            centre.close()
        return True
