"""A centre that a test plays, and the waits of the loops that ask it. Nothing here takes any time."""

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import cast

import msgspec

from kiosk.checkin.clock_watch import ClockWord
from kiosk.checkin.facts import Fact, Verdict
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError


class PlayedCentre:
    """Answers as the test says; keeps what it was asked."""

    def __init__(self) -> None:
        self.clock_word: ClockWord | None = None
        self.certificate_ends: datetime | None = None
        self.polls: list[tuple[str | None, int]] = []
        self.lease_requests: list[messages.LeaseRequest] = []
        self.batches: list[int] = []
        self.page: Callable[[int], messages.Changes] = lambda _n: page()
        self.block: Callable[[messages.LeaseRequest], messages.LeaseAnswer] = block

    @property
    def centre(self) -> Centre:
        """As the agent takes it."""
        return cast("Centre", self)

    def changes(self, cursor: str | None, wait: int) -> messages.Changes:
        self.polls.append((cursor, wait))
        assert len(self.polls) < 1000, "asked hot"
        return self.page(len(self.polls))

    def borrow(self, request: messages.LeaseRequest) -> messages.LeaseAnswer:
        self.lease_requests.append(request)
        return self.block(request)

    def send_facts(self, facts: list[Fact], _: bytes | None = None) -> list[messages.FactResult]:
        self.batches.append(len(facts))
        return [messages.FactResult(verdict=Verdict.RECORDED, receipt="r" * 36) for _ in facts]


class Waits(Event):
    """The stop of a loop: its waits are kept, and after ``most`` of them it is set."""

    def __init__(self, most: int, between: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._most = most
        self._between = between

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.waits.append(timeout)
        self._between(len(self.waits))
        if len(self.waits) >= self._most:
            self.set()
        return self.is_set()


def page(*records: object, cursor: str = "c", more: bool = False, snapshot: bool = False) -> messages.Changes:
    raw = [msgspec.Raw(msgspec.json.encode(record)) for record in records]
    return messages.Changes(snapshot=snapshot, cursor=cursor, more=more, records=raw)


def block(request: messages.LeaseRequest) -> messages.LeaseAnswer:
    return messages.LeaseAnswer(id=request.id, day=request.day, series=request.series or "A", first=1, last=20)


def unreachable(*_: object) -> messages.LeaseAnswer:
    raise CentreError("unreachable", "ReadTimeout")


def nonsense(*_: object) -> messages.LeaseAnswer:
    raise CentreError("nonsense", "not the block asked for")
