"""Between the rules, which name sentences, and screen and printer, which need them said."""

import threading
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from kiosk.checkin import tell
from kiosk.checkin.listing import Listing
from kiosk.checkin.page import Frame, Page
from kiosk.checkin.tell import by_keypad
from kiosk.checkin.tell.aloud import Reading, Utterance
from kiosk.checkin.ticket import Ticket
from kiosk.checkin.wording import Text
from kiosk.devices.printer.driver import PrinterDriver
from kiosk.ports import Clock
from kiosk.texts import autonym, direction, say, time_of_day
from kiosk.texts.aloud import say_aloud
from kiosk.texts.recordings import recordings
from kiosk.ui.bridge import Bridge

ENDS = (".", "!", "?", "…", "؟", ":")
"""What a voice rests at."""


class ScreenInWords:
    """``kiosk.ports.Screen``: says the page in its language, also as it is to be heard, and hands it to the screen."""

    def __init__(self, bridge: Bridge, clock: Clock) -> None:
        self._bridge = bridge
        self._clock = clock
        self._lock = threading.RLock()
        self._shown: tuple[Page[Text], Frame[Text]] | None = None
        self._told_at = ""

    def show(self, page: Page[Text], frame: Frame[Text]) -> None:
        """Show this page from now on."""
        # One lock for both: a page that is only told anew each minute must not overtake the next one.
        with self._lock:
            self._hand_over(page, frame)

    def time(self) -> str:
        """The time of day at the site, as the language of the page has it; so has what is read aloud from now on."""
        with self._lock:
            if self._shown is None:
                return ""
            page, frame = self._shown
            words = self._time(page, frame)
            if frame.comfort.speech and words != self._told_at:
                self._hand_over(page, frame)
            return words

    def _hand_over(self, page: Page[Text], frame: Frame[Text]) -> None:
        words = partial(say, language=page.language)
        self._shown, self._told_at = (page, frame), self._time(page, frame)
        mirrored = direction(page.language) == "rtl"
        now = _local(self._clock.now(), frame.zone)
        said = aloud(page, frame, now) if frame.comfort.speech else ()
        self._bridge.show(page.map(words), replace(frame.map(words), mirrored=mirrored), said)

    def _time(self, page: Page[Text], frame: Frame[Text]) -> str:
        return time_of_day(_local(self._clock.now(), frame.zone), page.language)


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


def aloud(page: Page[Text], frame: Frame[Text], now: datetime | None = None) -> tuple[Utterance[str], ...]:
    """What is said of a page: in its language, or where nothing speaks that, in one that somebody may know better.

    ``now`` is the time of day at the site.
    """
    language = page.language
    said = (*tell.spoken(page, frame, now), *by_keypad.asides(page, frame))
    if language not in frame.voices:
        language = next((code for code, _ in frame.languages if code in frame.voices), "")
        told = Text("aloud.no-voice", {"language": autonym(page.language)})
        said = (Utterance(told, reading=Reading.ONCE), *said)
    if not language:
        return ()
    return tuple(_in_one_go(one, language) for one in said if not one.language or one.language in frame.voices)


def _in_one_go(one: Utterance[Text], language: str) -> Utterance[str]:
    spoken = one.language or language
    parts = [say_aloud(part, language) for part in (one.words, *one.more)]
    words = parts[0]
    for part in parts[1:]:
        # What goes on with a small letter belongs to the same breath.
        words = f"{words}, {part}" if part[:1].islower() and not words.endswith(ENDS) else f"{_ended(words)} {part}"
    words = _ended(words)
    recorded = tuple(clip for part in (one.words, *one.more) for clip in recordings(part, language))
    return Utterance(words, one.control, one.personal, (), one.reading, spoken, one.mark, recorded)


def _ended(words: str) -> str:
    return words if words.endswith(ENDS) else f"{words}."


def _local(moment: datetime, zone: str | None) -> datetime:
    return moment.astimezone(None if zone is None else ZoneInfo(zone))
