"""A kiosk's real memory and the part that sends, before a centre that a test plays; time is the test's own."""

import random
from collections.abc import Callable, Sequence
from typing import cast

from kiosk.checkin.facts import Fact, Verdict
from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection
from kiosk.offline.outbox import SqlOutbox
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError, packed
from kiosk.sync.meanwhile import request_is_out
from kiosk.sync.reporter import Reporter
from kiosk.sync.sending import Sending
from tests.conftest import HandClock
from tests.sync.test_agent import record

Results = Sequence[messages.FactResult | None]


def recorded(facts: Sequence[Fact]) -> Results:
    return [messages.FactResult(id=fact.id, verdict=Verdict.RECORDED, receipt="r" * 32) for fact in facts]


def failing(error: CentreError) -> Callable[[Sequence[Fact]], Results]:
    def answer(_: Sequence[Fact]) -> Results:
        raise error

    return answer


class Sender:
    """Sends to ``answer``; what was sent, and when, is kept."""

    def __init__(self, connection: Connection, clock: HandClock, board: Board) -> None:
        self.connection = connection
        self.clock = clock
        self.outbox = SqlOutbox(connection)
        self.answer: Callable[[Sequence[Fact]], Results] = recorded
        self.sent: list[list[int]] = []
        self.asked_at: list[float] = []
        self.rings = 0
        self.sending = Sending(
            cast("Centre", self),
            self.outbox,
            clock,
            chance=random.Random(1),
            line=Reporter(board, "centre:uplink"),
            receipts_came=self._ring,
        )

    def send_facts(self, facts: Sequence[Fact], body: bytes | None = None) -> Results:
        assert body in (None, packed(facts)), "the body of another batch"
        places = [fact.seq for fact in facts]
        assert places == sorted(set(places)), "out of order, or twice in a batch"
        assert len(places) <= messages.MOST_FACTS
        self.sent.append(places)
        self.asked_at.append(self.clock.monotonic())
        assert len(self.sent) < 20_000, "asked hot"
        request_is_out()
        return self.answer(facts)

    def record(self, count: int) -> None:
        record(self.connection, self.clock, count)

    def settled(self) -> set[int]:
        return {row[0] for row in self.connection.execute("SELECT fact FROM receipt")}

    def parked(self) -> dict[int, str]:
        rows = self.connection.execute("SELECT fact, error FROM attempt WHERE error LIKE 'parked%'")
        return dict(rows.fetchall())

    def pass_on(self) -> float:
        """Let pass what the loop would sleep until it has something to do by itself; how long that was."""
        left = self.sending.seconds_left()
        waited = 5.0 if left is None else max(0.05, left)
        self.clock.let_pass(waited)
        return waited

    def run(self, seconds: float) -> None:
        """As the loop does, for so long."""
        ends = self.clock.monotonic() + seconds
        while self.clock.monotonic() < ends:
            self.sending.send()
            self.pass_on()

    def _ring(self) -> None:
        self.rings += 1
