"""The worker: for each record a thread that reads it, one that tells it, one that compares."""

import os
import random
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread

import structlog

from central.ehr.adapter import Adapter, UnreachableError
from central.ehr.config import CsvFolder, Ehr, Hl7, checked
from central.ehr.inbox import StoreInbox
from central.ehr.mailbag import Mailbag
from central.ehr.making import adapter
from central.ehr.posting import Post
from central.ehr.reconciling import reconcile
from central.store import Store, StoreUnavailableError, ehr_turns

log = structlog.get_logger()

COMPARE_GLANCE = 15.0
"""Seconds between two looks at whether a comparison is due."""
END_SECONDS = 20.0
"""What was begun when the end was asked for is given so long."""


class Worker:
    """All records of the configuration. Several workers may run at once, on one machine or more."""

    def __init__(self, store: Store, sections: Sequence[Ehr], now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._sections = checked(sections)
        self._who = f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._stop = Event()
        self._threads: list[Thread] = []
        self._adapters: list[Adapter] = []

    def start(self) -> None:
        """Begin. Raises ``EhrConfigError`` or ``OSError`` where a record cannot be worked with at all."""
        made = [(section, adapter(section, self._store, self._now)) for section in self._sections]
        for section, one in made:
            self._adapters.append(one)
            bag = Mailbag(self._store, section, self._now, self._who)
            if one.brings:
                inbox = _inbox(self._store, section, self._now, self._who)
                self._begin(section.name, "read", partial(one.bring, inbox, self._stop))
            if section.deliver != "none":
                self._begin(section.name, "tell", Post(bag, one, self._stop).run)
                if section.reconcile:
                    self._begin(section.name, "compare", partial(self._compare, bag, one))

    def wait(self) -> None:
        """Return when ``stop`` was called."""
        self._stop.wait()

    def ask_to_stop(self) -> None:
        """May be called from a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """End every thread, and let others have what this worker held."""
        self._stop.set()
        for thread in self._threads:
            thread.join(END_SECONDS)
        for section, one in zip(self._sections, self._adapters, strict=False):
            one.close()
            with suppress(StoreUnavailableError), self._store.writing() as connection:
                ehr_turns.release(connection, section.name, self._who)

    def _begin(self, name: str, what: str, work: Callable[[], None]) -> None:
        def keep_at_it() -> None:
            while not self._stop.is_set():
                try:
                    work()
                except Exception as error:  # noqa: BLE001 - a thread that dies here would leave a record without a word
                    log.error("thread_failed", ehr=name, thread=what, error=type(error).__name__)
                    self._stop.wait(5.0)

        thread = Thread(target=keep_at_it, name=f"ehr-{what}-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _compare(self, bag: Mailbag, one: Adapter) -> None:
        while not self._stop.wait(COMPARE_GLANCE * (0.5 + random.random())):  # noqa: S311
            try:
                reconcile(bag, one)
            except (UnreachableError, StoreUnavailableError) as error:
                log.warning("not_compared", ehr=bag.config.name, reason=str(error))


def _inbox(store: Store, section: Ehr, now: Callable[[], datetime], who: str) -> StoreInbox:
    # Longer than from one look to the next, or two processes would take turns all the time.
    between = 10.0 if isinstance(section, Hl7) else section.poll_seconds
    turn = timedelta(seconds=5.0 + 2.0 * between)
    return StoreInbox(store, section, now, who, whole=isinstance(section, CsvFolder), turn=turn)
