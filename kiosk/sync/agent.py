"""The agent: facts go up as soon as they are made, news comes down as soon as there is some.

Two loops, each with its own connection to the database and to the centre: ``Uplink`` sends and borrows, ``Downlink``
holds the long-poll. Neither ever asks the centre without a pause after a failure, and neither ends because the disk is
full: a mended disk is all that they need to go on.
"""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from threading import Event
from typing import Protocol

import structlog

from kiosk.checkin import faults
from kiosk.ports import Clock, FaultBoard, Outbox, RosterStore
from kiosk.sync.backlog import Backlog
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.configuration import Believing
from kiosk.sync.feed import MOST_PAGES, Feed, Taken
from kiosk.sync.lending import Lending
from kiosk.sync.pacing import delay
from kiosk.sync.reporter import Reporter
from kiosk.sync.sending import Sending

log = structlog.get_logger()

LONG_POLL = 25
"""Seconds that the centre may hold a request for changes."""
LONGEST_SLEEP = 5.0
"""Seconds after which the loop looks by itself, should a wake-up have been lost."""
LONGEST_REFUSED = 60.0
"""Seconds between two questions for news to a centre that refuses to answer them."""
BREATH = 1.0
"""Seconds of pause where the feed answers sooner than it should."""
LONGEST_UNWRITTEN = 60.0
"""Seconds between tries while the database can't be written."""


class Wake(Protocol):
    """The socket on which the screen process wakes this one."""

    def wait(self, seconds: float) -> set[str]:
        """The messages that came within ``seconds``."""


class Uplink:
    """Sends facts, keeps enough ticket numbers, and pulls news when a client stands waiting for it.

    ``storage_error`` is what outbox and roster raise where the database can't be used. ``make_room`` hears each one;
    it is true where trying again at once is worth it.
    """

    def __init__(
        self,
        *,
        centre: Centre,
        outbox: Outbox,
        roster: RosterStore,
        clock: Clock,
        today: Callable[[], date],
        series: Callable[[], Sequence[str]],
        languages: Collection[str],
        tell_screen: Callable[[str], None],
        board: FaultBoard,
        chance: random.Random,
        storage_error: type[Exception],
        make_room: Callable[[Exception], bool] = lambda _: False,
        believing: Believing | None = None,
    ) -> None:
        self._centre = centre
        self._outbox = outbox
        self._make_room = make_room
        self._clock = clock
        self._tell_screen = tell_screen
        self._chance = chance
        self._storage_error = storage_error
        self._line = Reporter(board, "centre:uplink")
        self._memory = Reporter(board, "database:uplink")
        self._roster = Reporter(board, "roster:uplink", faults.ROSTER_UNWRITABLE)
        self._feed = Feed(centre, roster, clock, languages, believing)
        self._backlog = Backlog(board, outbox, roster, clock, today=today, series=series)
        came = partial(tell_screen, "receipts")
        self._sending = Sending(centre, outbox, clock, chance=chance, line=self._line, receipts_came=came)
        self._lending = Lending(centre, roster, clock, today=today, series=series, chance=chance, line=self._line)

    def run(self, wake: Wake, stop: Event) -> None:
        """Work until told to stop."""
        woken: set[str] = set()
        failures = 0
        while not stop.is_set():
            try:
                self._work(woken, stop)
                sleep = self._sleep()
            except self._storage_error as error:
                if self._make_room(error):
                    continue
                self._memory.failed(error)
                failures += 1
                # Whoever waited for a pull has been told; that the line is back is still to be acted on.
                woken -= _pulls(woken)
                stop.wait(_unwritten(failures, self._chance))
                continue
            self._memory.worked()
            failures = 0
            woken = wake.wait(sleep)

    def send(self, stop: Event | None = None) -> None:
        """Send what is due, batch by batch, until nothing is left, the centre fails or a second has passed."""
        self._sending.send(stop)

    def line_is_back(self) -> None:
        """Whatever rests because the line failed may be tried at once."""
        self._sending.hasten()
        self._lending.hasten()

    def borrow(self) -> None:
        """Borrow ticket numbers where few are left."""
        self._lending.borrow()

    def pull(self, stop: Event | None = None, asked: Collection[str] = ("pull",)) -> None:
        """Take the news at once, and tell the screen that it ended: with the mark of each who ``asked``, ``pull:7``."""
        try:
            for _ in range(MOST_PAGES):
                taken = self._feed.take(wait=0)
                if _ending(stop) or not (taken.more and taken.moved):
                    break
            self._roster.worked()
        except CentreError as error:
            self._line.failed(error)
        except self._storage_error as error:
            # Facts may have room where news have none.
            self._roster.failed(error)
        finally:
            for one in asked:
                self._tell_screen(one.replace("pull", "pulled", 1))

    def _work(self, woken: Collection[str], stop: Event) -> None:
        if asked := _pulls(woken):
            self.pull(stop, sorted(asked))
        if "line-back" in woken:
            self.line_is_back()
        self.send(stop)
        if not self._sending.resting:
            self.borrow()
        self._backlog.look()
        self._backlog.certificate(self._centre.certificate_ends)
        if self._outbox.next_due() is None and self._lending.content:
            # With nothing left to ask, it can't know: whether the centre answers is the downlink's to say.
            self._line.worked()

    def _sleep(self) -> float:
        left = self._sending.seconds_left()
        return self._clock.nap(min(LONGEST_SLEEP, max(0.05, LONGEST_SLEEP if left is None else left)))


