"""The keeping loop of ``central serve``: it forgets what has been kept for long enough, a little at a time.

Of several services on one database one keeps at a time. Whatever it is killed in the middle of, the next one goes on.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import structlog

from central.retention import RetentionConfig
from central.store import Connection, Store, StoreUnavailableError, ehr_turns, forgetting

log = structlog.stdlib.get_logger("central")

LOOK_EVERY = 3600.0
TURN = timedelta(minutes=10)
AT_ONCE = 500
"""Rows of one transaction: nobody waits long for it."""
LATE = timedelta(days=30)
"""A look goes so far back behind the limit, for facts that came late. The first look of a process goes all the way."""


class Keeping:
    """What forgets."""

    def __init__(self, store: Store, settings: RetentionConfig, stop: threading.Event | None = None) -> None:
        self._store, self._settings = store, settings
        self._stop = stop or threading.Event()
        self._name = secrets.token_hex(8)
        self._looked = False

    def step(self, now: datetime) -> Counter[str]:
        """Look once: how many rows of each kind were forgotten. Nothing where another service has the turn."""
        done: Counter[str] = Counter()
        if not self._turn(now):
            return done
        clients, refused = now - self._settings.clients, now - self._settings.refused
        since = clients - LATE if self._looked else None
        work: dict[str, Callable[[Connection], int]] = {
            "facts": lambda connection: forgetting.facts(connection, clients, since, AT_ONCE),
            "visits": lambda connection: forgetting.visits(connection, clients, AT_ONCE),
            "calls": lambda connection: forgetting.calls(connection, clients, AT_ONCE),
            "letters": lambda connection: forgetting.letters(connection, clients, AT_ONCE),
            "refused": lambda connection: forgetting.refused(connection, refused, AT_ONCE),
            "sign-ins": lambda connection: forgetting.sign_ins(connection, now, clients),
            "changes": lambda connection: forgetting.changes(connection, now, AT_ONCE),
        }
        for name, some in work.items():
            count = AT_ONCE
            while count >= AT_ONCE and not self._stop.is_set():
                with self._store.writing() as connection:
                    count = some(connection)
                done[name] += count
                if count >= AT_ONCE and not self._turn(now):
                    return done
        self._looked = self._looked or not self._stop.is_set()
        if done.total():
            log.info("forgotten", **{name.replace("-", "_"): count for name, count in done.items() if count})
        return done

    def release(self) -> None:
        """Leave the turn to another one."""
        with self._store.writing() as connection:
            ehr_turns.release(connection, "", self._name)

    def _turn(self, now: datetime) -> bool:
        with self._store.writing() as connection:
            return ehr_turns.hold(connection, "", "keeping", self._name, TURN, now)


@contextmanager
def keeping(store: Store, settings: RetentionConfig, now: Callable[[], datetime]) -> Iterator[None]:
    """Forget meanwhile."""
    stop = threading.Event()
    one = Keeping(store, settings, stop)

    def run() -> None:
        failing = False
        while not stop.is_set():
            try:
                one.step(now())
                failing = False
            except Exception as error:  # noqa: BLE001 - whatever is wrong now, the loop must outlive it
                if not failing:
                    log.warning("keeping_failing", error=type(error).__name__)
                failing = True
            stop.wait(60.0 if failing else LOOK_EVERY)

    thread = threading.Thread(target=run, name="keeping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5.0)
        if not thread.is_alive():
            with suppress(StoreUnavailableError):
                one.release()
