"""The scanner's driver: bytes from the line, framed, told apart and handed on; the line watched meanwhile."""

import queue
from collections.abc import Callable
from random import random

import structlog

from kiosk.checkin import faults
from kiosk.checkin.identity import Scan
from kiosk.devices.scanner.condition import PATIENCE, PROBE_EVERY, Condition
from kiosk.devices.scanner.debounce import Debounce
from kiosk.devices.scanner.dialect import Dialect, Heard
from kiosk.devices.scanner.framing import IDLE_GAP
from kiosk.devices.scanner.keyboard import NOT_HELD
from kiosk.devices.scanner.profile import NONE, ScannerProfile
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import Connection, Transport, TransportError
from kiosk.ports import Clock

log = structlog.get_logger(__name__)

_MOST = 4096
_QUIET = 0.2
"""Seconds between looks at whether the kiosk closes, while nothing is scanned."""
_WRITE = 1.0
"""Seconds that a few bytes may take to leave; a line that takes none belongs to a scanner that is silent."""
_HOLD_AGAIN = 2.0
"""Seconds between attempts to hold a keyboard scanner that somebody else holds."""


class ScannerDriver:
    """Reads one scanner in its own thread. ``on_scan`` and ``on_state`` are called there and must return at once.

    ``gap`` is the silence in seconds that ends a scan without suffix; ``every`` and ``patience`` are how often an idle
    scanner is asked and how long it may take to answer, in seconds, where its ``profile`` has a question.
    """

    def __init__(
        self,
        transport: Transport,
        on_scan: Callable[[Scan], None],
        *,
        clock: Clock,
        profile: ScannerProfile = NONE,
        on_state: Callable[[DeviceState], None] = lambda _: None,
        chance: Callable[[], float] = random,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        gap: float = IDLE_GAP,
        every: float = PROBE_EVERY,
        patience: float = PATIENCE,
    ) -> None:
        self._transport = transport
        self._on_scan = on_scan
        self._clock = clock
        self._profile = profile
        self._gap = gap
        self._every = every
        self._patience = patience
        self._debounce = Debounce()
        self._orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
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

    def reopen(self) -> None:
        """Close the line and open it again at once. Safe from any thread."""
        self._supervisor.reopen()

    def trigger(self, on: bool) -> bool:
        """Make it read, or stop reading, within some tenths of a second; false where its profile cannot.

        For technicians: at a kiosk the scanner sees by itself that a card is held before it. Safe from any thread.
        """
        order = self._profile.trigger_on if on else self._profile.trigger_off
        if order:
            self._orders.put(order)
        return bool(order)

    def run(self, hold: Hold) -> None:
        """Listen until the end. Raises ``TransportError`` where the scanner is pulled out."""
        try:
            with self._transport.open() as connection:
                self._serve(connection, hold)
        except TransportError as error:
            if error.key != NOT_HELD:
                raise
            hold.well((faults.SCANNER_NOT_HELD,))
            hold.pause(_HOLD_AGAIN)

    def away(self) -> None:
        """Nobody waits for a scanner; what it was told to do has gone with it."""
        while not self._orders.empty():
            self._orders.get()

    def closing(self) -> None:
        """Nothing is owed to anybody."""

    def _serve(self, connection: Connection, hold: Hold) -> None:
        dialect = self._profile.dialect(self._gap)
        condition = Condition(probes=bool(self._profile.probe), every=self._every, patience=self._patience)
        hold.well()
        while not hold.stopping:
            self._listen(dialect, condition, connection)
            if not dialect.waiting:
                self._speak(condition, connection)
            hold.well(condition.faults)

    def _listen(self, dialect: Dialect, condition: Condition, connection: Connection) -> None:
        """One read. A function of its own, so that no name outlives it and keeps what was scanned in memory."""
        wait = self._gap / 2 if dialect.waiting else _QUIET
        data = connection.read(_MOST, wait)
        at = self._clock.monotonic()
        if data:
            condition.came(data)
        else:
            condition.quiet(wait)
        if condition.flooded:
            dialect.forget()
            return
        heard = dialect.feed(data) if data else dialect.quiet(wait)
        self._judge(heard, condition)
        if heard.answer:
            self._write(connection, heard.answer)
        for scan in heard.scans:
            self._seen(scan, at)
        self._debounce.forget(at)

    def _judge(self, heard: Heard, condition: Condition) -> None:
        if heard.garbled:
            if not condition.faults:
                log.warning("scan_garbled", frames=heard.garbled)
            condition.garbled(heard.garbled)
        if heard.scans or heard.replies:
            condition.good()

    def _speak(self, condition: Condition, connection: Connection) -> None:
        if not self._orders.empty():
            self._write(connection, self._orders.get())
        elif condition.probe_due:
            condition.asked()
            self._write(connection, self._profile.probe)

    def _write(self, connection: Connection, data: bytes) -> None:
        try:
            connection.write(data, _WRITE)
        except TransportError as error:
            # A line that is full is one whose other end does not listen: the probes tell.
            if error.key != "timeout":
                raise

    def _seen(self, scan: Scan, at: float) -> None:
        if not self._debounce.fresh(scan.text, at):
            return
        log.info("scan_read", symbology=scan.symbology, length=len(scan.text))
        self._on_scan(scan)
