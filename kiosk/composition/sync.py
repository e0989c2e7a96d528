"""``kiosk sync``: the line to the centre. No device, no Qt."""

import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial

import structlog

from kiosk import logs, texts
from kiosk.checkin import ageing, faults
from kiosk.checkin.faults import Part
from kiosk.clock import clock_from_environment
from kiosk.composition.configuration import ConfigurationLook, believing
from kiosk.composition.enrolling import wait_to_enrol
from kiosk.composition.keeping import forget_people, run_keeping
from kiosk.composition.memory import OutOfOrderError, connected, enrolled_store, sockets
from kiosk.composition.new_key import rotation
from kiosk.composition.sidelink import Bells, run_sidelink
from kiosk.composition.suspicion import START_AGAIN, Marking, SuspicionLook
from kiosk.composition.watchdog import Watchdog
from kiosk.config import Config
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.watch.peer import PeerLook
from kiosk.diagnostics.watch.rounds import Rounds
from kiosk.diagnostics.watch.updates import UpdateLook
from kiosk.offline import revocation
from kiosk.offline.connection import DatabaseError
from kiosk.offline.outbox import SqlOutbox
from kiosk.offline.reserve import room_for_news, room_maker
from kiosk.offline.roster import SqlRoster, SqlRosterStore
from kiosk.offline.stamping import centre_time
from kiosk.offline.store import Store
from kiosk.ports import Clock, Enrolment, FaultBoard
from kiosk.sync.agent import Downlink, Uplink
from kiosk.sync.client import Centre
from kiosk.wake import listening, ring

log = structlog.get_logger()

Tell = Callable[[str], None]

OUT_OF_ORDER = 3
"""Exit code: there is nothing to carry before a technician has been here."""

LOOPS = ("uplink", "downlink", "sidelink", "keeping")
HUNG_AFTER = 600.0
"""Seconds without a round after which a loop is hung: longer than any question, any answer and any pause of it."""
TRIAL_LOOKS_EVERY = 2.0
"""Seconds between two looks whether this version is believed."""
REVOKED_HUNG_AFTER = 2 * ageing.ROUND.total_seconds()

PARTS = (Part.DATABASE, Part.FACTS, Part.CERTIFICATE, Part.CENTRE, Part.SOFTWARE)
"""What this process watches."""


def run_sync(config: Config) -> int:
    """Carry until SIGTERM or SIGINT. The exit code is 0 after a stop in good order."""
    logs.set_up("sync")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    clock = clock_from_environment()
    with suppress(OSError):
        config.run.mkdir(parents=True, exist_ok=True)
    bells = Bells()
    with Board(clock, "sync", config.state, config.run, PARTS, lambda _: bells.changed.set()) as board:
        try:
            store, enrolment = enrolled_store(config.state)
            if revocation.marked(config.state):
                board.tell("memory", (faults.KIOSK_REVOKED.code,))
                with Watchdog({"forgetting": REVOKED_HUNG_AFTER}, status="revoked: forgetting") as dog:
                    return forget_people(store, enrolment, clock, dog.following(stop, "forgetting"))
            board.tell("memory", ())
            if not _believed(UpdateLook(config.update.folder), stop):
                return 0
            # What the screen process says of itself goes into the heartbeat too.
            peer = PeerLook("screen", config.run, config.state, clock, board.overhear)
            suspicion = SuspicionLook(config.state, clock, 0.0)
            suspicion.serving = True
            with Rounds(board, [peer, suspicion], clock, config.watch.seconds):
                marking = Marking(board, config.state, suspicion.met)
                with Watchdog(dict.fromkeys(LOOPS, HUNG_AFTER), status="carrying") as dog:
                    code = _carry(config, clock, marking, store, enrolment, bells, stop, dog)
            return START_AGAIN if suspicion.seen else code
        except OutOfOrderError as error:
            log.error("out_of_order", code=error.fault.code, reason=error.reason)
            board.tell("memory", (error.fault.code,))
            if error.fault is faults.NOT_ENROLLED and config.screen.first_run:
                with Watchdog({"first-run": HUNG_AFTER}, status="waiting for the first enrolment") as dog:
                    return START_AGAIN if wait_to_enrol(config, dog.following(stop, "first-run")) else 0
            return OUT_OF_ORDER


