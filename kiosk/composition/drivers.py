"""The drivers of the devices that a kiosk is configured with: for the screen that serves, and for the doctor."""

from collections.abc import Callable
from typing import Protocol

from kiosk.checkin.card import CardEvent
from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.identity import Scan
from kiosk.checkin.ticket import PrintResult
from kiosk.config import CardConfig, PrinterConfig, ScannerConfig
from kiosk.devices.printer import profile as printers
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.devices.printer.mouth import MouthPolicy
from kiosk.devices.printer.ways import way_to
from kiosk.devices.scanner import profile as scanners
from kiosk.devices.scanner.driver import ScannerDriver
from kiosk.devices.scanner.keyboard import KeyboardTransport
from kiosk.devices.supervisor import DeviceState
from kiosk.devices.transport import SerialTransport, Transport
from kiosk.ports import Clock

OnState = Callable[[DeviceState], None]


class Driver(Protocol):
    """What all drivers have."""

    @property
    def state(self) -> DeviceState:
        """What is known of the device now."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def reopen(self) -> None:
        """Close the device and open it again."""


def _nobody(_: DeviceState) -> None:
    pass


def printer_of(
    config: PrinterConfig, ended: Callable[[PrintResult], None], clock: Clock, on_state: OnState = _nobody
) -> PrinterDriver:
    """The driver of the configured printer. Raises ``ValueError`` for an address that is not understood."""
    return PrinterDriver(
        way_to(config.transport, config.address, config.baud),
        ended,
        clock=clock,
        profile=printers.tuned(config.profile, cut=config.cut, automatic_status=config.automatic_status),
        mouth=MouthPolicy(retract=config.slip_left == "retract", seconds=config.slip_left_seconds),
        on_state=on_state,
    )


def scanner_of(
    config: ScannerConfig, scanned: Callable[[Scan], None], clock: Clock, on_state: OnState = _nobody
) -> ScannerDriver:
    """The driver of the configured scanner."""
    way: Transport = SerialTransport(config.port, config.baud)
    if config.kind == "keyboard":
        way = KeyboardTransport(config.device, config.layout)
    return ScannerDriver(way, scanned, clock=clock, profile=scanners.PROFILES[config.profile], on_state=on_state)


def card_reader_of(
    config: CardConfig,
    on_event: Callable[[CardEvent], None],
    clock: Clock,
    on_state: OnState = _nobody,
    technicians: frozenset[str] = frozenset(),
    word: Callable[[], ClockWord | None] | None = None,
) -> Driver:
    """The driver of the configured card reader. Raises ``ImportError`` where the PC/SC library is missing."""
    # Loaded here: a kiosk without a card reader needs no PC/SC library.
    from kiosk.devices.card import issuers
    from kiosk.devices.card.driver import CardDriver

    trust = issuers.load(config.issuers, config.test_issuers, accept_tests=config.accept_test_cards)
    return CardDriver(
        trust,
        on_event,
        clock=clock,
        reader=config.reader,
        technicians=technicians,
        left_behind=config.left_behind,
        word=word,
        on_state=on_state,
    )
