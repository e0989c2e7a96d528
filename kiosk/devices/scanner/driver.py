"""The scanner's driver: bytes from the line, framed, told apart and handed on."""

from collections.abc import Callable
from random import random

import structlog

from kiosk.checkin import faults
from kiosk.checkin.identity import Scan
from kiosk.devices.scanner import symbology
from kiosk.devices.scanner.debounce import Debounce
from kiosk.devices.scanner.framing import IDLE_GAP, Framer
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import Connection, Transport
from kiosk.ports import Clock

log = structlog.get_logger(__name__)

_MOST = 4096
_QUIET = 0.2
"""Seconds between looks at whether the kiosk closes, while nothing is scanned."""


class ScannerDriver:
    """Reads one scanner in its own thread. ``on_scan`` and ``on_state`` are called there and must return at once.

    ``gap`` is the silence in seconds that ends a scan without suffix.
    """

    def __init__(
        self,
        transport: Transport,
        on_scan: Callable[[Scan], None],
        *,
        clock: Clock,
        on_state: Callable[[DeviceState], None] = lambda _: None,
        chance: Callable[[], float] = random,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        gap: float = IDLE_GAP,
    ) -> None:
        self._transport = transport
        self._on_scan = on_scan
        self._clock = clock
        self._gap = gap
        self._debounce = Debounce()
        self._supervisor = Supervisor(
            "scanner", self, faults.SCANNER_GONE, clock=clock, chance=chance, on_state=on_state, backoff=backoff
        )

    @property
    def state(self) -> DeviceState:
        """What is known of the scanner now. Safe from any thread."""
        return self._supervisor.state

    def start(self) -> None:
        """Begin to listen."""
        self._supervisor.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread."""
        self._supervisor.stop()

    def run(self, hold: Hold) -> None:
        """Listen until the end. Raises ``TransportError`` where the scanner is pulled out."""
        framer = Framer(gap=self._gap)
        with self._transport.open() as connection:
            hold.well()
            while not hold.stopping:
                self._listen(framer, connection)

    def _listen(self, framer: Framer, connection: Connection) -> None:
        """One read. A function of its own, so that no name outlives it and keeps what was scanned in memory."""
        wait = self._gap / 2 if framer.waiting else _QUIET
        data = connection.read(_MOST, wait)
        at = self._clock.monotonic()
        overlong = framer.overlong
        for text in framer.feed(data) if data else framer.quiet(wait):
            self._seen(text, at)
        if framer.overlong > overlong:
            log.warning("scan_overlong", count=framer.overlong)
        self._debounce.forget(at)

    def away(self) -> None:
        """Nothing waits for a scanner."""

    def closing(self) -> None:
        """Nothing is owed to anybody."""

    def _seen(self, text: str, at: float) -> None:
        if not self._debounce.fresh(text, at):
            return
        scan = symbology.scan(text)
        log.info("scan_read", symbology=scan.symbology, length=len(scan.text))
        if scan.text:
            self._on_scan(scan)
