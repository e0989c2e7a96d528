"""The card reader's driver: watches one slot, has each new card read, and tells what becomes of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import random

import structlog

from kiosk.checkin import faults
from kiosk.checkin.card import CardEvent, CardFailure, CardInserted, CardNotRead, CardRead, CardRemoved
from kiosk.checkin.clock_watch import ClockWord, moment
from kiosk.checkin.faults import Fault
from kiosk.devices.card import pcsc
from kiosk.devices.card.attempt import Attempt
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.card.reading import Belief
from kiosk.devices.card.slots import Look, choose
from kiosk.devices.supervisor import Backoff, DeviceState, Hold, Supervisor
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

log = structlog.get_logger(__name__)

LEFT_BEHIND = 120.0
"""Seconds after which a card in the reader has been forgotten."""

_READING = 5.0
_QUIET = 0.2
"""Seconds between looks at whether the kiosk closes, while nothing happens."""
_WATCH = 0.05
"""Seconds between looks at the slot while a card is read."""
_GRACE = 1.0
"""Seconds in which a reader notices that the card has left whose answer failed. pcscd looks each 0.4 s."""
_FAILURES_IN_A_ROW = 3


@dataclass
class _Card:
    """The card in the slot. ``attempt`` is ``None`` where it is not read (mute), or not any more."""

    count: int
    since: float
    attempt: Attempt | None = None
    lost: float | None = None
    """When the contact with it was lost, in its attempt or before."""
    told: bool = False


class CardDriver:
    """Reads cards in one reader in its own thread. ``on_event`` and ``on_state`` are called there.

    Both must return at once. ``reader`` is a part of the reader's name, empty for the first; ``left_behind`` and
    ``reading`` are in seconds. ``word`` gives the centre's last word on the time, by which the validity of cards is
    judged; it is called from this thread.
    """

    def __init__(
        self,
        issuers: Issuers,
        on_event: Callable[[CardEvent], None],
        *,
        clock: Clock,
        reader: str = "",
        technicians: frozenset[str] = frozenset(),
        left_behind: float = LEFT_BEHIND,
        reading: float = _READING,
        word: Callable[[], ClockWord | None] | None = None,
        on_state: Callable[[DeviceState], None] = lambda _: None,
        chance: Callable[[], float] = random,
        backoff: Backoff = Backoff(),  # noqa: B008 - frozen
    ) -> None:
        self._issuers = issuers
        self._on_event = on_event
        self._clock = clock
        self._wanted = reader
        self._technicians = technicians
        self._left_behind = left_behind
        self._reading = reading
        self._word = word
        self._failures = 0
        self._card: _Card | None = None
        self._supervisor = Supervisor(
            "card-reader",
            self,
            faults.CARD_READER_GONE,
            clock=clock,
            chance=chance,
            on_state=on_state,
            backoff=backoff,
            when_gone=self._when_gone,
        )

    @property
    def state(self) -> DeviceState:
        """What is known of the reader now. Safe from any thread."""
        return self._supervisor.state

    def start(self) -> None:
        """Begin to watch."""
        self._supervisor.start()

    def stop(self) -> None:
        """Stop watching and wait for the thread: some tenths of a second. A card being read is let go."""
        self._supervisor.stop()

    def reopen(self) -> None:
        """Connect to the service and the reader anew. Safe from any thread."""
        self._supervisor.reopen()

    def run(self, hold: Hold) -> None:
        """Watch until the end. Raises ``TransportError`` where the service or the reader leaves."""
        try:
            with pcsc.service() as service:
                reader = choose(service.readers(), self._wanted)
                look: Look | None = None
                while not hold.stopping:
                    if reader is None or reader not in service.readers():
                        raise TransportError("gone")
                    look = service.look(reader, look, self._wait())
                    self._seen(reader, look)
                    hold.well(self._faults())
        finally:
            self._leave()

    def away(self) -> None:
        """Nothing waits for a card reader."""

    def closing(self) -> None:
        """Nothing is owed to anybody."""

    def _wait(self) -> float:
        """How long the slot may be waited for now. While a card is read, the wait is for that, and then just a look."""
        if self._card is None or self._card.attempt is None:
            return _QUIET if self._card is None or self._card.lost is None else _WATCH
        self._card.attempt.wait(_WATCH)
        return 0.0

    def _seen(self, reader: str, look: Look) -> None:
        card = self._card
        if card is not None and (not look.present or look.count != card.count):
            self._removed(card)
            card = None
        if card is None and look.present:
            card = self._inserted(reader, look)
        if card is not None and not card.told:
            self._follow(card)

    def _inserted(self, reader: str, look: Look) -> _Card:
        now = self._clock.monotonic()
        card = self._card = _Card(look.count, now)
        self._on_event(CardInserted())
        if look.mute:
            log.info("card_mute")
            self._troubled()
            self._tell(card, CardNotRead(CardFailure.UNREADABLE))
        else:
            belief = Belief(self._moment(), self._issuers, self._technicians)
            card.attempt = Attempt(reader, look.atr, belief, clock=self._clock, seconds=self._reading)
        return card

    def _follow(self, card: _Card) -> None:
        """See how far the reading of the card in the slot has come."""
        attempt = card.attempt
        if attempt is not None and attempt.overdue:
            attempt.let_go()
            _note(attempt, "overdue")
            card.attempt = None
            self._troubled()
            self._tell(card, CardNotRead(CardFailure.UNREADABLE))
        elif attempt is not None and attempt.ended:
            self._ended(card, attempt)
        elif card.lost is not None and self._clock.monotonic() - card.lost >= _GRACE:
            # Contact was lost, and yet it is still in there.
            self._troubled()
            self._tell(card, CardNotRead(CardFailure.UNREADABLE))

    def _ended(self, card: _Card, attempt: Attempt) -> None:
        """Take the result. A function of its own, so that no name outlives it and keeps what was read in memory."""
        card.attempt = None
        result = attempt.take()
        if result is None:
            _note(attempt, "lost")
            card.lost = self._clock.monotonic()
            return
        self._failures = 0
        if isinstance(result, CardFailure):
            _note(attempt, result)
            self._tell(card, CardNotRead(result))
        else:
            _note(attempt, None)
            self._tell(card, CardRead(result))

    def _tell(self, card: _Card, event: CardRead | CardNotRead) -> None:
        card.told = True
        self._on_event(event)

    def _removed(self, card: _Card) -> None:
        self._card = None
        if card.attempt is not None:
            card.attempt.let_go()
        if not card.told:
            log.info("card_pulled")
            self._tell(card, CardNotRead(CardFailure.PULLED))
        self._on_event(CardRemoved())

    def _leave(self) -> None:
        """The slot is not watched for now: whatever is in it counts as new when it is seen again."""
        card = self._card
        if card is not None and not self._supervisor.stopping:
            self._removed(card)
        elif card is not None and card.attempt is not None:
            card.attempt.let_go()
        self._card = None

    def _troubled(self) -> None:
        self._failures += 1

    def _moment(self) -> datetime | None:
        """What the time is at the centre; ``None`` where this machine can't tell. Without a centre, its own clock."""
        wall = self._clock.now()
        return wall if self._word is None else moment(self._word(), wall, self._clock.monotonic())

    def _faults(self) -> Iterator[Fault]:
        yield from self._issuers.faults(self._moment())
        if self._failures >= _FAILURES_IN_A_ROW:
            yield faults.CARD_READER_FAILING
        if self._card is not None and self._clock.monotonic() - self._card.since >= self._left_behind:
            yield faults.CARD_LEFT_BEHIND

    def _when_gone(self, key: str) -> Iterator[Fault]:
        yield faults.CARD_SERVICE_DOWN if key == pcsc.SERVICE_DOWN else faults.CARD_READER_GONE
        yield from self._issuers.faults(self._moment())


def _note(attempt: Attempt, failure: str | None) -> None:
    """The class and the steps: nothing of what is on the card."""
    log.info(
        "card_read",
        card_class=attempt.card_class,
        steps=[str(taken) for taken in attempt.trail.taken],
        commands=attempt.commands,
        seconds=round(attempt.took, 3),
        failure=failure,
    )
