"""The third thread of ``kiosk sync``: heartbeats, day closes and new keys."""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from kiosk.composition.heartbeat import Condition
from kiosk.composition.memory import connected
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.day_close import SqlDayCloses
from kiosk.offline.roster import SqlRoster
from kiosk.offline.stamping import centre_time
from kiosk.offline.store import Store
from kiosk.ports import Clock, Enrolment, FaultBoard
from kiosk.sync.client import Centre
from kiosk.sync.day_close import DayClosing
from kiosk.sync.heartbeat import Heartbeat
from kiosk.sync.rotation import Rotation
from kiosk.sync.sidelink import Sidelink


@dataclass(frozen=True)
class Bells:
    """What wakes it: the faults have ``changed`` (or any of the others is set), the line is ``back``, the end."""

    changed: threading.Event = field(default_factory=threading.Event)
    back: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def line_is_back(self) -> None:
        """Try at once what failed."""
        self.back.set()
        self.changed.set()

    def end(self) -> None:
        """No more."""
        self.stop.set()
        self.changed.set()


def run_sidelink(
    store: Store,
    enrolment: Enrolment,
    reached: Callable[[], Centre],
    clock: Clock,
    board: FaultBoard,
    bells: Bells,
    *,
    today: Callable[[SqlRoster], date],
    series: Callable[[SqlRoster], Sequence[str]],
    rotation: Callable[[Connection], Rotation | None] = lambda _: None,
) -> None:
    """Work until told to stop."""
    with connected(store) as connection:
        roster, chance, centre = SqlRoster(connection, enrolment.site_key), random.SystemRandom(), reached()
        condition = Condition(
            board, connection, roster, clock, today=partial(today, roster), series=partial(series, roster)
        )
        closing = DayClosing(
            centre,
            SqlDayCloses(connection),
            enrolment=enrolment,
            site=roster.site,
            centre_now=lambda: centre_time(roster.clock_word(), clock) or clock.now(),
            clock=clock,
            chance=chance,
            tell=partial(board.tell, "day-close"),
        )
        Sidelink(
            Heartbeat(centre, tell=condition.tell, codes=condition.codes, clock=clock, chance=chance),
            closing,
            rotation(connection),
            clock=clock,
            storage_error=DatabaseError,
        ).run(bells.changed, bells.back, bells.stop)
        centre.close()
