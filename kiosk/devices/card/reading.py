"""From a card to a claim, or to the reason why it makes none: the whole conversation, without a reader."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.checkin import identifier
from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.devices.card import certificate, esteid, fineid
from kiosk.devices.card.apdu import CardNonsenseError, Conversation
from kiosk.devices.card.atr import CardClass
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.card.steps import Step, Trail


@dataclass(frozen=True)
class Belief:
    """What a card is judged by: the moment (aware), who answers for cards, and the technicians' own.

    ``technicians`` are the SHA-256 fingerprints of the certificates on their cards, in hex. ``now`` is ``None`` where
    no clock here can be believed: then no card is called expired, and the rules, which know of the clock too, lead its
    owner to a check-in or to the desk.
    """

    now: datetime | None
    issuers: Issuers
    technicians: frozenset[str] = frozenset()

    @property
    def latest_day(self) -> date:
        """The day by which whoever holds the card was born, at the latest."""
        return date.max if self.now is None else self.now.date()


def read(card_class: CardClass, belief: Belief, trail: Trail) -> Conversation[Claim | CardFailure]:
    """Read a card of any kind; its class only decides what is tried first."""
    try:
        return (yield from _read(card_class, belief, trail))
    except CardNonsenseError:
        return CardFailure.UNREADABLE


def _read(card_class: CardClass, belief: Belief, trail: Trail) -> Conversation[Claim | CardFailure]:
    estonian_first = card_class is CardClass.ESTONIAN
    ways = (_estonian, _finnish) if estonian_first else (_finnish, _estonian)
    for way in ways:
        result = yield from way(belief, trail)
        if result is not None:
            return result
    if card_class is CardClass.PROFESSIONAL:
        return CardFailure.PROFESSIONAL
    return CardFailure.UNREADABLE if card_class.identifies else CardFailure.UNKNOWN


def _finnish(belief: Belief, trail: Trail) -> Conversation[Claim | CardFailure | None]:
    content = yield from fineid.authentication_certificate(trail)
    return None if content is None else judge(content, belief, trail)


def _estonian(belief: Belief, trail: Trail) -> Conversation[Claim | CardFailure | None]:
    found = yield from esteid.personal_code(trail)
    return None if found is None else judge_estonian(*found, belief, trail)


def judge(content: bytes, belief: Belief, trail: Trail) -> Claim | CardFailure:
    """What a certificate in DER is worth."""
    if hashlib.sha256(content).hexdigest() in belief.technicians:
        return CardFailure.TECHNICIAN
    read_certificate = certificate.parse(content)
    trail.note(Step.CERTIFICATE_UNDERSTOOD, read_certificate is not None)
    if read_certificate is None:
        return CardFailure.UNREADABLE
    if certificate.professional(read_certificate):
        return CardFailure.PROFESSIONAL
    if not trail.note(Step.VALID_TODAY, certificate.valid(read_certificate, belief.now)):
        return CardFailure.EXPIRED
    distrust = certificate.distrust(read_certificate, belief.now, belief.issuers)
    trail.note(Step.ISSUER_TRUSTED, distrust is None)
    if distrust is not None:
        return distrust
    return _claim(identifier.satu(certificate.serial_number(read_certificate)), trail)


def judge_estonian(code: str, last_day: date | None, belief: Belief, trail: Trail) -> Claim | CardFailure:
    """What the records of an Estonian card are worth. A card without a last day cannot be told from a broken one."""
    if last_day is None:
        return CardFailure.UNREADABLE
    if not trail.note(Step.VALID_TODAY, belief.now is None or belief.now.date() <= last_day):
        return CardFailure.EXPIRED
    return _claim(identifier.estonian(code, belief.latest_day), trail)


def _claim(canonical: str | None, trail: Trail) -> Claim | CardFailure:
    trail.note(Step.IDENTIFIER, canonical is not None)
    return CardFailure.UNREADABLE if canonical is None else Claim(ClaimKind.CHIP, canonical)