class Downlink:
    """Holds the long-poll, so that the roster is as fresh as the centre itself. ``look`` is done once a round."""

    def __init__(
        self,
        *,
        centre: Centre,
        roster: RosterStore,
        clock: Clock,
        languages: Collection[str],
        tell_screen: Callable[[str], None],
        line_is_back: Callable[[], None],
        board: FaultBoard,
        chance: random.Random,
        storage_error: type[Exception],
        believing: Believing | None = None,
        look: Callable[[], object] = lambda: None,
    ) -> None:
        self._clock = clock
        self._tell_screen = tell_screen
        self._line_is_back = line_is_back
        self._chance = chance
        self._storage_error = storage_error
        self._line = Reporter(board, "centre:downlink")
        # Nothing but the roster is written here.
        self._memory = Reporter(board, "roster:downlink", faults.ROSTER_UNWRITABLE)
        self._feed = Feed(centre, roster, clock, languages, believing)
        self._look = look
        self._at_once = 0

    def run(self, stop: Event) -> None:
        """Work until told to stop."""
        tries = 0
        unwritten = 0
        while not stop.is_set():
            # After a failure the first question is short, so that a line that is back is known at once.
            wait = 0 if tries else LONG_POLL
            asked_at = self._clock.monotonic()
            try:
                self._look()
                taken = self._feed.take(wait)
                self._look()
            except CentreError as error:
                self._line.failed(error)
                tries += 1
                stop.wait(self._pause(tries, error))
                continue
            except self._storage_error as error:
                self._memory.failed(error)
                unwritten += 1
                stop.wait(_unwritten(unwritten, self._chance))
                continue
            self._line.worked()
            self._memory.worked()
            unwritten = 0
            self._tell_screen("roster")
            if tries:
                tries = 0
                self._line_is_back()
            elif self._too_soon(taken, wait, self._clock.monotonic() - asked_at):
                stop.wait(BREATH)

    def _pause(self, tries: int, error: CentreError) -> float:
        """A line that is down may come back at any moment; a centre that says no will hardly think better of it."""
        longest = LONGEST_SLEEP if error.key in ("unreachable", "busy") else LONGEST_REFUSED
        return max(min(longest, delay(tries, self._chance.random()).total_seconds()), error.after or 0.0)

    def _too_soon(self, taken: Taken, wait: int, took: float) -> bool:
        """Whether the next question must not follow at once: some proxies answer a long-poll without any waiting."""
        if taken.empty:
            return took < wait
        self._at_once = self._at_once + 1 if took < BREATH else 0
        if self._at_once and (not taken.moved or self._at_once >= MOST_PAGES):
            self._at_once = 0
            return True
        return False


def _pulls(woken: Collection[str]) -> set[str]:
    return {one for one in woken if one.partition(":")[0] == "pull"}


def _ending(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()


def _unwritten(tries: int, chance: random.Random) -> float:
    return min(LONGEST_UNWRITTEN, delay(tries, chance.random()).total_seconds())
