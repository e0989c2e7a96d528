"""How long each state of service mode waits for a sign of whoever stands there, in seconds."""

from kiosk.checkin.faults import Part
from kiosk.checkin.servicing.device_check import Station
from kiosk.checkin.servicing.states import (
    Annulling,
    AskingCode,
    Checking,
    CheckingCode,
    Doing,
    Ended,
    FindingNumber,
    Left,
    LineCard,
    LockedOut,
    OnePart,
    SelfTested,
    SelfTesting,
    StaffCard,
    State,
    TakingWitness,
    Witness,
)

IDLE = 120.0
IDLE_AFTER_A_TEST = 300.0
"""Whoever tries a device out may be behind the kiosk for a while."""
TEST_AT_MOST = {Part.SCANNER: 30.0, Part.CARD_READER: 30.0, Part.PRINTER: 30.0, Part.CENTRE: 10.0, Part.HELP: 10.0}
"""Silence that ends a test: of what is read, since the last scan or card."""
IDLE_OUTSIDE = 60.0
"""Nobody is known to be a technician yet."""
THANKS = 8.0
ANSWER_AT_MOST = 15.0
"""For what this kiosk answers itself."""


def patience(state: State) -> float | None:
    """Seconds of silence after which ``TimeUp`` is due; ``None`` once service mode was left, and in a first run."""
    match state:
        case Left():
            return None
        case StaffCard(mended=True) | LineCard(mended=True):
            return THANKS
        case AskingCode() | LockedOut() | StaffCard() | LineCard():
            return IDLE_OUTSIDE
        case Checking(trying=True, walk=walk) if walk.at is not Station.SOUND:
            return TEST_AT_MOST[Part.PRINTER]
        case Checking(walk=walk):
            return None if walk.first else IDLE_AFTER_A_TEST
        case CheckingCode() | FindingNumber() | Annulling() | TakingWitness() | OnePart(doing=Doing.REOPENING):
            return ANSWER_AT_MOST
        case OnePart(doing=Doing.TESTING, part=part):
            return TEST_AT_MOST[part]
        case Witness(printing=slip) if slip:
            return TEST_AT_MOST[Part.PRINTER]
        case Witness():
            # It is read, and compared with what the desk has on paper.
            return IDLE_AFTER_A_TEST
        case SelfTesting() | SelfTested() | OnePart(ended=Ended()):
            return IDLE_AFTER_A_TEST
    return IDLE
