"""Reading one card for a technician: what was there and which steps led on, never what the card says."""

from dataclasses import dataclass

from kiosk.checkin.card import CardFailure
from kiosk.devices.card import pcsc
from kiosk.devices.card.atr import CardClass
from kiosk.devices.card.attempt import Attempt
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.card.pcsc import Service
from kiosk.devices.card.reading import Belief
from kiosk.devices.card.slots import Look, choose
from kiosk.devices.card.steps import Taken
from kiosk.devices.transport import TransportError
from kiosk.ports import Clock

_PATIENCE = 20.0
_READING = 5.0
_LOOK = 0.2


@dataclass(frozen=True)
class CardReport:
    """How far it came. ``failure`` is ``None`` for a card that makes a claim, and where none was read.

    ``commands`` is the number of commands that it answered, ``seconds`` the time that they took.
    """

    service: bool = False
    reader: bool = False
    card: bool = False
    card_class: CardClass = CardClass.UNKNOWN
    steps: tuple[Taken, ...] = ()
    failure: CardFailure | None = None
    commands: int = 0
    seconds: float = 0.0

    @property
    def makes_a_claim(self) -> bool:
        """A client with this card would be known by it."""
        return self.card and self.failure is None


def read_once(
    issuers: Issuers, *, clock: Clock, reader: str = "", patience: float = _PATIENCE, reading: float = _READING
) -> CardReport:
    """Wait ``patience`` seconds for a card in the reader, read it within ``reading`` seconds, and report.

    Always returns. It may run beside a kiosk: each waits for the other.
    """
    report = CardReport()
    try:
        with pcsc.service() as service:
            report = CardReport(service=True)
            name = choose(service.readers(), reader)
            if name is None:
                return report
            report = CardReport(service=True, reader=True)
            look = _wait(service, name, clock, patience)
    except TransportError:
        return report
    if not look.present:
        return report
    if look.mute:
        return CardReport(service=True, reader=True, card=True, failure=CardFailure.UNREADABLE)
    return _read(name, look, Belief(clock.now(), issuers), clock, reading)


def _wait(service: Service, name: str, clock: Clock, patience: float) -> Look:
    until = clock.monotonic() + patience
    look = service.look(name, None, 0)
    while not look.present and clock.monotonic() < until:
        look = service.look(name, look, _LOOK)
    return look


def _read(name: str, look: Look, belief: Belief, clock: Clock, reading: float) -> CardReport:
    attempt = Attempt(name, look.atr, belief, clock=clock, seconds=reading)
    while not attempt.overdue and not attempt.wait(_LOOK):
        pass
    result = attempt.take()
    attempt.let_go()
    failure = result if isinstance(result, CardFailure) else None
    return CardReport(
        service=True,
        reader=True,
        card=True,
        card_class=attempt.card_class,
        steps=tuple(attempt.trail.taken),
        failure=CardFailure.UNREADABLE if result is None else failure,
        commands=attempt.commands,
        seconds=attempt.took,
    )
