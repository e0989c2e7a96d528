"""Borrowing ticket numbers: blocks for today, of each series, while enough are left to serve everyone meanwhile."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.checkin.facts import uuid7
from kiosk.ports import Clock, Lease, OpenRequest, RosterStore
from kiosk.sync import messages
from kiosk.sync.client import Centre, CentreError
from kiosk.sync.pacing import delay
from kiosk.sync.reporter import Reporter

LEASE_SIZE = 20
LEASE_LOW = 10
"""Ticket numbers borrowed at a time, and how few are left when more are borrowed."""


@dataclass
class _Pause:
    tries: int = 0
    until: float = 0.0


class Lending:
    """Asks for blocks and keeps them. Each series has its own pause, so that one the centre spoils starves no other."""

    def __init__(
        self,
        centre: Centre,
        roster: RosterStore,
        clock: Clock,
        *,
        today: Callable[[], date],
        series: Callable[[], Sequence[str]],
        chance: random.Random,
        line: Reporter,
    ) -> None:
        self._centre = centre
        self._roster = roster
        self._clock = clock
        self._today = today
        self._series = series
        self._chance = chance
        self._line = line
        self._pauses: defaultdict[str, _Pause] = defaultdict(_Pause)

    def hasten(self) -> None:
        """The line is back: ask at once."""
        self._pauses.clear()

    @property
    def content(self) -> bool:
        """Whether nothing that was asked for is still to be asked for again."""
        return not any(pause.tries for pause in self._pauses.values())

    def borrow(self) -> None:
        """Borrow what is low."""
        day = self._today()
        for asked in self._series():
            pause = self._pauses[asked]
            if self._clock.monotonic() < pause.until or self._roster.numbers_left(day, asked) > LEASE_LOW:
                continue
            try:
                answer = self._centre.borrow(self._request(day, asked))
            except CentreError as error:
                self._line.failed(error)
                pause.tries += 1
                wait = max(delay(pause.tries, self._chance.random()).total_seconds(), error.after or 0.0)
                pause.until = self._clock.monotonic() + wait
                if error.key == "nonsense":
                    continue
                # The other series would meet the same.
                return
            self._line.worked()
            self._roster.lease(Lease(answer.id, answer.day, answer.series, answer.first, answer.last, asked))
            del self._pauses[asked]

    def _request(self, day: date, asked: str) -> messages.LeaseRequest:
        """What to ask: the same again where there was no answer, so that no block gets lost on the way."""
        request = self._roster.open_request(asked)
        if request is None or request.day != day:
            lease_id = uuid7(int(self._clock.now().timestamp() * 1000), self._chance.randbytes(10))
            request = OpenRequest(lease_id, day, asked, LEASE_SIZE)
            self._roster.keep_request(request)
        return messages.LeaseRequest(id=request.id, day=request.day, size=request.size, series=asked)
