"""Acknowledgements (MSA), ours and theirs."""

from dataclasses import dataclass
from datetime import datetime

from central.ehr.adapter import Dead, Delivered, Later, Outcome
from central.ehr.config import Hl7
from central.ehr.hl7.message import Hl7Message, MalformedError, encoded, escaped, segment, stamp

ACCEPTED, ERROR, REJECTED = "AA", "AE", "AR"

_TRY_AGAIN = ("206", "207")
"""HL7 table 0357: the record is locked, an error inside the application."""
_SUPPORTED = ("200", "201", "202", "203")
"""The same: message, event, processing id or version that are not supported."""


@dataclass(frozen=True)
class Reply:
    """What we answer: ``code`` with the reason of ours."""

    code: str
    reason: str = ""


def reply(config: Hl7, to: Hl7Message | None, answer: Reply, control_id: str, now: datetime) -> bytes:
    """The acknowledgement of a message; of one that could not be parsed without its control id."""
    asked = to.field("MSH-10") if to is not None else ""
    event = to.field("MSH-9.2") if to is not None else ""
    header = {
        1: "^~\\&",
        2: escaped(config.sending[0]),
        3: escaped(config.sending[1]),
        4: escaped(to.field("MSH-3")) if to is not None else "",
        5: escaped(to.field("MSH-4")) if to is not None else "",
        6: stamp(now, config.zone),
        8: f"ACK^{escaped(event)}" if event else "ACK",
        9: control_id,
        10: (to.field("MSH-11") or config.processing) if to is not None else config.processing,
        11: (to.field("MSH-12") or config.version) if to is not None else config.version,
        17: config.encoding,
    }
    msa = segment("MSA", {1: answer.code, 2: escaped(asked), 3: escaped(answer.reason)})
    return encoded([segment("MSH", header), msa], config.encoding)


def outcome(content: bytes, control_id: str, encoding: str) -> Outcome:
    """What an acknowledgement means for the message with this control id."""
    try:
        message = Hl7Message(content, encoding)
    except MalformedError:
        return Later("ack-malformed")
    if message.field("MSA-2") != control_id:
        return Later("ack-of-another")
    code, error = message.field("MSA-1"), _code(message)
    match code:
        case "AA" | "CA":
            return Delivered(f"{code} {message.field('MSH-10')}")
        case "AE" | "CE" | "AR" | "CR" if error in _TRY_AGAIN:
            return Later(f"{code}-{error}", whole=False)
        case "AR" | "CR" if error in _SUPPORTED:
            return Dead(f"{code}-{error}")
        case "AR" | "CR":
            # Rejected for reasons unrelated to its content, as the standard says: the receiver is out of order.
            return Later(code)
        case "AE" | "CE":
            return Dead(f"{code}-{error}" if error else code)
    return Later("ack-unknown")


def _code(message: Hl7Message) -> str:
    """The error code: ERR-3 since 2.5, before ERR-1.4, or MSA-6. Digits only: no text of theirs gets on."""
    for name in ("ERR-3.1", "ERR-1.4", "MSA-6.1"):
        found = message.field(name).strip()
        if found.isascii() and found.isdigit() and len(found) <= 4:
            return found
    return ""
