"""The printer's driver: slips in, one honest result for each out."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import random

import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.listing import Listing
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.devices.printer.cups import CupsTransport
from kiosk.devices.printer.encode import encode, warm_up
from kiosk.devices.printer.listing import encode_list
from kiosk.devices.printer.mouth import Mouth, MouthPolicy
from kiosk.devices.printer.profile import EPSON_80, PrinterProfile
from kiosk.devices.printer.session import End, OneWay, Remains, Session, TwoWay
from kiosk.devices.printer.status import SILENT, PrinterStatus
from kiosk.devices.printer.test_page import page
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import Transport, TransportError
from kiosk.ports import Clock, PrintEnded

log = structlog.get_logger(__name__)

POLL = 2.0
"""Seconds between looks at an idle printer, so that faults come and go by themselves."""
_EAR = 0.1
"""Seconds between listening to a printer that tells of changes by itself."""


@dataclass(frozen=True)
class _Job:
    number: int
    slip: Callable[[], bytes]
    """Made in the driver's thread: python-escpos is slow to load."""


class PrinterDriver:
    """Prints slips one at a time in its own thread. ``on_end`` gets exactly one result for each job.

    A slip is never printed late: whatever forbids printing fails the job at once, and nothing is sent. ``on_end`` and
    ``on_state`` are called in the driver's thread and must return at once.
    """

    def __init__(
        self,
        transport: Transport,
        on_end: PrintEnded,
        *,
        clock: Clock,
        profile: PrinterProfile = EPSON_80,
        mouth: MouthPolicy = MouthPolicy(),  # noqa: B008 - frozen
        on_state: Callable[[DeviceState], None] = lambda _: None,
        chance: Callable[[], float] = random,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        poll: float = POLL,
    ) -> None:
        self._transport = transport
        self._on_end = on_end
        self._profile = profile
        self._clock = clock
        self._poll = poll
        self._jobs: deque[_Job] = deque()
        self._open = False
        self._lock = threading.Lock()
        self._remains = Remains(Mouth(mouth))
        self._session: Session | None = None
        self._supervisor = Supervisor(
            "printer", self, faults.PRINTER_GONE, clock=clock, chance=chance, on_state=on_state, backoff=backoff
        )

    @property
    def state(self) -> DeviceState:
        """What is known of the printer now. Safe from any thread."""
        return self._supervisor.state

    @property
    def status(self) -> PrinterStatus:
        """Its last own words. Safe from any thread."""
        session = self._session
        return SILENT if session is None else session.status

    def start(self) -> None:
        """Begin to look after the printer."""
        with self._lock:
            self._open = True
        self._supervisor.start()

    def stop(self) -> None:
        """Take no more slips, give every open job its result and wait for the thread."""
        with self._lock:
            self._open = False
        self._supervisor.stop()

    def reopen(self) -> None:
        """Close the way to the printer and open it again at once. Safe from any thread."""
        self._supervisor.reopen()

    def submit(self, ticket: Ticket[str], job: int) -> None:
        """Hand over a slip and return at once. A driver that does not run answers from the caller's own thread."""
        self._submit(_Job(job, lambda: encode(ticket, self._profile, self._transport.bytes_per_second)))

    def submit_list(self, listing: Listing[str], job: int) -> None:
        """Hand over one slip of a list for staff, and return at once. It ends like any other job."""
        self._submit(_Job(job, lambda: encode_list(listing, self._profile)))

    def print_test(self, job: int, name: str = "") -> None:
        """Print a test page that bears the device's ``name``, and return at once. It ends like any other job."""
        self._submit(_Job(job, lambda: page(self._profile, name)))

    def run(self, hold: Hold) -> None:
        """Serve the printer until the end, or until a slip is stuck. Raises ``TransportError`` where it leaves."""
        with self._opened(hold) as session:
            session.look()
            warm_up()
            while not hold.stopping:
                if job := self._next():
                    self._print(job, session)
                    if session.stuck:
                        # What has not reached the printer goes with the connection, and never comes out late.
                        return
                else:
                    self._rest(session, hold)
                    if not self._jobs and not hold.stopping:
                        session.look()

    def away(self) -> None:
        """Fail what waits: nobody stands here any more when the printer comes back."""
        while job := self._next():
            self._end(job.number, PrintOutcome.FAILED, faults.PRINTER_GONE)

    def closing(self) -> None:
        """Fail what is left."""
        self.away()

    @contextmanager
    def _opened(self, hold: Hold) -> Iterator[Session]:
        speed = self._transport.bytes_per_second
        with self._transport.open() as connection:
            if isinstance(self._transport, CupsTransport):
                self._session = OneWay(connection, speed, self._profile.finish, hold)
            else:
                self._session = TwoWay(connection, self._profile, speed, self._remains, hold, self._clock)
            try:
                yield self._session
            finally:
                self._session = None

    def _submit(self, job: _Job) -> None:
        with self._lock:
            taken = self._open
            if taken:
                self._jobs.append(job)
        if taken:
            self._supervisor.nudge()
        else:
            self._end(job.number, PrintOutcome.FAILED, faults.PRINTER_GONE)

    def _next(self) -> _Job | None:
        return self._jobs.popleft() if self._jobs else None

    def _rest(self, session: Session, hold: Hold) -> None:
        """Wait for the next look, for a job, or for the printer's own word."""
        if not self._profile.automatic_status:
            hold.pause(self._poll)
            return
        until = self._clock.monotonic() + self._poll
        while not self._jobs and not hold.stopping and not session.news():
            left = until - self._clock.monotonic()
            if left <= 0:
                break
            hold.pause(min(left, _EAR))

    def _print(self, job: _Job, session: Session) -> None:
        """One job, from the first look to its one result. A ``TransportError`` goes on to the supervisor."""
        sent = False
        end: End = PrintOutcome.UNKNOWN, faults.PRINTER_ERROR
        try:
            slip = job.slip()
            session.sending = False
            try:
                end = session.print(slip)
            finally:
                sent = session.sending
        except TransportError:
            end = PrintOutcome.UNKNOWN if sent else PrintOutcome.FAILED, faults.PRINTER_GONE
            raise
        finally:
            self._end(job.number, *end)

    def _end(self, job: int, outcome: PrintOutcome, fault: Fault | None) -> None:
        reason = None if fault is None else fault.code
        log.info("print_ended", job=job, outcome=outcome.value, reason=reason)
        self._on_end(PrintResult(job, outcome, reason))
