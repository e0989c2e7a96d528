"""The agent: facts go up as soon as they are made, news comes down as soon as there is some.

Two loops, each with its own connection to the database and to the centre: ``Uplink`` sends and borrows, ``Downlink``
holds the long-poll. Neither ever asks the centre without a pause after a failure, and neither ends because the disk is
full: a mended disk is all that they need to go on.
"""

import random
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from threading import Event
from typing import Protocol

import structlog

from kiosk.checkin.facts import Fact, Receipt
from kiosk.ports import Clock, FaultBoard, Outbox, RosterStore
from kiosk.sync import messages
from kiosk.sync.backlog import Backlog
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.feed import MOST_PAGES, Feed, Taken
from kiosk.sync.lending import Lending
from kiosk.sync.pacing import delay
from kiosk.sync.reporter import Reporter

log = structlog.get_logger()

BATCH = 500
"""Facts at a time."""
LONG_POLL = 25
"""Seconds that the centre may hold a request for changes."""
LONGEST_SLEEP = 5.0
"""Seconds after which the loop looks by itself, should a wake-up have been lost."""
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

    ``storage_error`` is what outbox and roster raise where the database can't be used.
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
    ) -> None:
        self._centre = centre
        self._outbox = outbox
        self._clock = clock
        self._tell_screen = tell_screen
        self._chance = chance
        self._storage_error = storage_error
        self._line = Reporter(board, "centre:uplink")
        self._memory = Reporter(board, "database:uplink")
        self._feed = Feed(centre, roster, clock, languages)
        self._backlog = Backlog(board, outbox, roster, clock, today=today, series=series)
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
                self._memory.failed(error)
                failures += 1
                # Whoever waited for a pull has been told; that the line is back is still to be acted on.
                woken -= {"pull"}
                stop.wait(_unwritten(failures, self._chance))
                continue
            self._memory.worked()
            failures = 0
            woken = wake.wait(sleep)

    def send(self, stop: Event | None = None) -> None:
        """Send what is due, batch by batch, until nothing is left or the centre fails."""
        while not _ending(stop) and (facts := self._outbox.due(self._clock.now(), BATCH)):
            try:
                results = self._centre.send_facts(facts)
            except CentreError as error:
                self._line.failed(error)
                self._outbox.postpone(facts, self._next_try, error.key)
                return
            self._line.worked()
            self._settle(facts, results)

    def borrow(self) -> None:
        """Borrow ticket numbers where few are left."""
        self._lending.borrow()

    def pull(self, stop: Event | None = None) -> None:
        """Take the news at once, and tell the screen that it ended."""
        try:
            for _ in range(MOST_PAGES):
                taken = self._feed.take(wait=0)
                if _ending(stop) or not (taken.more and taken.moved):
                    break
        except CentreError as error:
            self._line.failed(error)
        finally:
            self._tell_screen("pulled")

    def _work(self, woken: Collection[str], stop: Event) -> None:
        if "pull" in woken:
            self.pull(stop)
        if "line-back" in woken:
            self._outbox.hasten()
            self._lending.hasten()
        self.send(stop)
        self.borrow()
        self._backlog.look()
        self._backlog.certificate(self._centre.certificate_ends)
        if self._outbox.next_due() is None and self._lending.content:
            # With nothing left to ask, it can't know: whether the centre answers is the downlink's to say.
            self._line.worked()

    def _settle(self, facts: Sequence[Fact], results: Sequence[messages.FactResult]) -> None:
        receipts = [
            Receipt(fact.seq, result.verdict, result.receipt, result.reason)
            for fact, result in zip(facts, results, strict=True)
        ]
        self._outbox.settle(receipts, self._clock.now())
        for fact, result in zip(facts, results, strict=True):
            log.info("fact_settled", seq=fact.seq, kind=fact.kind.value, verdict=result.verdict.value)
        self._tell_screen("receipts")

    def _next_try(self, tries: int) -> datetime:
        return self._clock.now() + delay(tries, self._chance.random())

    def _sleep(self) -> float:
        due = self._outbox.next_due()
        left = LONGEST_SLEEP if due is None else (due - self._clock.now()).total_seconds()
        return self._clock.nap(min(LONGEST_SLEEP, max(0.05, left)))


class Downlink:
    """Holds the long-poll, so that the roster is as fresh as the centre itself."""

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
    ) -> None:
        self._clock = clock
        self._tell_screen = tell_screen
        self._line_is_back = line_is_back
        self._chance = chance
        self._storage_error = storage_error
        self._line = Reporter(board, "centre:downlink")
        self._memory = Reporter(board, "database:downlink")
        self._feed = Feed(centre, roster, clock, languages)
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
                taken = self._feed.take(wait)
            except CentreError as error:
                self._line.failed(error)
                tries += 1
                stop.wait(min(LONGEST_SLEEP, delay(tries, self._chance.random()).total_seconds()))
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

    def _too_soon(self, taken: Taken, wait: int, took: float) -> bool:
        """Whether the next question must not follow at once: some proxies answer a long-poll without any waiting."""
        if taken.empty:
            return took < wait
        self._at_once = self._at_once + 1 if took < BREATH else 0
        if self._at_once and (not taken.moved or self._at_once >= MOST_PAGES):
            self._at_once = 0
            return True
        return False


def _ending(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()


def _unwritten(tries: int, chance: random.Random) -> float:
    return min(LONGEST_UNWRITTEN, delay(tries, chance.random()).total_seconds())
