"""``kiosk screen``: touch screen, scanner, printer and attendant, each in its own thread. No network."""

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from kiosk import __version__, logs, texts
from kiosk.attendant import Asked, Attendant, Headphones, HealthChanged, Inbox, Nudged, Stop, VoicesChanged
from kiosk.checkin import faults, tell, visit
from kiosk.checkin.facts import FactKind
from kiosk.checkin.faults import Fault
from kiosk.checkin.servicing import LogLine
from kiosk.clock import clock_from_environment
from kiosk.composition.clips import recorded_languages
from kiosk.composition.first_run import FirstRun
from kiosk.composition.fitting import Fitted, fitting
from kiosk.composition.in_words import PrinterInWords, ScreenInWords
from kiosk.composition.kept_check import KeptCheck, keys, stations
from kiosk.composition.memory import OutOfOrderError, enrolled_store, serving_store, sockets
from kiosk.composition.probation import Probation
from kiosk.composition.sorry import SorryPicture
from kiosk.composition.suspicion import LOOK_UNTIL, START_AGAIN, Marking, SuspicionLook, end_process
from kiosk.composition.watchdog import Ask, Beat, Watchdog
from kiosk.composition.watching import watched
from kiosk.composition.workshop import DriversWorkshop
from kiosk.config import Config, ConfigError, load
from kiosk.data_look import DataLook
from kiosk.diagnostics.board import Board
from kiosk.diagnostics.self_test import Opening
from kiosk.diagnostics.watch.idle import IdleMark
from kiosk.diagnostics.watch.updates import UpdateLook
from kiosk.offline import examination, sealing
from kiosk.offline.connection import Connection, DatabaseError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.numbers import numbers_left
from kiosk.offline.reserve import room_maker
from kiosk.offline.roster import SqlRoster
from kiosk.offline.store import Store
from kiosk.offline.witness import SqlWitness
from kiosk.ports import Clock, Enrolment, FaultBoard, Figures, Line, Witness
from kiosk.service_desk import ServiceDesk, ServiceSetting
from kiosk.ui.bridge import Bridge
from kiosk.ui.keypad.keypad import KeypadOptions
from kiosk.ui.keypad.keys import Meaning
from kiosk.ui.screen import ScreenOptions, run
from kiosk.ui.voice.making import SpeechOptions
from kiosk.wake import LineToSync, Wake, listening

log = structlog.get_logger()

PARTS = ("gui", "attendant", "journal")
"""All that must be alive for a client to be served."""
LISTEN_SECONDS = 60.0
RETRY_SECONDS = 5.0
"""Between two looks at a database that could not be used."""


def screen(path: Path, *, stage: Path | None, pictures: Path | None) -> int:
    """``kiosk screen``: serve as the configuration file says, or as a kiosk without a usable one."""
    try:
        config = load(path)
    except ConfigError as error:
        print(f"kiosk: {error}", file=sys.stderr)
        return run_screen(Config(), stage=stage, pictures=pictures, broken=faults.CONFIG_INVALID)
    return run_screen(config, stage=stage, pictures=pictures)


