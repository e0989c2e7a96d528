"""``kiosk.ports.Workshop``: what a technician at the screen may do to the devices that run."""

import threading
from collections.abc import Callable

from kiosk.attendant import TEST_PULL, Inbox
from kiosk.checkin.faults import Part
from kiosk.checkin.listing import Listing
from kiosk.checkin.servicing import LIST_JOB, TEST_JOB, Event, Reopened, Result, TestEnded
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.visit import TicketEnded
from kiosk.checkin.wording import Text
from kiosk.composition.drivers import Driver
from kiosk.composition.fitting import Fitted
from kiosk.composition.in_words import PrinterInWords
from kiosk.diagnostics.self_test import Opening
from kiosk.ports import Clock, Figures, Line

OPENED_WITHIN = 10.0
_GLANCE = 0.1
_SETTLED = 1.0
"""Seconds in which a driver notices that it is to open anew, and has closed."""


class DriversWorkshop:
    """On the drivers of this process. ``figures`` counts in the attendant's thread, whose database it is."""

    def __init__(
        self, fitted: Fitted, inbox: Inbox, line: Line, opening: Opening, clock: Clock, figures: Callable[[], Figures]
    ) -> None:
        self._fitted = fitted
        self._inbox = inbox
        self._line = line
        self._opening = opening
        self._clock = clock
        self._figures = figures

    def test(self, part: Part) -> list[Event]:
        """A printer prints its test page, a scanner is told to read, a centre is asked; a card is simply put in."""
        match part:
            case Part.PRINTER if self._fitted.printer is not None:
                self._fitted.printer.print_test(TEST_JOB)
            case Part.SCANNER if self._fitted.scanner is not None:
                self._fitted.scanner.trigger(True)
            case Part.CENTRE:
                self._line.pull(TEST_PULL)
            case Part.HELP if self._fitted.signal is not None:
                self._fitted.signal.give()
                return [TestEnded(part, None, Result.GIVEN)]
            case Part.HELP:
                return [TestEnded(part, False, Result.NOT_GIVEN)]
        return []

    def stop(self, part: Part) -> None:
        """Only a scanner was told to do something that goes on."""
        if part is Part.SCANNER and self._fitted.scanner is not None:
            self._fitted.scanner.trigger(False)

    def reopen(self, part: Part) -> None:
        """Open anew, and watch from a thread of its own what becomes of it."""
        driver = self._fitted.drivers.get(part)
        if driver is None:
            self._inbox.put(Reopened(part, ok=False))
            return
        threading.Thread(target=self._reopened, args=(part, driver), name="reopen", daemon=True).start()

    def self_test(self) -> tuple[str, ...] | None:
        """The opening self-test, whatever the time of day."""
        found = self._opening.run()
        return None if found is None else found.codes

    def figures(self) -> Figures:
        """As they are now."""
        return self._figures()

    def print_list(self, listing: Listing[Text], language: str) -> None:
        """As any slip, in the words of that language."""
        if self._fitted.printer is None:
            self._inbox.put(TicketEnded(PrintResult(LIST_JOB, PrintOutcome.FAILED, "no-printer")))
            return
        PrinterInWords(self._fitted.printer).print_list(listing, language, LIST_JOB)

    def _reopened(self, part: Part, driver: Driver) -> None:
        driver.reopen()
        until = self._clock.monotonic() + OPENED_WITHIN
        # It was connected until a moment ago; what counts is how it is once it has had time to close.
        pause = threading.Event()
        pause.wait(_SETTLED)
        while not driver.state.connected and self._clock.monotonic() < until:
            pause.wait(_GLANCE)
        self._inbox.put(Reopened(part, driver.state.connected))
