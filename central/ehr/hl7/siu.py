"""SIU messages (HL7 v2, chapter 10) in the words of a seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from central.ehr.adapter import Incoming, Status
from central.ehr.config import Hl7
from central.ehr.hl7.message import Hl7Message, moment
from central.ehr.places import find
from kiosk.checkin import identifier

EVENTS = {
    "S12": Status.BOOKED,
    "S13": Status.BOOKED,
    "S14": Status.BOOKED,
    "S15": Status.CANCELLED,
    "S16": Status.CANCELLED,
    "S17": Status.CANCELLED,
    "S26": Status.NOSHOW,
}
"""New, rescheduled, modified, cancelled, discontinued, deleted, did not come."""

_FILLER = {
    "BOOKED": Status.BOOKED,
    "ARRIVED": Status.ARRIVED,
    "STARTED": Status.FULFILLED,
    "COMPLETE": Status.FULFILLED,
    "CANCELLED": Status.CANCELLED,
    "DC": Status.CANCELLED,
    "DELETED": Status.CANCELLED,
    "NOSHOW": Status.NOSHOW,
    "PENDING": Status.OTHER,
    "WAITLIST": Status.OTHER,
}
"""SCH-25, HL7 table 0278 and the words that are met beside it."""

_TIMES = ("TQ1-7", "SCH-11.4", "AIS-4", "AIP-6", "AIL-6", "AIG-8")
"""Where the start may stand, by version and sender."""


@dataclass(frozen=True)
class SiuReader:
    """What messages are read with. ``patterns`` and ``zones`` are by site."""

    config: Hl7
    today: date
    patterns: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)


class NotForUsError(Exception):
    """A message that is right and that we do not take. The text is a word of ours."""


def incoming(reader: SiuReader, message: Hl7Message) -> Incoming:
    """The appointment of one message. Raises ``NotForUsError`` where it is no SIU that is taken here."""
    event = message.field("MSH-9.2") or message.field("EVN-1")
    if message.field("MSH-9.1") != "SIU" or event not in EVENTS:
        raise NotForUsError("unsupported-event")
    config = reader.config
    name = next((found for one in config.appointment_id if (found := message.field(one).strip())), "")
    if not name:
        raise NotForUsError("no-appointment-id")
    said = EVENTS[event]
    if said is Status.BOOKED:
        said = _FILLER.get(message.field("SCH-25.1").strip().upper(), said)
    sent = moment(message.field("MSH-7"), config.zone)
    one = Incoming(name, message.field("MSH-10")[:128], sent, said, keep=_kept(message))
    place = find(config.places, _places(config, message))
    if place is None or said in (Status.CANCELLED, Status.OTHER):
        return one
    starts = _starts(message, reader.zones.get(place.site, config.zone))
    if starts is None:
        return _refused(one, "column starts: it is missing")
    known = _identifiers(reader, message, place.site)
    if not known:
        return _refused(one, "column person: no identifier that a client could show")
    row: dict[str, object] = {
        "person": known[0],
        "identifiers": known[1:],
        "site": place.site,
        "unit": place.unit,
        "area": place.area,
        "starts": starts.isoformat(),
        "protected": is_protected(config, message),
    }
    return Incoming(one.remote, one.version, one.updated, one.status, row, keep=one.keep)


def is_protected(config: Hl7, message: Hl7Message) -> bool:
    """Whether a field marks the client as under non-disclosure."""
    return any(message.field(name).strip().upper() == value.upper() for name, value in config.protected.items())


def _refused(one: Incoming, why: str) -> Incoming:
    return Incoming(one.remote, one.version, one.updated, one.status, refused=why, keep=one.keep)


def _kept(message: Hl7Message) -> dict[str, str]:
    """What an arrival must repeat so that the other side finds its own: ids and the place, and no name."""
    first = (message.repetitions("PID", 3) or [[]])[0]
    kept = {"placer": message.field("SCH-1.1"), "filler": message.field("SCH-2.1"), "visit": message.field("PV1-19.1")}
    for number, value in enumerate(first[:5], 1):
        kept[f"pid{number}"] = value
    for number, value in enumerate((message.repetitions("PV1", 3) or [[]])[0][:4], 1):
        kept[f"pv{number}"] = value
    return {key: value for key, value in kept.items() if value}


def _places(config: Hl7, message: Hl7Message) -> Iterator[str]:
    for name in config.place_fields:
        segment, _, rest = name.partition("-")
        number = int(rest.partition(".")[0])
        for components in message.repetitions(segment, number):
            yield "^".join(components).rstrip("^")
            if "." not in rest and components:
                yield components[0]
        if "." in rest:
            yield from message.every(segment, name)
    yield from (found for one in ("SCH-8.1", "AIS-3.1") if (found := message.field(one)))


def _starts(message: Hl7Message, zone: str) -> datetime | None:
    for name in _TIMES:
        found = moment(message.field(name), zone)
        if found is not None:
            return found
    return None


def _identifiers(reader: SiuReader, message: Hl7Message, site: str) -> list[str]:
    config = reader.config
    found: list[str] = []
    for components in message.repetitions("PID", 3):
        value, authority, kind = (components[place] if len(components) > place else "" for place in (0, 3, 4))
        # An authority is name&oid&type: any part may be what is configured.
        names = {kind, *authority.split("&")}
        prefix = next((config.identifiers[name] for name in names if name in config.identifiers), None)
        if prefix is not None:
            found.append(f"{prefix}:{value}")
        elif names & set(config.hetu_types):
            found.append(value)
    if ssn := message.field("PID-19"):
        found.append(ssn)
    pattern = reader.patterns.get(site, "")
    right = [one for one in found if identifier.canonical(one, reader.today, pattern) is not None]
    return list(dict.fromkeys(right))
