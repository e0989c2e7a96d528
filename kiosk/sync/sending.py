"""Facts go up: newest first, in batches as large as the line bears, and no fact ever holds up another.

What an answer means is in ``answers``. Where the centre will not take a batch as a whole, its newest fact is sent
alone: if that one goes through, the fault lies with a fact among the others, and they are halved until it stands alone.
Where two facts are refused alone and nothing goes through, the centre refuses everything, and the line waits.

While the centre has one batch, its word on the one before is written down, and the next one is made ready.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import structlog

from kiosk.checkin.facts import Fact, Receipt, Verdict
from kiosk.ports import Clock, Outbox
from kiosk.sync import messages
from kiosk.sync.answers import Course
from kiosk.sync.client import Centre, CentreError, packed
from kiosk.sync.meanwhile import meanwhile
from kiosk.sync.pacing import delay
from kiosk.sync.reporter import Reporter
from kiosk.sync.room import LEAST, Room

log = structlog.get_logger()

SUSPECTS = 2
"""Facts refused alone, with nothing that went through, after which it is the centre that refuses."""
STUBBORN = 5
"""Tries after which a fact, over which the line failed while others went through, is parked."""
MOST_REFUSALS = 64
"""Refused requests of one turn, after which the rest waits."""
REFUSALS_PAUSE = 15.0
"""Seconds of that."""
TURN = 1.0
"""Seconds of sending, after which whoever waits for news comes first."""
PARKED_PAUSE = 5.0
"""Seconds between two tries of parked facts, however many there are."""

_PLAIN = re.compile(r"[a-z][a-z-]{0,39}")


Results = Sequence[messages.FactResult | None]


@dataclass(frozen=True)
class Ready:
    """The batch that comes next, unless a fact newer than ``newest`` is born, or there is other ``room`` by then."""

    facts: Sequence[Fact]
    body: bytes
    newest: int
    room: int


class Sending:
    """Sends what is due, and knows when the line may be tried again."""

    def __init__(
        self,
        centre: Centre,
        outbox: Outbox,
        clock: Clock,
        *,
        chance: random.Random,
        line: Reporter,
        receipts_came: Callable[[], None],
    ) -> None:
        self._centre = centre
        self._outbox = outbox
        self._clock = clock
        self._chance = chance
        self._line = line
        self._receipts_came = receipts_came
        self._room = Room()
        self._tries = 0
        """How often the line has failed in a row."""
        self._has_carried = False
        """Whether anything went through since this process began: what waits was put off by one before it."""
        self._until = 0.0
        """Until when it rests, by the monotonic clock, but for facts that are newer than ``_mark``."""
        self._mark = 0
        self._held = False
        """Whether newer facts rest too."""
        self._failed: set[int] = set()
        """What was sent when it failed last."""
        self._refusals = 0
        """Requests refused in this turn."""
        self._refused_alone = 0
        """Facts refused alone since anything went through."""
        self._parked_rest_until = 0.0
        self._unkept: tuple[Sequence[Fact], Results] | None = None
        """The centre's word on a batch, to be written down while the next one is on its way, or else after it."""
        self._ready: Ready | None = None

    def send(self, stop: Event | None = None) -> None:
        """Send what is due, batch by batch, until nothing is left, the line fails or somebody else's turn has come."""
        ends = self._clock.monotonic() + TURN
        self._refusals = 0
        carries = True
        while carries and not _ending(stop) and self._clock.monotonic() <= ends:
            facts = self._next()
            if not facts or self._is_stale_probe(facts):
                self._try_parked()
                break
            carries = self._deliver(facts, stop)
        # Not where an error ends this turn: then the next one begins with it.
        self._keep()

    def hasten(self) -> None:
        """The line is back: nothing rests any more but what is parked."""
        self._until = 0.0
        self._held = False
        self._outbox.hasten()

    @property
    def resting(self) -> bool:
        """Whether the centre has asked to be left alone, or does not know us: nothing should ask it now."""
        return self._held and self._clock.monotonic() < self._until

    def seconds_left(self) -> float | None:
        """Seconds until something is to be sent; ``None`` where nothing waits. New facts are not waited for."""
        due = self._outbox.next_due()
        if due is None:
            return None
        now = self._clock.monotonic()
        left = max(self._until - now, (due - self._clock.now()).total_seconds())
        # What is due and was not sent is parked.
        return left if left > 0 else self._parked_rest_until - now

    def _next(self) -> Sequence[Fact]:
        now = self._clock.monotonic()
        ready = self._ready
        if ready is not None and (ready.newest, ready.room) == (self._outbox.newest(), self._room.size(now)):
            return ready.facts
        self._ready = None
        self._keep()
        if now >= self._until:
            return self._probe() if self._tries else self._outbox.due(self._clock.now(), self._room.size(now))
        if self._held:
            return ()
        return self._outbox.due(self._clock.now(), self._room.size(now), self._mark)

    def _probe(self) -> Sequence[Fact]:
        """A few facts, to see whether the line is back: others than last time, since those may be why it failed."""
        facts = self._outbox.due(self._clock.now(), 2 * LEAST)
        others = [fact for fact in facts if fact.seq not in self._failed]
        # Where all of them failed together, the newer half: if one of them is why, the others are not in its company.
        return others[-LEAST:] if others else facts[-max(1, min(LEAST, len(facts) // 2)) :]

    def _is_stale_probe(self, facts: Sequence[Fact]) -> bool:
        """Whether nothing but what failed last is left to ask with, while a parked fact might get through by now."""
        if not self._tries or not {fact.seq for fact in facts} <= self._failed:
            return False
        rested = self._clock.monotonic() >= self._parked_rest_until
        return rested and self._outbox.parked_due(self._clock.now()) is not None

    def _deliver(self, facts: Sequence[Fact], stop: Event | None) -> bool:
        """Send a batch, in pieces where it must be; whether the line still carries."""
        pieces = [facts]
        went_through = False
        while pieces:
            if _ending(stop):
                return False
            piece = pieces.pop()
            if len(piece) > self._room.size(self._clock.monotonic()):
                pieces.extend(_parted(piece, alone=False))
                continue
            try:
                results = self._carry(piece, last=not pieces)
            except CentreError as error:
                self._refusals += 1
                if error.course in (Course.WAIT, Course.HOLD):
                    self._line_failed(piece, error)
                    return False
                if error.course is Course.SMALLER:
                    self._room.too_large(len(piece), self._clock.monotonic())
                if len(piece) == 1:
                    self._park(piece[0], error)
                    self._refused_alone += 1
                else:
                    pieces.extend(_parted(piece, alone=not went_through and error.course is Course.HALVE))
                if self._refused_alone >= SUSPECTS and not went_through:
                    self._line_failed(pieces[-1] if pieces else (), error)
                    return False
                if self._refusals >= MOST_REFUSALS and pieces:
                    self._line_failed(pieces[-1], error)
                    self._until += REFUSALS_PAUSE
                    return False
            else:
                went_through = True
                self._went_through()
                self._unkept = piece, results
        return True

    def _carry(self, piece: Sequence[Fact], *, last: bool) -> Results:
        """Send facts, and use the time until the answer is here. ``last`` is true where nothing of a batch follows."""
        ready, body = self._ready, None
        if ready is not None and ready.facts is piece:
            self._ready, body = None, ready.body
        with meanwhile(partial(self._use_the_wait, piece, last=last)):
            return self._centre.send_facts(piece, body)

    def _use_the_wait(self, piece: Sequence[Fact], *, last: bool) -> None:
        self._keep()
        room = self._room.size(self._clock.monotonic())
        # A batch that was not full leaves nothing behind; and behind one that is a try nothing is sure to follow.
        if not last or self._tries or self._ready is not None or len(piece) < room:
            return
        newest = self._outbox.newest()
        if facts := self._outbox.due(self._clock.now(), room, without=[fact.seq for fact in piece]):
            self._ready = Ready(facts, packed(facts), newest, room)

    def _keep(self) -> None:
        if self._unkept is not None:
            self._settle(*self._unkept)
            self._unkept = None

    def _try_parked(self) -> None:
        """One fact that the centre would not take, again. Where it does now, it may well take the others too."""
        now = self._clock.monotonic()
        if now < self._until or now < self._parked_rest_until:
            return
        fact = self._outbox.parked_due(self._clock.now())
        if fact is None:
            return
        self._parked_rest_until = now + PARKED_PAUSE
        try:
            results = self._centre.send_facts([fact])
        except CentreError as error:
            self._park(fact, error)
            if error.course in (Course.WAIT, Course.HOLD):
                self._line_failed((), error)
            return
        self._went_through()
        if self._settle([fact], results):
            self._outbox.hasten(parked=True)

    def _line_failed(self, facts: Sequence[Fact], error: CentreError) -> None:
        self._line.failed(error)
        self._ready = None
        now = self._clock.monotonic()
        if now >= self._until:
            self._tries += 1
            self._until = now + delay(self._tries, self._chance.random()).total_seconds()
        # A new fact that failed while the others rested waits as long as they do.
        self._until = max(self._until, now + (error.after or 0.0))
        self._held = error.course is Course.HOLD or error.after is not None
        self._mark = self._outbox.newest()
        self._failed = {fact.seq for fact in facts}
        self._room.line_failed(len(facts), now, slow=error.key == "unreachable")
        then = self._clock.now() + timedelta(seconds=self._until - now)
        self._outbox.postpone(facts, lambda _: then, error.key)
        if len(facts) <= LEAST and self._tries <= LEAST:
            # Others have just gone through, and these have not for long: whatever is on the line dislikes them.
            for fact in facts:
                if self._outbox.tries(fact) >= STUBBORN:
                    self._park(fact, error)

    def _went_through(self) -> None:
        self._line.worked()
        self._room.went_through()
        self._refused_alone = 0
        if self._tries or not self._has_carried:
            self._tries = 0
            self._has_carried = True
            self.hasten()

    def _park(self, fact: Fact, error: CentreError) -> None:
        why = error.detail if _PLAIN.fullmatch(error.detail) or error.detail.isdigit() else error.key
        self._outbox.park(fact, self._parked_until, why)
        log.warning("fact_parked", seq=fact.seq, kind=fact.kind.value, why=why)

    def _settle(self, facts: Sequence[Fact], results: Results) -> bool:
        """Keep the words that were understood; a fact without one waits by itself. Whether there were any."""
        told = [(fact, result) for fact, result in zip(facts, results, strict=True) if result is not None]
        receipts = [_receipt(fact, result) for fact, result in told]
        if receipts:
            self._outbox.settle(receipts, self._clock.now())
            self._receipts_came()
        for fact, result in zip(facts, results, strict=True):
            if result is None:
                self._park(fact, CentreError("nonsense", "result-not-understood"))
            elif result.verdict in (Verdict.CONFLICT, Verdict.REFUSED):
                verdict, why = result.verdict.value, result.reason if _PLAIN.fullmatch(result.reason or "") else None
                log.info("fact_settled", seq=fact.seq, kind=fact.kind.value, verdict=verdict, reason=why)
        counts = Counter(result.verdict.value for _, result in told)
        log.info("facts_settled", count=len(facts), first=facts[0].seq, last=facts[-1].seq, **counts)
        return bool(receipts)

    def _parked_until(self, tries: int) -> datetime:
        return self._clock.now() + delay(tries, self._chance.random())


def _parted(piece: Sequence[Fact], *, alone: bool) -> tuple[Sequence[Fact], Sequence[Fact]]:
    """Two parts, of which the second is sent first: the newest fact alone, or the newer half."""
    middle = len(piece) - 1 if alone else len(piece) // 2
    return piece[:middle], piece[middle:]


def _ending(stop: Event | None) -> bool:
    return stop is not None and stop.is_set()


def _receipt(fact: Fact, result: messages.FactResult) -> Receipt:
    return Receipt(fact.seq, result.verdict, result.receipt, result.reason, result.against or None)
