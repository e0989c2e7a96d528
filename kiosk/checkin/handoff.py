"""What staff get of each outcome that is not a check-in, and whether the client gets a number and a slip."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.checkin import outcome
from kiosk.checkin.facts import FactKind


class Number(StrEnum):
    """Whether a client who is handed off is called by number."""

    ALWAYS = "always"
    AS_THE_SITE_WANTS = "as the site wants"
    NEVER = "never"


@dataclass(frozen=True)
class HandOff:
    """``fact`` is what staff get; ``sealed`` adds who it is, encrypted to the centre."""

    fact: FactKind
    number: Number
    slip: bool
    next_step: str
    sealed: bool = False


HAND_OFFS: Mapping[type[outcome.Outcome], HandOff] = {
    outcome.DeskFirst: HandOff(FactKind.SENT_TO_DESK, Number.AS_THE_SITE_WANTS, True, "goes to the desk"),
    outcome.NotLive: HandOff(FactKind.SENT_TO_DESK, Number.AS_THE_SITE_WANTS, True, "goes to the desk"),
    outcome.Remote: HandOff(FactKind.SENT_TO_DESK, Number.NEVER, False, "waits for the call, or asks at the desk"),
    outcome.TooEarly: HandOff(
        FactKind.NOTED_EARLY, Number.NEVER, False, "comes back when it opens, or sits down, noted"
    ),
    outcome.TooLate: HandOff(FactKind.SENT_TO_DESK, Number.AS_THE_SITE_WANTS, True, "goes to the desk now"),
    outcome.WrongSite: HandOff(FactKind.WRONG_PLACE, Number.NEVER, True, "goes to the right site with a route slip"),
    outcome.Cancelled: HandOff(FactKind.SENT_TO_DESK, Number.AS_THE_SITE_WANTS, True, "asks at the desk"),
    outcome.Moved: HandOff(FactKind.SENT_TO_DESK, Number.AS_THE_SITE_WANTS, True, "comes at the new time"),
    outcome.WrongDay: HandOff(FactKind.SENT_TO_DESK, Number.NEVER, False, "comes on the right day, or asks anew"),
    outcome.NoMatch: HandOff(
        FactKind.UNMATCHED, Number.ALWAYS, True, "sits down; reception has been told", sealed=True
    ),
    outcome.CannotTell: HandOff(
        FactKind.UNMATCHED, Number.ALWAYS, True, "sits down; reception has been told", sealed=True
    ),
}
"""Every outcome but ``CheckIn``, which is a check-in, and ``AlreadyIn``, of which staff know."""