def _believed(updates: UpdateLook, stop: threading.Event) -> bool:
    """Wait while this version is on trial: what is exchanged could not be taken back. False for a stop meanwhile."""
    if updates.on_trial():
        log.info("on_trial")
        with Watchdog({"trial": HUNG_AFTER}, status="on trial") as dog:
            waiting = dog.following(stop, "trial")
            while updates.on_trial() and not waiting.wait(TRIAL_LOOKS_EVERY):
                pass
    return not stop.is_set()


def _carry(
    config: Config,
    clock: Clock,
    marking: Marking,
    store: Store,
    enrolment: Enrolment,
    bells: Bells,
    stop: threading.Event,
    dog: Watchdog,
) -> int:
    own, screen = sockets(config.run)
    failed: list[Exception] = []
    rekeyed = threading.Event()
    reached = partial(_centre, config, enrolment, clock)
    with listening(own) as wake, connected(store) as connection:

        def end(*_: object) -> None:
            stop.set()
            bells.end()
            wake.ring("stop")

        def changed() -> None:
            rekeyed.set()
            end()

        def back() -> None:
            bells.line_is_back()
            wake.ring("line-back")

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

        def begun(name: str, run: Callable[[], None]) -> threading.Thread:
            def work() -> None:
                try:
                    run()
                except OutOfOrderError as error:
                    failed.append(error)
                    end()
                except Exception as error:
                    failed.append(error)
                    log.exception("thread_failed", thread=name)
                    end()

            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            return thread

        follow = partial(dog.following, stop)
        today = partial(_today, clock=clock)
        tell = partial(ring, screen)
        room = room_for_news(config.state, config.watch.disk_full)
        threads = [
            begun(
                "downlink",
                lambda: _run_downlink(store, enrolment, reached, clock, marking, follow("downlink"), tell, back, room),
            ),
            begun(
                "sidelink",
                lambda: run_sidelink(
                    store,
                    enrolment,
                    reached,
                    clock,
                    marking,
                    replace(bells, stop=dog.following(bells.stop, "sidelink")),
                    today=today,
                    series=_series,
                    rotation=partial(rotation, config, enrolment, clock, changed),
                ),
            ),
            begun("keeping", lambda: run_keeping(store, enrolment, clock, marking, follow("keeping"))),
        ]
        log.info("started", kiosk=enrolment.kiosk, site=enrolment.site)
        centre = reached()
        Uplink(
            centre=centre,
            outbox=SqlOutbox(connection),
            roster=SqlRosterStore(connection, room),
            clock=clock,
            today=partial(_today, SqlRoster(connection, enrolment.site_key), clock),
            series=partial(_series, SqlRoster(connection, enrolment.site_key)),
            languages=texts.languages(),
            tell_screen=tell,
            board=marking,
            chance=random.SystemRandom(),
            storage_error=DatabaseError,
            make_room=room_maker(connection, config.state),
            believing=believing(connection, enrolment, clock),
        ).run(wake, follow("uplink"))
        centre.close()
        # The long-poll may still be held by the centre; a daemon thread does not keep the process.
        for thread in threads:
            thread.join(timeout=1.0)
        log.info("stopped")
    for error in failed:
        if isinstance(error, OutOfOrderError):
            raise error
    if rekeyed.is_set() and not failed:
        # All three lines have the key from before; what begins anew has the one that is good.
        return START_AGAIN
    return 1 if failed else 0


def _run_downlink(
    store: Store,
    enrolment: Enrolment,
    reached: Callable[[], Centre],
    clock: Clock,
    board: FaultBoard,
    stop: threading.Event,
    tell: Tell,
    back: Callable[[], None],
    room: Callable[[], bool],
) -> None:
    with connected(store) as connection:
        Downlink(
            centre=reached(),
            roster=SqlRosterStore(connection, room),
            clock=clock,
            languages=texts.languages(),
            tell_screen=tell,
            line_is_back=back,
            board=board,
            chance=random.SystemRandom(),
            storage_error=DatabaseError,
            believing=believing(connection, enrolment, clock),
            look=ConfigurationLook(connection, board).look,
        ).run(stop)


def _centre(config: Config, enrolment: Enrolment, clock: Clock) -> Centre:
    return Centre(enrolment.centre, enrolment.kiosk, enrolment.private_key, clock, config.centre.authorities)


def _today(roster: SqlRoster, clock: Clock) -> date:
    site, now = roster.site(), centre_time(roster.clock_word(), clock) or clock.now()
    return now.date() if site is None else site.day(now)


def _series(roster: SqlRoster) -> tuple[str, ...]:
    """The site's own numbers, and those of its services."""
    site = roster.site()
    return ("",) if site is None else ("", *(service.series for service in site.services.values()))
