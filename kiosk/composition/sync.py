"""``kiosk sync``: the line to the centre. No device, no Qt."""

import random
import signal
import threading
from collections.abc import Callable
from datetime import date
from functools import partial

import structlog

from kiosk import logs, texts
from kiosk.clock import clock_from_environment
from kiosk.composition.memory import enrolled_store, sockets
from kiosk.config import Config
from kiosk.offline.connection import DatabaseError
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.store import Store
from kiosk.ports import Clock, Enrolment
from kiosk.sync.agent import Downlink, Uplink
from kiosk.sync.client import Centre
from kiosk.wake import listening, ring

log = structlog.get_logger()

Tell = Callable[[str], None]

NOT_ENROLLED = 3
"""Exit code: there is nothing to carry before ``kiosk enrol``."""


def run_sync(config: Config) -> int:
    """Carry until SIGTERM or SIGINT. The exit code is 0 after a stop in good order."""
    logs.set_up("sync")
    memory = enrolled_store(config.state)
    if memory is None:
        log.error("not_enrolled")
        return NOT_ENROLLED
    store, enrolment = memory
    clock = clock_from_environment()
    own, screen = sockets(config.run)
    stop = threading.Event()
    failed: list[BaseException] = []
    with listening(own) as wake, store.connect() as connection:

        def end(*_: object) -> None:
            stop.set()
            wake.ring("stop")

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

        def downlink() -> None:
            try:
                _run_downlink(store, enrolment, clock, stop, partial(ring, screen), partial(wake.ring, "line-back"))
            except Exception as error:
                failed.append(error)
                log.exception("downlink_failed")
                end()

        thread = threading.Thread(target=downlink, name="downlink", daemon=True)
        thread.start()
        log.info("started", kiosk=enrolment.kiosk, site=enrolment.site)
        centre = _centre(enrolment, clock)
        Uplink(
            centre=centre,
            outbox=SqlOutbox(connection),
            roster=SqlRosterStore(connection),
            clock=clock,
            today=partial(_today, SqlRoster(connection, enrolment.site_key), clock),
            series=partial(_series, SqlRoster(connection, enrolment.site_key)),
            languages=texts.languages(),
            tell_screen=partial(ring, screen),
            chance=random.SystemRandom(),
            storage_error=DatabaseError,
        ).run(wake, stop)
        centre.close()
        # The long-poll may still be held by the centre; a daemon thread does not keep the process.
        thread.join(timeout=1.0)
        log.info("stopped")
    return 1 if failed else 0


def _run_downlink(
    store: Store, enrolment: Enrolment, clock: Clock, stop: threading.Event, tell: Tell, back: Callable[[], None]
) -> None:
    with store.connect() as connection:
        Downlink(
            centre=_centre(enrolment, clock),
            roster=SqlRosterStore(connection),
            clock=clock,
            languages=texts.languages(),
            tell_screen=tell,
            line_is_back=back,
            chance=random.SystemRandom(),
            storage_error=DatabaseError,
        ).run(stop)


def _centre(enrolment: Enrolment, clock: Clock) -> Centre:
    return Centre(enrolment.centre, enrolment.kiosk, enrolment.private_key, clock)


def _today(roster: SqlRoster, clock: Clock) -> date:
    site = roster.site()
    return clock.now().date() if site is None else site.day(clock.now())


def _series(roster: SqlRoster) -> tuple[str, ...]:
    """The site's own numbers, and those of its services."""
    site = roster.site()
    return ("",) if site is None else ("", *(service.series for service in site.services.values()))
