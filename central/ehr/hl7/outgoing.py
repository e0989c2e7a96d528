"""An arrival as ADT^A04, ADT^A10 or SIU^S14, and one that was taken back as ADT^A11, ADT^A32 or SIU^S14."""

from datetime import datetime

from central.ehr.adapter import Kind, Letter
from central.ehr.config import Hl7
from central.ehr.hl7.message import encoded, escaped, segment, stamp

_EVENTS = {
    ("A04", Kind.ARRIVED): ("ADT", "A04", "ADT_A01"),
    ("A04", Kind.ANNULLED): ("ADT", "A11", "ADT_A09"),
    ("A10", Kind.ARRIVED): ("ADT", "A10", "ADT_A09"),
    ("A10", Kind.ANNULLED): ("ADT", "A32", "ADT_A21"),
    ("S14", Kind.ARRIVED): ("SIU", "S14", "SIU_S12"),
    ("S14", Kind.ANNULLED): ("SIU", "S14", "SIU_S12"),
}


def message(config: Hl7, letter: Letter, now: datetime) -> bytes:
    """The message of a letter. Told again, only MSH-7 differs: the control id stays."""
    kind, event, structure = _EVENTS[config.arrival, letter.kind]
    header = segment(
        "MSH",
        {
            1: "^~\\&",
            2: escaped(config.sending[0]),
            3: escaped(config.sending[1]),
            4: escaped(config.receiving[0]),
            5: escaped(config.receiving[1]),
            6: stamp(now, config.zone),
            8: f"{kind}^{event}^{structure}",
            9: letter.wire_id,
            10: config.processing,
            11: config.version,
            14: "AL",
            15: "NE",
            17: config.encoding,
        },
    )
    middle = _scheduling(letter) if kind == "SIU" else [segment("EVN", {1: event, 2: stamp(letter.at, config.zone)})]
    patient, visit = segment("PID", {1: "1", 3: _patient(letter), 5: ""}), _visit(config, letter)
    return encoded([header, *middle, patient, visit, *_own(config, letter)], config.encoding)


def _scheduling(letter: Letter) -> list[str]:
    placer = escaped(letter.kept.get("placer", ""))
    filler = escaped(letter.kept.get("filler", "")) or escaped(letter.remote or letter.appointment)
    said = "ARRIVED^Arrived^HL70278" if letter.kind is Kind.ARRIVED else "BOOKED^Booked^HL70278"
    return [segment("SCH", {1: placer, 2: filler, 25: said})]


def _patient(letter: Letter) -> str:
    return "^".join(escaped(letter.kept.get(f"pid{number}", "")) for number in range(1, 6)).rstrip("^")


def _visit(config: Hl7, letter: Letter) -> str:
    place = "^".join(escaped(letter.kept.get(f"pv{number}", "")) for number in range(1, 5)).rstrip("^")
    visit = escaped(letter.kept.get("visit", "")) or escaped(letter.remote or letter.appointment)
    return segment("PV1", {1: "1", 2: "O", 3: place, 19: visit, 44: stamp(letter.at, config.zone)})


def _own(config: Hl7, letter: Letter) -> list[str]:
    """The Z-segment: what the standard has no field for, in the order of the configuration."""
    if config.z_segment is None:
        return []
    values = {
        "number": letter.number if letter.kind is Kind.ARRIVED else "",
        "appointment": letter.remote or letter.appointment,
        "arrived": stamp(letter.at, config.zone),
        "fact": letter.fact,
    }
    return [segment(config.z_segment, {place: escaped(values[name]) for place, name in enumerate(config.z_fields, 1)})]
