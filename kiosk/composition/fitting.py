"""The devices that a kiosk is equipped with, running: what they see goes to the attendant, their state to the board."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from kiosk.attendant import Inbox
from kiosk.checkin import faults, visit
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.faults import Part
from kiosk.checkin.identity import Scan
from kiosk.checkin.ticket import PrintResult
from kiosk.composition.drivers import Driver, card_reader_of, printer_of, scanner_of
from kiosk.composition.signals import Signals
from kiosk.composition.watching import hearing
from kiosk.config import CardConfig, Config, HelpConfig, ServiceConfig
from kiosk.devices.chime import Chime
from kiosk.devices.headphones import Headphones
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.devices.relay import Relay
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.transport import SerialTransport
from kiosk.ports import Clock, FaultBoard, Signal

D = TypeVar("D", bound=Driver)
Word = Callable[[], ClockWord | None]


@dataclass(frozen=True)
class Fitted:
    """The drivers that run, and the signal that calls staff; ``None`` for what this kiosk does not have."""

    printer: PrinterDriver | None
    scanner: ScannerDriver | None
    card_reader: Driver | None
    signal: Signal | None

    @property
    def drivers(self) -> Mapping[Part, Driver]:
        """Those that can be opened anew."""
        found = {Part.PRINTER: self.printer, Part.SCANNER: self.scanner, Part.CARD_READER: self.card_reader}
        return {part: driver for part, driver in found.items() if driver is not None}


@contextmanager
def fitting(
    config: Config,
    inbox: Inbox,
    clock: Clock,
    board: FaultBoard,
    word: Word | None = None,
    on_headphones: Callable[[bool], None] = lambda _: None,
) -> Iterator[Fitted]:
    """Start every device, and stop it at the end.

    ``word`` is the centre's last one on the time, from any thread. ``on_headphones`` hears in the jack's own thread
    when headphones are plugged in and pulled out.
    """

    def ended(result: PrintResult) -> None:
        inbox.put(visit.TicketEnded(result))

    def scanned(scan: Scan) -> None:
        inbox.put(visit.Scanned(scan))

    with ExitStack() as stack:

        def running(driver: D | None) -> D | None:
            if driver is not None:
                driver.start()
                stack.callback(driver.stop)
            return driver

        hear = hearing(board)
        jack = config.speech.headphones if config.speech is not None else ""
        running(Headphones(jack, on_headphones, clock=clock, on_state=hear) if jack else None)
        yield Fitted(
            running(printer_of(config.printer, ended, clock, hear) if config.printer else None),
            running(scanner_of(config.scanner, scanned, clock, hear) if config.scanner else None),
            running(_card_reader(config.card, config.service, inbox, clock, board, word) if config.card else None),
            stack.enter_context(signalling(config.help, board)),
        )


def _card_reader(
    config: CardConfig, service: ServiceConfig, inbox: Inbox, clock: Clock, board: FaultBoard, word: Word | None
) -> Driver | None:
    try:
        return card_reader_of(config, inbox.put, clock, hearing(board), frozenset(service.cards), word)
    except ImportError:
        # Without the PC/SC library there is no card reader; everything else serves.
        board.tell("card-reader", (faults.CARD_SERVICE_DOWN.code,))
        return None


@contextmanager
def signalling(config: HelpConfig | None, board: FaultBoard) -> Iterator[Signal | None]:
    """The light and the sound that call staff, as far as this kiosk has them."""
    with ExitStack() as stack:
        signals: list[Signal] = []
        if config is not None and config.relay is not None:
            relay = config.relay
            on, off = bytes.fromhex(relay.on), bytes.fromhex(relay.off)
            way = SerialTransport(relay.port, relay.baud)
            light = Relay(way, on, off, relay.seconds, on_state=hearing(board))
            signals.append(stack.enter_context(light))
        if config is not None and config.sound is not None:
            signals.append(stack.enter_context(Chime(config.sound, on_state=hearing(board))))
        yield Signals(signals) if signals else None
