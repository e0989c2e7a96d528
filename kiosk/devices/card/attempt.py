"""One try to read the card in a slot, in a thread of its own: a card may keep its reader waiting without end.

Whoever began it goes on watching the slot. A try that takes too long is let go: what it finds later is thrown away.
"""

import threading
from collections.abc import Callable

from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim
from kiosk.devices.card import atr, pcsc
from kiosk.devices.card.apdu import Conversation
from kiosk.devices.card.pcsc import BusyError, CardLostError
from kiosk.devices.card.reading import Belief, read
from kiosk.devices.card.steps import Trail
from kiosk.devices.supervisor import report_mistake
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

_MOST_COMMANDS = 512
_BUSY_PAUSE = 0.05


class LetGoError(Exception):
    """Nobody waits for this try any more."""


class Attempt:
    """Begins at once. ``seconds`` is how long it may take, from the first contact to the last answer."""

    def __init__(self, reader: str, answer_to_reset: bytes, belief: Belief, *, clock: Clock, seconds: float) -> None:
        self.card_class = atr.classify(answer_to_reset)
        self.trail = Trail()
        self.commands = 0
        self._reader = reader
        self._belief = belief
        self._clock = clock
        self._began = clock.monotonic()
        self._until = self._began + seconds
        self._result: Claim | CardFailure | None = None
        self._ended = threading.Event()
        self._let_go = threading.Event()
        threading.Thread(target=self._run, name="card", daemon=True).start()

    @property
    def ended(self) -> bool:
        """It is over, with a result or because the card was lost."""
        return self._ended.is_set()

    @property
    def overdue(self) -> bool:
        """Its time is over, and it has found out nothing."""
        return self._result is None and self._clock.monotonic() >= self._until

    @property
    def took(self) -> float:
        """Seconds since it began."""
        return self._clock.monotonic() - self._began

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; whether it has ended."""
        return self._ended.wait(seconds)

    def let_go(self) -> None:
        """Nobody is interested any more."""
        self._let_go.set()
        self._result = None

    def take(self) -> Claim | CardFailure | None:
        """The result, which is not kept here any longer; ``None`` where the card was lost on the way."""
        result, self._result = self._result, None
        return result

    def _run(self) -> None:
        try:
            result = self._read_patiently()
            if not self._let_go.is_set():
                self._result = result
        except (CardLostError, TransportError, LetGoError):
            pass
        except Exception as error:  # noqa: BLE001 - a card that finds a mistake in this code is one that is not read
            report_mistake("card-reader", error)
            self._result = CardFailure.UNREADABLE
        finally:
            self._ended.set()

    def _read_patiently(self) -> Claim | CardFailure:
        while True:
            try:
                with pcsc.service() as service, service.card(self._reader) as send:
                    return self._converse(send)
            except BusyError:
                self._look_at_time()
                self._let_go.wait(_BUSY_PAUSE)

    def _converse(self, send: Callable[[bytes], bytes]) -> Claim | CardFailure:
        conversation: Conversation[Claim | CardFailure] = read(self.card_class, self._belief, self.trail)
        try:
            command = next(conversation)
            while True:
                self._look_at_time()
                answer = send(command)
                self.commands += 1
                if self.commands > _MOST_COMMANDS:
                    return CardFailure.UNREADABLE
                command = conversation.send(answer)
        except StopIteration as end:
            result: Claim | CardFailure = end.value
            return result

    def _look_at_time(self) -> None:
        if self._let_go.is_set() or self._clock.monotonic() >= self._until:
            raise LetGoError
