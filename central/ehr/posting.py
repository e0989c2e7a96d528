"""The loop that tells a record: fill, claim, deliver, settle; and the pause while the record does not answer."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock

import structlog

from central.ehr import pace
from central.ehr.adapter import Adapter, Dead, Delivered, Later, Letter, Outcome
from central.ehr.mailbag import Mailbag
from central.store import StoreUnavailableError

log = structlog.get_logger()

EACH = 8
"""Letters of one round for each sender."""
GLANCE = 0.25
"""Seconds between two looks for arrivals, while there are none."""


class Post:
    """Tells one record."""

    def __init__(self, bag: Mailbag, adapter: Adapter, stop: Event) -> None:
        self._bag, self._adapter, self._stop = bag, adapter, stop
        self._lock = Lock()
        self._failed = 0
        self._shut_until = 0.0

    def run(self) -> None:
        """Till ``stop`` is set; what was begun by then is finished."""
        seen: dict[str, int] = {}
        swept = False
        with ThreadPoolExecutor(self._bag.config.senders, thread_name_prefix="post") as pool:
            while not self._stop.is_set():
                told = 0
                try:
                    places = dict(self._bag.places())
                    if not swept:
                        self._bag.sweep()
                        swept = True
                    changed = {site for site, last in places.items() if seen.get(site) != last}
                    if changed:
                        self._bag.fill(changed)
                        seen = places
                    told = self._round(pool)
                except StoreUnavailableError as error:
                    log.warning("store_unavailable", error=str(error))
                if not told:
                    self._stop.wait(GLANCE)

    def once(self) -> int:
        """Fill and deliver what is due now; how many letters were tried."""
        self._bag.fill(self._bag.places().keys())
        with ThreadPoolExecutor(self._bag.config.senders) as pool:
            return self._round(pool)

    def _round(self, pool: ThreadPoolExecutor) -> int:
        with self._lock:
            if time.monotonic() < self._shut_until:
                return 0
            # After a failure one letter goes ahead, and the others wait for what becomes of it.
            most = 1 if self._failed else self._bag.config.senders * EACH
        letters = self._bag.claim(most)
        self._settle(list(pool.map(self._tell, letters)))
        return len(letters)

    def _tell(self, letter: Letter) -> tuple[Letter, Outcome, float]:
        outcome = self._outcome(letter)
        return letter, outcome, self._note(letter, outcome)

    def _settle(self, told: list[tuple[Letter, Outcome, float]]) -> None:
        """Note what became of a round, in one transaction: a sync for each letter would be most of the work."""
        if not told:
            return
        while True:
            try:
                lost = self._bag.settle(told)
            except StoreUnavailableError:
                # The record has it, and only we don't know yet: keep at it as long as nobody ends this process.
                if self._stop.wait(1.0):
                    return
                continue
            break
        for letter, outcome, _ in told:
            named = {"ehr": self._bag.config.name, "letter": letter.id}
            if letter.id in lost:
                log.info("lease_lost", **named)
            elif isinstance(outcome, Dead):
                log.warning("letter_dead", **named, reason=outcome.reason)
            elif isinstance(outcome, Delivered):
                log.info("letter_delivered", **named, attempts=letter.attempts)

    def _outcome(self, letter: Letter) -> Outcome:
        if self._stop.is_set() or time.monotonic() < self._shut_until:
            return Later("not-tried", after=timedelta(seconds=1))
        try:
            return self._adapter.deliver(letter)
        except Exception as error:  # noqa: BLE001 - one letter that no rule foresaw must not stop the others
            log.error("delivery_failed", ehr=self._bag.config.name, letter=letter.id, error=type(error).__name__)
            return Later("unforeseen", whole=False)

    def _note(self, letter: Letter, outcome: Outcome) -> float:
        """Shut the post while the record is away; the seconds after which this letter is due again."""
        with self._lock:
            if isinstance(outcome, Delivered | Dead):
                self._failed = 0
                return 0.0
            wait = pace.pause(max(letter.attempts, 1), random.random())  # noqa: S311 - to spread load
            if outcome.after is not None:
                wait = max(wait, outcome.after.total_seconds()) if outcome.reason != "not-tried" else 1.0
            if outcome.whole and outcome.reason != "not-tried" and time.monotonic() >= self._shut_until:
                self._failed += 1
                shut = pace.pause(self._failed, random.random())  # noqa: S311
                shut = max(shut, outcome.after.total_seconds()) if outcome.after is not None else shut
                self._shut_until = time.monotonic() + shut
                wait = min(wait, shut)
                log.warning(
                    "record_unreachable", ehr=self._bag.config.name, reason=outcome.reason, pause=round(shut, 1)
                )
            return wait