def run_screen(config: Config, *, stage: Path | None, pictures: Path | None, broken: Fault | None = None) -> int:
    """Serve until asked to end. The exit code is 0 after an end in good order.

    Where the kiosk is ``broken`` before it has begun, or can't use its database, the page sends people to the desk:
    better than a dark screen.
    """
    logs.set_up("screen")
    clock = clock_from_environment()
    inbox: Inbox = queue.SimpleQueue()
    bridge = Bridge(
        inbox.put,
        lambda: inbox.put(visit.Touched()),
        on_headphones=lambda plugged: inbox.put(Headphones(plugged)),
        on_voices=lambda languages: inbox.put(VoicesChanged(languages)),
    )
    screen = ScreenInWords(bridge, clock)
    options = ScreenOptions(
        windowed=config.screen.windowed,
        width=config.screen.width,
        height=config.screen.height,
        pixels_per_mm=config.screen.pixels_per_mm,
        calm=config.screen.calm,
        speech=_speech(config),
        keypad=KeypadOptions({Meaning(name): keys for name, keys in config.keypad.keys.items()}, config.keypad.rest),
        pictures=pictures,
        stage=stage,
    )

    def closed(board: Board, source: str, fault: Fault) -> int:
        board.tell(source, (fault.code,))
        screen.show(tell.tell(visit.Closed(_home_language(config)), None, clock.now()), tell.frame(None))
        with Watchdog.of_asked(["gui"], [_gui(bridge)], status=f"closed: {fault.code}"):
            return run(options, bridge, screen.time, board.tell)

    def first_run(board: Board) -> int:
        # Whoever runs it is asked by the same inbox as the attendant; after it the process starts anew as a kiosk.
        serving = FirstRun(config, inbox, screen, clock, board, end_process)
        serving.start()
        with Watchdog.of_asked(["gui", "first-run"], [_gui(bridge), serving.ask], status="first run"):
            code = run(options, bridge, screen.time, board.tell)
        inbox.put(Stop())
        serving.join()
        return START_AGAIN if serving.enrolled else code

    if broken is not None:
        # Nothing is known of the machine, so that nothing of it is watched.
        with Board(clock, "screen", config.state, config.run, ()) as board:
            return closed(board, "config", broken)
    suspicion = SuspicionLook(config.state, clock, LOOK_UNTIL)
    updates = UpdateLook(config.update.folder)
    with watched(config, clock, lambda _: inbox.put(HealthChanged()), suspicion, updates) as board:
        board.tell("config", ())
        # Before the first page: a version on trial lets nobody in.
        board.tell(updates.source, [fault.code for fault in updates.look()])
        try:
            memory = serving_store(config.state, patience=0.0)
        except OutOfOrderError as error:
            log.error("out_of_order", code=error.fault.code, reason=error.reason)
            if error.fault is faults.NOT_ENROLLED and config.screen.first_run:
                board.tell("memory", (error.fault.code,))
                return first_run(board)
            with _mended_meanwhile(config, error.fault) as mended:
                code = closed(board, "memory", error.fault)
            return START_AGAIN if mended.is_set() or suspicion.seen else code
        board.tell("memory", ())
        suspicion.serving = True
        serving = _Serving(config, inbox, screen, clock, Marking(board, config.state, suspicion.met), *memory)
        serving.on_headphones = bridge.headphones
        bridge.ask(serving.sorry.measure)
        serving.start()
        with Watchdog.of_asked(PARTS, [_gui(bridge), serving.ask], status="serving"):
            code = run(options, bridge, screen.time, board.tell)
        inbox.put(Stop())
        serving.join()
        if suspicion.seen or serving.damaged:
            return START_AGAIN
        return 1 if serving.failed else code


class _Serving(threading.Thread):
    """The attendant's thread, with the database and the devices that it uses."""

    def __init__(
        self,
        config: Config,
        inbox: Inbox,
        screen: ScreenInWords,
        clock: Clock,
        board: FaultBoard,
        store: Store,
        enrolment: Enrolment,
    ) -> None:
        super().__init__(name="attendant", daemon=True)
        self.failed = False
        self.damaged = False
        self.on_headphones: Callable[[bool], None] = lambda _: None
        self._config = config
        self._inbox = inbox
        self._screen = screen
        self._clock = clock
        self._board = board
        self._store = store
        self._enrolment = enrolment
        self._answers: Callable[[], bool] = lambda: False
        self.sorry = SorryPicture(config.state)
        self._updates = UpdateLook(config.update.folder)
        self._idle = IdleMark(config.run)

    def ask(self, beat: Beat) -> None:
        """Have the attendant's thread tell that it lives, and whether the journal does. From any thread."""

        def answer() -> None:
            beat("attendant")
            if self._answers():
                beat("journal")

        self._inbox.put(Asked(answer))

    def run(self) -> None:
        """Serve until ``Stop``. A screen without its attendant would be a lie, so a failure ends the process."""
        try:
            with ExitStack() as stack:
                self._serve(stack)
        except Exception as error:
            self.failed = True
            log.exception("attendant_failed")
            if isinstance(error, DatabaseError):
                # What can't be read is looked into at the next start, and is on the board until then.
                self.damaged = True
                self._board.tell("memory", (faults.DATABASE_DAMAGED.code,))
            os.kill(os.getpid(), signal.SIGTERM)

    def _serve(self, stack: ExitStack) -> None:
        connection = stack.enter_context(self._store.connect())
        roster = SqlRoster(connection, self._enrolment.site_key, self._enrolment.kiosk)
        journal = SqlJournal(
            connection,
            site=roster.site,
            enrolment=self._enrolment,
            clock=self._clock,
            make_room=room_maker(connection, self._config.state),
        )
        self._answers = journal.answers
        probation = Probation(connection, self._clock)
        probation.begin()
        sync_socket, own_socket = sockets(self._config.run)
        wake = stack.enter_context(listening(own_socket))
        stack.enter_context(_forwarding(wake, self._inbox))
        with ExitStack() as devices:
            look = DataLook(roster, self._board, self._clock)
            fitted = devices.enter_context(
                fitting(self._config, self._inbox, self._clock, self._board, lambda: look.word, self.on_headphones)
            )
            line = LineToSync(sync_socket)
            figures = partial(self._figures, connection, roster)
            opening = self._opening(journal, roster, figures)
            log.info("started", kiosk=self._enrolment.kiosk, site=self._enrolment.site)
            attendant = Attendant(
                self._inbox,
                clock=self._clock,
                roster=roster,
                journal=journal,
                printer=None if fitted.printer is None else PrinterInWords(fitted.printer),
                screen=self._screen,
                line=line,
                board=self._board,
                home_language=_home_language(self._config),
                signal=fitted.signal,
                while_idle=lambda: self._while_idle(opening, line, roster, probation),
                desk=self._desk(fitted, journal, line, opening, figures, self._witness(connection, roster)),
                look=look,
                languages=texts.languages(),
                take_back=probation.failed,
            )
            attendant.run()
        attendant.drain()
        probation.end()
        log.info("stopped")

    def _while_idle(self, opening: Opening, line: Line, roster: SqlRoster, probation: Probation) -> None:
        self._idle.tick(self._clock.monotonic())
        if self._updates.on_trial():
            # What is recorded now could not be taken back with the version.
            return
        _test_oneself(opening, line)
        probation.tick()
        self.sorry.keep(roster.site())

    def _figures(self, connection: Connection, roster: SqlRoster) -> Figures:
        try:
            site, facts = roster.site(), examination.facts(connection)
            left = None if site is None else numbers_left(connection, site.day(self._clock.now()))
            return Figures(facts.waiting, facts.refused, roster.quality().roster_as_of, left)
        except DatabaseError:
            # Whoever comes to look at a broken database must not find the page gone.
            return Figures()

    def _opening(self, journal: SqlJournal, roster: SqlRoster, figures: Callable[[], Figures]) -> Opening:
        return Opening(
            self._config.self_test.at,
            clock=self._clock,
            journal=journal,
            roster=roster,
            health=self._board.health,
            numbers_left=lambda: figures().numbers_left,
            last=journal.last(FactKind.SELF_TEST),
        )

    def _witness(self, connection: Connection, roster: SqlRoster) -> Witness:
        after = timedelta(minutes=self._config.service.only_here_minutes)
        return SqlWitness(connection, site=roster.site, clock=self._clock, after=after)

    def _desk(
        self,
        fitted: Fitted,
        journal: SqlJournal,
        line: Line,
        opening: Opening,
        figures: Callable[[], Figures],
        witness: Witness,
    ) -> ServiceDesk:
        service = self._config.service
        return ServiceDesk(
            ServiceSetting(
                self._enrolment.kiosk,
                __version__,
                self._config.language,
                service.code,
                bool(service.cards),
                stations(self._config),
                keys(self._config),
            ),
            clock=self._clock,
            board=self._board,
            journal=journal,
            line=line,
            workshop=DriversWorkshop(fitted, self._inbox, line, opening, self._clock, figures),
            newest=lambda: [LogLine(*line) for line in logs.newest()],
            witness=witness,
            keeper=KeptCheck(self._config.state),
        )


