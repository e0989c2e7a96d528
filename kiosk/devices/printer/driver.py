"""The printer's driver: slips in, one honest result for each out."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import random

import structlog

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.checkin.ticket import PrintOutcome, PrintResult, Ticket
from kiosk.devices.printer import status
from kiosk.devices.printer.conversation import Conversation
from kiosk.devices.printer.encode import clearing, encode, parting, warm_up
from kiosk.devices.printer.profile import EPSON_80, PrinterProfile
from kiosk.devices.printer.status import SILENT, PrinterStatus
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import Transport, TransportError
from kiosk.ports import Clock, PrintEnded

log = structlog.get_logger(__name__)

POLL = 2.0
"""Seconds between looks at an idle printer, so that faults come and go by themselves."""


@dataclass(frozen=True)
class _Job:
    ticket: Ticket[str]
    number: int


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
        on_state: Callable[[DeviceState], None] = lambda _: None,
        chance: Callable[[], float] = random,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
        poll: float = POLL,
    ) -> None:
        self._transport = transport
        self._on_end = on_end
        self._profile = profile
        self._poll = poll
        self._jobs: deque[_Job] = deque()
        self._open = False
        self._lock = threading.Lock()
        self._unfinished = False
        """A slip was begun of which nobody knows that it was cut."""
        self._sending = False
        self._stuck = False
        self._status = SILENT
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
        return self._status

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

    def submit(self, ticket: Ticket[str], job: int) -> None:
        """Hand over a slip and return at once. A driver that does not run answers from the caller's own thread."""
        with self._lock:
            taken = self._open
            if taken:
                self._jobs.append(_Job(ticket, job))
        if taken:
            self._supervisor.nudge()
        else:
            self._end(job, PrintOutcome.FAILED, faults.PRINTER_GONE)

    def run(self, hold: Hold) -> None:
        """Serve the printer until the end, or until a slip is stuck. Raises ``TransportError`` where it leaves."""
        with self._transport.open() as connection:
            printer = Conversation(connection, self._profile)
            self._stuck = False
            self._look(printer, hold)
            warm_up()
            while not hold.stopping:
                if job := self._next():
                    self._print(job, printer, hold)
                    if self._stuck:
                        # What has not reached the printer goes with the connection, and never comes out late.
                        return
                else:
                    hold.pause(self._poll)
                    if not self._jobs and not hold.stopping:
                        self._look(printer, hold)

    def away(self) -> None:
        """Fail what waits: nobody stands here any more when the printer comes back."""
        self._status = SILENT
        while job := self._next():
            self._end(job.number, PrintOutcome.FAILED, faults.PRINTER_GONE)

    def closing(self) -> None:
        """Fail what is left."""
        self.away()

    def _next(self) -> _Job | None:
        return self._jobs.popleft() if self._jobs else None

    def _see(self, printer: Conversation, hold: Hold) -> Fault | None:
        self._status = printer.status()
        hold.well(status.all_faults(self._status))
        return status.blocking(self._status)

    def _look(self, printer: Conversation, hold: Hold) -> Fault | None:
        fault = self._see(printer, hold)
        if fault is None and self._unfinished:
            printer.send(clearing(self._profile) + parting(self._profile), self._profile.finish)
            self._unfinished = False
        return fault

    def _print(self, job: _Job, printer: Conversation, hold: Hold) -> None:
        """One job, from the first look to its one result. A ``TransportError`` goes on to the supervisor."""
        self._sending = False
        end: _End = PrintOutcome.UNKNOWN, faults.PRINTER_ERROR
        try:
            end = self._attempt(job.ticket, printer, hold)
        except TransportError:
            end = PrintOutcome.UNKNOWN if self._sending else PrintOutcome.FAILED, faults.PRINTER_GONE
            raise
        finally:
            self._end(job.number, *end)

    def _attempt(self, ticket: Ticket[str], printer: Conversation, hold: Hold) -> "_End":
        fault = self._look(printer, hold)
        if fault is not None:
            return PrintOutcome.FAILED, fault
        slip = encode(ticket, self._profile)
        travel = len(slip) / self._transport.bytes_per_second
        self._sending = self._unfinished = True
        printer.send(slip, travel + self._profile.finish)
        done = printer.worked_off(travel, stopping=lambda: hold.stopping)
        fault = self._see(printer, hold)
        self._unfinished = not done
        self._stuck = not done and fault is faults.PRINTER_SILENT
        if not done and not hold.stopping:
            printer.send(clearing(self._profile), self._profile.finish)
        return judge(done=done, fault=fault)

    def _end(self, job: int, outcome: PrintOutcome, fault: Fault | None) -> None:
        reason = None if fault is None else fault.code
        log.info("print_ended", job=job, outcome=outcome.value, reason=reason)
        self._on_end(PrintResult(job, outcome, reason))


_End = tuple[PrintOutcome, Fault | None]


def judge(*, done: bool, fault: Fault | None) -> _End:
    """What may be said of a slip that was sent: whether the printer worked it off, and what it says of itself after."""
    if fault is None:
        return (PrintOutcome.PRINTED, None) if done else (PrintOutcome.UNKNOWN, faults.PRINTER_SILENT)
    if done or fault is faults.PRINTER_SILENT:
        return PrintOutcome.UNKNOWN, fault
    return PrintOutcome.FAILED, fault
