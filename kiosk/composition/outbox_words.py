"""What ``kiosk outbox`` says of a fact: one table of states, and one of reasons, in plain English for a technician."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.offline.parked import State

_PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Words:
    """What it means, and what to do."""

    means: str
    do: str


_BY_ITSELF = "Nothing: it leaves by itself. `kiosk outbox retry --all` tries at once."
_TELL_CENTRE = "Tell whoever runs the centre, with the place, the kind and the reason. It is kept here."
_OFFER_AGAIN = "When the cause is gone: `kiosk outbox retry PLACE` offers it again."

STATES: Mapping[State, str] = MappingProxyType(
    {
        State.WAITING: "It waits to be sent.",
        State.PARKED: "The centre would not take it. It is tried by itself now and then, and holds up nothing.",
        State.CONFLICT: "The centre has it, beside another one that came first. A person at the centre decides.",
        State.REFUSED: "The centre has refused it for good. It is kept on this kiosk, and parked at the centre.",
        State.CONFIRMED: "The centre has recorded it. All is well.",
    }
)

REASONS: Mapping[str, Words] = MappingProxyType(
    {
        # Why a try failed: the line, or the centre as a whole.
        "unreachable": Words(
            "The centre did not answer.", "Look at the line: `kiosk doctor` says how far it comes. " + _BY_ITSELF
        ),
        "untrusted": Words(
            "The centre's certificate is not believed.", "Look at the certificate and the clock: `kiosk doctor`."
        ),
        "unauthorised": Words(
            "The centre does not know this kiosk, or believes its clock to be wrong.",
            "Look at the clock: `kiosk doctor`. Else ask the centre whether another machine took this kiosk's name.",
        ),
        "revoked": Words(
            "The centre has revoked this kiosk.",
            "What is pending stays here: `kiosk outbox export` takes it to the centre.",
        ),
        "too-many-requests": Words("This kiosk has asked more often than the centre lets it.", _BY_ITSELF),
        "busy": Words("The centre has too much to do, or has failed.", _BY_ITSELF),
        "nonsense": Words(
            "The answer was none that a centre gives: a proxy or a login page may stand in between.",
            "Ask whoever runs the network. " + _BY_ITSELF,
        ),
        "refused": Words("The centre would not take the request, and did not say why.", _TELL_CENTRE),
        "again": Words("A person, or the line that came back, has asked for another try.", _BY_ITSELF),
        # Why a request with this fact alone was not taken.
        "unknown-version": Words(
            "The centre does not speak the version of this kiosk.", "Update the centre first, then the kiosk."
        ),
        "unknown-encoding": Words("The centre can't unpack what this kiosk packs.", "Update the centre."),
        "too-large": Words("It is larger than the centre takes.", _TELL_CENTRE),
        "too-many-refused": Words(
            "The centre refuses it, and has so many refused facts of this kiosk that it keeps no more today.",
            f"{_TELL_CENTRE} {_BY_ITSELF}",
        ),
        "internal": Words("The centre failed over this very fact.", f"{_TELL_CENTRE} {_OFFER_AGAIN}"),
        "unavailable": Words("The centre could not reach its data.", _BY_ITSELF),
        "forbidden": Words("The centre does not let this kiosk do that.", _TELL_CENTRE),
        "not-found": Words("There is nothing at this address of the centre.", "Look at the address of the centre."),
        "wrong-count": Words("The centre gave more or fewer results than facts.", _TELL_CENTRE),
        "results-of-others": Words("The centre answered for another fact.", _TELL_CENTRE),
        "result-not-understood": Words("The centre's result for this fact could not be understood.", _TELL_CENTRE),
        "results-not-understood": Words("The centre's result could not be understood.", _TELL_CENTRE),
        # Why the centre refused it, or keeps it as a conflict.
        "malformed": Words(
            "The centre could not read it: it lacks something, or holds something that no fact has.",
            f"{_TELL_CENTRE} {_OFFER_AGAIN}",
        ),
        "id-of-another-kiosk": Words(
            "Another kiosk has sent a fact with the same id. A disk may have been copied from one to the other.",
            "Wipe and enrol the copy anew. " + _TELL_CENTRE,
        ),
        "altered": Words(
            "The same id came before with other contents, which hold. A backup may have been put back.", _TELL_CENTRE
        ),
        "already-arrived": Words(
            "Somebody had checked in for the same appointment before: here, at another kiosk or at the desk.",
            "Nothing here. Staff close it at the centre.",
        ),
        "call-back-open": Words(
            "The same person has asked to be called before, and has not been called yet.",
            "Nothing here. One call answers both.",
        ),
    }
)
"""By what the kiosk keeps of a failed try, and by the reasons of the centre."""

_STATUS = Words("The centre answered with this HTTP status and no reason.", f"{_TELL_CENTRE} {_OFFER_AGAIN}")
_UNKNOWN = Words("The centre gave a reason that this version has no words for.", _TELL_CENTRE)


def plain(reason: str) -> str:
    """The reason, if it is a key; what a centre may send besides could be anything."""
    return reason if not reason or _PLAIN.fullmatch(reason) else "other"


def words(reason: str) -> Words | None:
    """What a reason means; ``None`` where there is none."""
    if not reason:
        return None
    return REASONS.get(reason, _STATUS if reason.isdigit() else _UNKNOWN)