def _gui(bridge: Bridge) -> Ask:
    return lambda beat: bridge.ask(partial(beat, "gui"))


def _speech(config: Config) -> SpeechOptions | None:
    speech = config.speech
    if speech is None:
        return None
    return SpeechOptions(
        folder=config.run / "speech",
        engine=speech.engine,
        audio=speech.audio,
        voices=speech.voices,
        rate=speech.rate,
        volume=speech.volume,
        clips=speech.clips,
        recorded=frozenset() if speech.clips is None else recorded_languages(speech.clips),
        clip_device=speech.clip_device,
        plugged_key=speech.plugged_key,
        pulled_key=speech.pulled_key,
    )


def _home_language(config: Config) -> str:
    if config.language in texts.languages():
        return config.language
    log.warning("home_language_without_words", language=config.language)
    return texts.FALLBACK


@contextmanager
def _mended_meanwhile(config: Config, fault: Fault) -> Iterator[threading.Event]:
    """While the page is closed over the database: try again now and then, and end the process once it can be used."""
    mended, ended = threading.Event(), threading.Event()

    def look() -> None:
        while not ended.wait(RETRY_SECONDS):
            try:
                enrolled_store(config.state, patience=0.0)
            except OutOfOrderError:
                continue
            mended.set()
            end_process()
            return

    thread = threading.Thread(target=look, name="mending", daemon=True)
    if fault in (faults.DATABASE_DAMAGED, faults.JOURNAL_UNWRITABLE):
        thread.start()
    try:
        yield mended
    finally:
        ended.set()


def _test_oneself(opening: Opening, line: Line) -> None:
    sealing.get_ready()
    if opening.tick() is not None:
        line.new_fact()


@contextmanager
def _forwarding(wake: Wake, inbox: Inbox) -> Iterator[None]:
    """Hand on what the sync process rings."""
    ended = threading.Event()

    def forward() -> None:
        while not ended.is_set():
            for message in wake.wait(LISTEN_SECONDS):
                inbox.put(Nudged(message))

    thread = threading.Thread(target=forward, name="wake", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        wake.ring("stop")
        thread.join()
