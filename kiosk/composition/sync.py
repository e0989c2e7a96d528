"""``kiosk sync``: the line to the centre. No device, no Qt."""

import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial

import structlog

from kiosk import logs, texts
from kiosk.checkin.faults import Part
from kiosk.clock import clock_from_environment
from kiosk.composition.memory import OutOfOrderError, enrolled_store, sockets
from kiosk.config import Config
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.watch.peer import PeerLook
from kiosk.diagnostics.watch.rounds import Rounds
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

OUT_OF_ORDER = 3
"""Exit code: there is nothing to carry before a technician has been here."""

PARTS = (Part.DATABASE, Part.FACTS, Part.CERTIFICATE, Part.CENTRE, Part.SOFTWARE)
"""What this process watches."""


def run_sync(config: Config) -> int:
    """Carry until SIGTERM or SIGINT. The exit code is 0 after a stop in good order."""
    logs.set_up("sync")
    clock = clock_from_environment()
    with suppress(OSError):
        config.run.mkdir(parents=True, exist_ok=True)
    with Board(clock, "sync", config.state, config.run, PARTS) as board:
        try:
            store, enrolment = enrolled_store(config.state)
        except OutOfOrderError as error:
            log.error("out_of_order", code=error.fault.code, reason=error.reason)
            board.tell("memory", (error.fault.code,))
            return OUT_OF_ORDER
        board.tell("memory", ())
        with Rounds(board, [PeerLook("screen", config.run, config.state, clock)], clock, config.watch.seconds):
            return _carry(config, clock, board, store, enrolment)


def _carry(config: Config, clock: Clock, board: Board, store: Store, enrolment: Enrolment) -> int:
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
                back = partial(wake.ring, "line-back")
                _run_downlink(store, enrolment, clock, board, stop, partial(ring, screen), back)
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
            board=board,
            chance=random.SystemRandom(),
            storage_error=DatabaseError,
        ).run(wake, stop)
        centre.close()
        # The long-poll may still be held by the centre; a daemon thread does not keep the process.
        thread.join(timeout=1.0)
        log.info("stopped")
    return 1 if failed else 0


def _run_downlink(
    store: Store,
    enrolment: Enrolment,
    clock: Clock,
    board: Board,
    stop: threading.Event,
    tell: Tell,
    back: Callable[[], None],
) -> None:
    with store.connect() as connection:
        Downlink(
            centre=_centre(enrolment, clock),
            roster=SqlRosterStore(connection),
            clock=clock,
            languages=texts.languages(),
            tell_screen=tell,
            line_is_back=back,
            board=board,
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
