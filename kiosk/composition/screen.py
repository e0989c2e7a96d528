"""``kiosk screen``: touch screen, scanner, printer and attendant, each in its own thread. No network."""

import os
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from kiosk import logs
from kiosk.attendant import Attendant, Inbox, Nudged, Stop
from kiosk.checkin import tell, visit
from kiosk.clock import clock_from_environment
from kiosk.composition.in_words import PrinterInWords, ScreenInWords
from kiosk.composition.memory import enrolled_store, sockets
from kiosk.config import Config, HelpConfig, PrinterConfig
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.devices.printer.profile import PROFILES
from kiosk.devices.relay import Relay
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport
from kiosk.offline.connection import StoreError
from kiosk.offline.journal import SqlJournal
from kiosk.offline.roster import SqlRoster
from kiosk.offline.store import Store
from kiosk.ports import Clock, Enrolment
from kiosk.ui.bridge import Bridge
from kiosk.ui.screen import ScreenOptions, run
from kiosk.wake import LineToSync, Wake, listening

log = structlog.get_logger()

LISTEN_SECONDS = 60.0


def run_screen(config: Config, *, stage: Path | None, pictures: Path | None) -> int:
    """Serve until asked to end. The exit code is 0 after an end in good order."""
    logs.set_up("screen")
    clock = clock_from_environment()
    inbox: Inbox = queue.SimpleQueue()
    bridge = Bridge(inbox.put, lambda: inbox.put(visit.Touched()))
    screen = ScreenInWords(bridge, clock)
    options = ScreenOptions(
        windowed=config.screen.windowed,
        width=config.screen.width,
        height=config.screen.height,
        pixels_per_mm=config.screen.pixels_per_mm,
        calm=config.screen.calm,
        pictures=pictures,
        stage=stage,
    )
    try:
        memory = enrolled_store(config.state)
        problem = "not_enrolled"
    except StoreError as error:
        memory, problem = None, error.key
    if memory is None:
        # A page that sends people to the desk, rather than a dark screen.
        log.error("fault_came", fault="out-of-order", reason=problem)
        screen.show(tell.tell(visit.Closed(config.language), None, clock.now()), tell.frame(None))
        return run(options, bridge, screen.time)
    serving = _Serving(config, inbox, screen, clock, *memory)
    serving.start()
    code = run(options, bridge, screen.time)
    inbox.put(Stop())
    serving.join()
    return 1 if serving.failed else code


class _Serving(threading.Thread):
    """The attendant's thread, with the database and the devices that it uses."""

    def __init__(
        self, config: Config, inbox: Inbox, screen: ScreenInWords, clock: Clock, store: Store, enrolment: Enrolment
    ) -> None:
        super().__init__(name="attendant", daemon=True)
        self.failed = False
        self._config = config
        self._inbox = inbox
        self._screen = screen
        self._clock = clock
        self._store = store
        self._enrolment = enrolment

    def run(self) -> None:
        """Serve until ``Stop``. A screen without its attendant would be a lie, so a failure ends the process."""
        try:
            with ExitStack() as stack:
                self._serve(stack)
        except Exception:
            self.failed = True
            log.exception("attendant_failed")
            os.kill(os.getpid(), signal.SIGTERM)

    def _serve(self, stack: ExitStack) -> None:
        connection = stack.enter_context(self._store.connect())
        roster = SqlRoster(connection, self._enrolment.site_key)
        journal = SqlJournal(connection, site=roster.site, enrolment=self._enrolment, clock=self._clock)
        sync_socket, own_socket = sockets(self._config.run)
        wake = stack.enter_context(listening(own_socket))
        stack.enter_context(_forwarding(wake, self._inbox))
        with ExitStack() as devices:
            printer = devices.enter_context(_printer(self._config.printer, self._inbox, self._clock))
            devices.enter_context(_scanner(self._config, self._inbox, self._clock))
            log.info("started", kiosk=self._enrolment.kiosk, site=self._enrolment.site)
            attendant = Attendant(
                self._inbox,
                clock=self._clock,
                roster=roster,
                journal=journal,
                printer=None if printer is None else PrinterInWords(printer),
                screen=self._screen,
                line=LineToSync(sync_socket),
                home_language=self._config.language,
                signal=devices.enter_context(_signal(self._config.help)),
            )
            attendant.run()
        attendant.drain()
        log.info("stopped")


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


@contextmanager
def _printer(config: PrinterConfig | None, inbox: Inbox, clock: Clock) -> Iterator[PrinterDriver | None]:
    if config is None:
        yield None
        return
    driver = PrinterDriver(
        _printer_transport(config),
        lambda result: inbox.put(visit.TicketEnded(result)),
        clock=clock,
        profile=PROFILES[config.profile],
    )
    driver.start()
    try:
        yield driver
    finally:
        driver.stop()


def _printer_transport(config: PrinterConfig) -> Transport:
    if config.transport == "serial":
        return SerialTransport(config.address, config.baud)
    host, _, port = config.address.rpartition(":")
    return TcpTransport(host.strip("[]"), int(port))


@contextmanager
def _scanner(config: Config, inbox: Inbox, clock: Clock) -> Iterator[None]:
    if config.scanner is None:
        yield
        return
    driver = ScannerDriver(
        SerialTransport(config.scanner.port, config.scanner.baud),
        lambda scan: inbox.put(visit.Scanned(scan)),
        clock=clock,
    )
    driver.start()
    try:
        yield
    finally:
        driver.stop()


@contextmanager
def _signal(config: HelpConfig | None) -> Iterator[Relay | None]:
    if config is None:
        yield None
        return
    on, off = bytes.fromhex(config.on), bytes.fromhex(config.off)
    with Relay(SerialTransport(config.port, config.baud), on, off, config.seconds) as relay:
        yield relay
