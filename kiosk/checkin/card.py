"""What a card reader tells the rest of the kiosk: that a card came, what claim it makes or why none, that it left."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.checkin.identity import Claim


class CardFailure(StrEnum):
    """Why a card in the reader makes no claim. Each has its own page and way on; none is a dead end."""

    PULLED = "card-pulled"
    """It left before it was read."""
    UNREADABLE = "card-unreadable"
    """It does not answer, or answers nonsense: the wrong way round, dirty or broken."""
    UNKNOWN = "card-unknown"
    """It answers, but is no identity card that this kiosk knows, such as a bank card."""
    PROFESSIONAL = "card-professional"
    """A card of a social or health care professional or of an organisation; it names no client."""
    EXPIRED = "card-expired"
    """Its certificate is no longer valid, or not yet."""
    ISSUER_UNKNOWN = "card-issuer-unknown"
    """Its certificate was not issued by any authority that this kiosk was told of, or is not what that one signed."""
    FOR_TESTS = "card-for-tests"
    """Issued under a root for test cards, which this kiosk does not take."""
    TECHNICIAN = "card-technician"
    """The card of a technician of this kiosk: it opens the service mode, and checks nobody in."""
    NOT_LINKED = "card-not-linked"
    """It was read in good order, but nobody who is expected here is known by its number."""


@dataclass(frozen=True)
class CardInserted:
    """A card is in the reader and is being read."""


@dataclass(frozen=True)
class CardRead:
    """The card makes this claim."""

    claim: Claim


@dataclass(frozen=True)
class CardNotRead:
    """The card makes none."""

    failure: CardFailure


@dataclass(frozen=True)
class CardRemoved:
    """The reader is empty again."""


CardEvent = CardInserted | CardRead | CardNotRead | CardRemoved
