"""The fourth thread of ``kiosk sync``: it forgets what is too old, and keeps the memory in order."""

import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import structlog

from kiosk.checkin import ageing, faults
from kiosk.composition.memory import connected
from kiosk.offline.connection import Connection, DatabaseError, why
from kiosk.offline.mending import drop_aside
from kiosk.offline.retention import Retention, lived
from kiosk.offline.roster import SqlRoster
from kiosk.offline.store import Store
from kiosk.ports import Clock, Enrolment, FaultBoard

log = structlog.get_logger()

SHOWN = timedelta(days=7)
"""How long a mended database stands on the board."""
ASIDE_KEPT = timedelta(days=30)
"""How long damaged files are kept for whoever comes to look. They hold what was forgotten elsewhere."""
LONGEST_SLEEP = 5.0
AFTER_FAILURE = 60.0
"""Seconds until the next try where the database can't be used; whoever writes facts tells the board of that."""


def run_keeping(store: Store, enrolment: Enrolment, clock: Clock, board: FaultBoard, stop: threading.Event) -> None:
    """Work until told to stop."""
    with connected(store) as connection:
        site = SqlRoster(connection, enrolment.site_key).site
        retention = Retention(connection, clock, site)
        failed_until = clock.monotonic()
        while not stop.is_set():
            if clock.monotonic() >= failed_until:
                try:
                    retention.work()
                    _tell_of_salvage(connection, store.path.parent, board)
                except DatabaseError as error:
                    log.warning("not_forgotten", reason=str(error))
                    if why(error) in ("damaged", "wrong-key"):
                        # Nobody else reads what is old: without this word it would stay for ever.
                        board.tell("keeping", (faults.DATABASE_DAMAGED.code,))
                    failed_until = clock.monotonic() + AFTER_FAILURE
            stop.wait(clock.nap(min(LONGEST_SLEEP, max(0.05, retention.seconds_left()))))


def forget_people(store: Store, enrolment: Enrolment, clock: Clock, stop: threading.Event) -> int:
    """All that is left to do for a kiosk that was revoked: forget whom it knows, until told to stop. The exit code.

    Facts that the centre does not have stay, for `kiosk outbox export` or a new enrolment.
    """
    with connected(store) as connection:
        retention = Retention(connection, clock, SqlRoster(connection, enrolment.site_key).site)
        told = False
        while not stop.is_set():
            pause = AFTER_FAILURE
            try:
                if retention.forget_all():
                    pause = ageing.ROUND.total_seconds()
                    if not told:
                        log.info("people_forgotten", reason="revoked")
                        told = True
            except DatabaseError as error:
                log.warning("not_forgotten", reason=str(error))
            stop.wait(clock.nap(pause))
    log.info("stopped")
    return 0


def _tell_of_salvage(connection: Connection, state: Path, board: FaultBoard) -> None:
    salvaged = connection.execute("SELECT 1 FROM salvage").fetchone()
    # A clock that is wrong for a moment must not throw away what somebody is to look at.
    age = None if salvaged is None else timedelta(seconds=lived(connection))
    board.tell("salvage", (faults.DATABASE_SALVAGED.code,) if age is not None and age < SHOWN else ())
    if age is None or age >= ASIDE_KEPT:
        with suppress(OSError):
            drop_aside(state, 0)
