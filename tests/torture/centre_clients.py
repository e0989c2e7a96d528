"""Kiosks that bring a centre what clients do, by the kiosk's own sending code, until each fact is acknowledged."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from threading import Event
from typing import TypeVar

from central import moments
from kiosk.checkin.facts import Fact, FactKind, Verdict, uuid7
from kiosk.clock import SystemClock
from kiosk.scenario.stagehand import StageError
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError, enrol
from kiosk.sync.credentials import make_key, public_half

PATIENCE = 180.0
LENT_AT_ONCE = 20
ZONE = "Europe/Helsinki"

T = TypeVar("T")


@dataclass
class KioskBook:
    """What a kiosk was told: each fact with its receipt, each block of numbers, and the verdict on each check-in."""

    facts: dict[str, tuple[Fact, str]] = field(default_factory=dict)
    blocks: dict[str, tuple[date, str, int, int]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Check-ins that were told to be the arrival."""


class TorturedKiosk:
    """One kiosk, which may ask any of the centres. Not shared between threads."""

    def __init__(self, urls: Sequence[str], name: str, code: str, chance: Random) -> None:
        key = make_key()
        enrol(urls[0], code, public_half(key))
        self._lines = [Centre(url, name, key, SystemClock()) for url in urls]
        self._name, self._chance = name, chance
        self._seq = 0
        self._numbers: list[str] = []
        self._cursor: str | None = None
        self._expected: dict[str, str | None] = {}
        self._came: list[str] = []
        self.book = KioskBook()

    def work(self, stop: Event, pause: float) -> None:
        """Clients come till ``stop``, about one each ``pause`` seconds."""
        while not stop.is_set():
            self._follow()
            self.send([self._visit() for _ in range(self._chance.randint(1, 3))])
            stop.wait(self._chance.expovariate(1 / pause))

    def send(self, facts: Sequence[Fact]) -> None:
        """Until each has its answer, whichever centre gives it."""
        results = self._asked(lambda line: line.send_facts(facts))
        for fact, result in zip(facts, results, strict=True):
            if result is None or result.verdict == Verdict.REFUSED.value or not isinstance(result.receipt, str):
                raise StageError(f"{self._name}: {fact.kind} was refused: {result}")
            self.book.facts[fact.id] = fact, result.receipt
            if fact.kind is FactKind.CHECKED_IN and result.verdict != Verdict.CONFLICT.value:
                self.book.taken.add(fact.id)

    def expects(self, names: Sequence[str]) -> bool:
        """Whether it knows all of these appointments by now."""
        self._follow()
        return all(name in self._expected for name in names)

    def close(self) -> None:
        """Close its lines."""
        for line in self._lines:
            line.close()

    def _follow(self) -> None:
        more = True
        while more:
            page = self._asked(lambda line: line.changes(self._cursor, 0))
            for record in page.records:
                if isinstance(record, messages.AppointmentRecord):
                    self._expected[record.id] = record.number
            self._cursor, more = page.cursor, page.more

    def _visit(self) -> Fact:
        free = [name for name, number in self._expected.items() if number is None]
        drawn = self._chance.random()
        if free and drawn < 0.6:
            name = self._chance.choice(free)
            # So that the other one, which has not heard yet, may try the same.
            self._expected[name] = "here"
            details = {"appointment": name, "number": self._number(), "claim": "barcode", "language": "fi"}
            fact = self._fact(FactKind.CHECKED_IN, details)
            self._came.append(fact.id)
            return fact
        if drawn < 0.8 or not self._came:
            details = {"number": self._number(), "reason": "no-appointment", "language": "sv"}
            return self._fact(FactKind.UNMATCHED, details)
        return self._fact(FactKind.TICKET_PRINTED, {"arrival": self._came.pop(), "outcome": "printed"})

    def _number(self) -> str:
        if not self._numbers:
            day = moments.today(ZONE, datetime.now(UTC))
            asked = messages.LeaseRequest(id=f"{self._name}-{len(self.book.blocks)}", day=day, size=LENT_AT_ONCE)
            block = self._asked(lambda line: line.borrow(asked))
            self.book.blocks[asked.id] = block.day, block.series, block.first, block.last
            self._numbers = [f"{block.series} {one:03d}" for one in range(block.last, block.first - 1, -1)]
        return self._numbers.pop()

    def _fact(self, kind: FactKind, details: dict[str, str]) -> Fact:
        self._seq += 1
        at = datetime.now(UTC)
        return Fact(uuid7(int(at.timestamp() * 1000), secrets.token_bytes(10)), self._seq, kind, at, details)

    def _asked(self, work: Callable[[Centre], T]) -> T:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return work(self._chance.choice(self._lines))
            except CentreError as error:
                if time.monotonic() > ends:
                    raise StageError(f"{self._name} is not answered: {error}") from error
                time.sleep(0.05)
