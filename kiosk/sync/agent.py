"""The agent: facts go up as soon as they are made, news comes down as soon as there is some.

Two loops, each with its own connection to the database and to the centre: ``Uplink`` sends and borrows, ``Downlink``
holds the long-poll. Neither ever asks the centre without a pause after a failure.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime
from threading import Event
from typing import Protocol

import structlog

from kiosk.checkin.facts import Fact, Receipt, uuid7
from kiosk.ports import Clock, Lease, Outbox, RosterStore
from kiosk.sync import messages, news
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.pacing import delay

log = structlog.get_logger()

BATCH = 500
"""Facts at a time."""
LEASE_SIZE = 20
LEASE_LOW = 10
"""Ticket numbers borrowed at a time, and how few are left when more are borrowed."""
LONG_POLL = 25
"""Seconds that the centre may hold a request for changes."""
LONGEST_SLEEP = 5.0
"""Seconds after which the loop looks by itself, should a wake-up have been lost."""
FAULT_OF_ERROR = {"unauthorised": "centre-refuses"}


class Wake(Protocol):
    """The socket on which the screen process wakes this one."""

    def wait(self, seconds: float) -> set[str]:
        """The messages that came within ``seconds``."""


class Reporter:
    """Logs the state of the line once when it changes, not at each try."""

    def __init__(self) -> None:
        self._fault: str | None = None

    def failed(self, error: CentreError) -> None:
        """The centre could not be used."""
        fault = FAULT_OF_ERROR.get(error.key, "centre-unreachable")
        if fault != self._fault:
            self.worked()
            self._fault = fault
            log.warning("fault_came", fault=fault, reason=error.key, detail=error.detail)

    def worked(self) -> None:
        """The centre answered."""
        if self._fault is not None:
            log.info("fault_gone", fault=self._fault)
            self._fault = None


class Uplink:
    """Sends facts, keeps enough ticket numbers, and pulls news when a client stands waiting for it."""

    def __init__(
        self,
        *,
        centre: Centre,
        outbox: Outbox,
        roster: RosterStore,
        clock: Clock,
        today: Callable[[], date],
        tell_screen: Callable[[str], None],
        chance: random.Random,
    ) -> None:
        self._centre = centre
        self._outbox = outbox
        self._roster = roster
        self._clock = clock
        self._today = today
        self._tell_screen = tell_screen
        self._chance = chance
        self._reporter = Reporter()
        self._lease_tries = 0
        self._lease_after = 0.0

    def run(self, wake: Wake, stop: Event) -> None:
        """Work until told to stop."""
        woken: set[str] = set()
        while not stop.is_set():
            if "pull" in woken:
                self.pull()
            if "line-back" in woken:
                self._outbox.hasten()
            self.send()
            self.borrow()
            woken = wake.wait(self._sleep())

    def send(self) -> None:
        """Send what is due, batch by batch, until nothing is left or the centre fails."""
        while facts := self._outbox.due(self._clock.now(), BATCH):
            try:
                results = self._centre.send_facts(facts)
            except CentreError as error:
                self._reporter.failed(error)
                self._outbox.postpone(facts, self._next_try, error.key)
                return
            self._reporter.worked()
            self._settle(facts, results)

    def borrow(self) -> None:
        """Borrow ticket numbers for today while enough are left to serve everyone meanwhile."""
        day = self._today()
        if self._roster.numbers_left(day) > LEASE_LOW or self._clock.monotonic() < self._lease_after:
            return
        lease_id = uuid7(int(self._clock.now().timestamp() * 1000), self._chance.randbytes(10))
        try:
            answer = self._centre.borrow(messages.LeaseRequest(id=lease_id, day=day, size=LEASE_SIZE))
        except CentreError as error:
            self._reporter.failed(error)
            self._lease_tries += 1
            pause = delay(self._lease_tries, self._chance.random())
            self._lease_after = self._clock.monotonic() + pause.total_seconds()
            return
        self._reporter.worked()
        self._lease_tries = 0
        self._roster.lease(Lease(answer.id, answer.day, answer.series, answer.first, answer.last))

    def pull(self) -> None:
        """Take the news at once, and tell the screen how it ended."""
        try:
            while take_news(self._centre, self._roster, self._clock, wait=0):
                pass
        except CentreError as error:
            self._reporter.failed(error)
        self._tell_screen("pulled")

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
        tell_screen: Callable[[str], None],
        line_is_back: Callable[[], None],
        chance: random.Random,
    ) -> None:
        self._centre = centre
        self._roster = roster
        self._clock = clock
        self._tell_screen = tell_screen
        self._line_is_back = line_is_back
        self._chance = chance
        self._reporter = Reporter()

    def run(self, stop: Event) -> None:
        """Work until told to stop."""
        tries = 0
        while not stop.is_set():
            try:
                # After a failure the first question is short, so that a line that is back is known at once.
                take_news(self._centre, self._roster, self._clock, wait=0 if tries else LONG_POLL)
            except CentreError as error:
                self._reporter.failed(error)
                tries += 1
                stop.wait(min(LONGEST_SLEEP, delay(tries, self._chance.random()).total_seconds()))
                continue
            self._reporter.worked()
            if tries:
                tries = 0
                self._line_is_back()
            self._tell_screen("roster")


def take_news(centre: Centre, roster: RosterStore, clock: Clock, wait: int) -> bool:
    """Fetch and apply one page of the feed; whether more is there at once. Raises ``CentreError``."""
    cursor = roster.cursor()
    changes = centre.changes(cursor, wait)
    what, unread = news.read(changes)
    if unread:
        log.warning("feed_records_not_understood", count=unread)
    applied = roster.apply(what, cursor, clock.now())
    return changes.more or not applied
