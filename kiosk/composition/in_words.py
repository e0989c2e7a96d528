"""Between the rules, which name sentences, and screen and printer, which need them said."""

import threading
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from kiosk.checkin.listing import Listing
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.wording import Text
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.ports import Clock
from kiosk.texts import direction, say, time_of_day
from kiosk.ui.bridge import Bridge


class ScreenInWords:
    """``kiosk.ports.Screen``: says the page in its language and hands it to the screen."""

    def __init__(self, bridge: Bridge, clock: Clock) -> None:
        self._bridge = bridge
        self._clock = clock
        self._lock = threading.Lock()
        self._language_and_zone: tuple[str, str | None] | None = None

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        """Show this page from now on."""
        words = partial(say, language=page.language)
        with self._lock:
            self._language_and_zone = (page.language, frame.zone)
        mirrored = direction(page.language) == "rtl"
        self._bridge.show(page.map(words), replace(frame.map(words), mirrored=mirrored))

    def time(self) -> str:
        """The time of day at the site, as the language of the page has it."""
        with self._lock:
            language_and_zone = self._language_and_zone
        if language_and_zone is None:
            return ""
        language, zone = language_and_zone
        return time_of_day(_local(self._clock.now(), zone), language)


class PrinterInWords:
    """``kiosk.ports.Printer``: says the slip in its language and hands it to the driver."""

    def __init__(self, driver: PrinterDriver) -> None:
        self._driver = driver

    def print(self, ticket: Ticket[Text], language: str, job: int) -> None:
        """Hand over a slip and return at once."""
        self._driver.submit(ticket.map(partial(say, language=language)), job)

    def print_list(self, listing: Listing[Text], language: str, job: int) -> None:
        """Likewise, of a list for staff."""
        self._driver.submit_list(listing.map(partial(say, language=language)), job)


def _local(moment: datetime, zone: str | None) -> datetime:
    return moment.astimezone(None if zone is None else ZoneInfo(zone))
