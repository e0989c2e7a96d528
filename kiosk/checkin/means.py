"""The ways in which a client can show who they are at this kiosk, and which of them work now. Typing always does."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.checkin.faults import Part, Severity
from kiosk.checkin.health import Health


class Way(StrEnum):
    """What can be said of one way."""

    ABSENT = "absent"
    WORKS = "works"
    BROKEN = "broken"


@dataclass(frozen=True)
class Means:
    """The ways beside the keypad. ``card_reader`` reads the chip of a card, ``scanner`` what is printed on it."""

    scanner: Way = Way.WORKS
    card_reader: Way = Way.ABSENT


def means(health: Health) -> Means:
    """What works, by the faults that stand: a mere note leaves a way open."""

    def way(part: Part) -> Way:
        if part not in health.parts:
            return Way.ABSENT
        broken = any(trouble.fault.severity is not Severity.NOTE for trouble in health.of(part))
        return Way.BROKEN if broken else Way.WORKS

    return Means(way(Part.SCANNER), way(Part.CARD_READER))


PRINTED_CARDS_ONLY = Means()
"""A kiosk with a barcode reader that works, and no card reader."""
