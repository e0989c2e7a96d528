"""An ``Appointment`` with its ``Patient`` in the words of a seed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from central.ehr.adapter import Incoming, Status
from central.ehr.config import Fhir
from central.ehr.fhir.answers import Resource, version_of
from central.ehr.fhir.reading import codings, local, objects, patient_of, status, text
from central.ehr.places import find
from kiosk.checkin import identifier

_OVER = ("old", "temp")
"""Uses of an identifier that no longer say who somebody is, or not for long."""


@dataclass(frozen=True)
class Reader:
    """What appointments are read with. ``patterns`` are the sites' own, for identifiers that are ``local``."""

    config: Fhir
    today: date
    patterns: Mapping[str, str] = field(default_factory=dict)


def incoming(reader: Reader, appointment: Resource, patient: Resource | None) -> Incoming:
    """One appointment. ``patient`` is ``None`` where the server gave none."""
    config = reader.config
    said = status(appointment)
    one = Incoming(text(appointment, "id"), version_of({}, appointment), updated(appointment), said)
    place = find(config.places, _places(appointment))
    if place is None or said in (Status.CANCELLED, Status.OTHER):
        return one
    if not text(appointment, "start"):
        return _refused(one, "column starts: it is missing")
    if patient is None:
        return _refused(one, "column person: the patient cannot be read")
    known = _identifiers(reader, patient, place.site)
    if not known:
        return _refused(one, "column person: no identifier that a client could show")
    protected = is_protected(config, appointment, patient)
    row: dict[str, object] = {
        "person": known[0],
        "identifiers": known[1:],
        "codes": _codes(config, appointment),
        "site": place.site,
        "unit": place.unit,
        "area": place.area,
        "starts": text(appointment, "start"),
        "channel": _channel(config, appointment),
        "protected": protected,
        # Of a client under non-disclosure nothing stays that is not needed to find the visit.
        "practitioner": "" if protected or not config.practitioner else _practitioner(appointment),
        "phone": "" if protected or not config.phone else _phone(patient),
    }
    return Incoming(one.remote, one.version, one.updated, one.status, row)


def updated(resource: Resource) -> datetime | None:
    """``meta.lastUpdated``, in UTC."""
    try:
        moment = datetime.fromisoformat(text(resource, "meta", "lastUpdated"))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None


def is_protected(config: Fhir, *resources: Resource) -> bool:
    """Whether any of them has a label of non-disclosure. The code is enough: a wrong system must not uncover anyone."""
    labels = {label.lower() for label in config.protected_labels}
    return any(text(one, "code").lower() in labels for each in resources for one in objects(each, "meta", "security"))


def _refused(one: Incoming, why: str) -> Incoming:
    return Incoming(one.remote, one.version, one.updated, one.status, refused=why)


def _places(appointment: Resource) -> Iterator[str]:
    """Codes by which a place may be configured, the most exact first."""
    participants = objects(appointment, "participant")
    for participant in participants:
        found = local(text(participant, "actor", "reference"), "Location")
        if found:
            yield found
    for participant in participants:
        system, value = (
            text(participant, "actor", "identifier", "system"),
            text(participant, "actor", "identifier", "value"),
        )
        if value:
            yield f"{system}|{value}"
    for participant in participants:
        found = local(text(participant, "actor", "reference"), "HealthcareService")
        if found:
            yield found
    for name in ("serviceType", "serviceCategory", "specialty"):
        yield from codings(appointment, name)


def _identifiers(reader: Reader, patient: Resource, site: str) -> list[str]:
    found: list[str] = []
    official: list[str] = []
    for one in objects(patient, "identifier"):
        prefix = reader.config.identifiers.get(text(one, "system"))
        use = text(one, "use")
        if prefix is None or use in _OVER or _ended(one, reader.today):
            continue
        written = f"{prefix}:{text(one, 'value')}" if prefix else text(one, "value")
        # An identifier that cannot be one is left out: the client may be found by another.
        if identifier.canonical(written, reader.today, reader.patterns.get(site, "")) is not None:
            (official if use == "official" else found).append(written)
    return list(dict.fromkeys([*official, *found]))


def _ended(one: Resource, today: date) -> bool:
    end = text(one, "period", "end")
    return bool(end) and end[:10] < today.isoformat()


def _codes(config: Fhir, appointment: Resource) -> Sequence[str]:
    systems = set(config.code_systems)
    values = [text(one, "value") for one in objects(appointment, "identifier") if text(one, "system") in systems]
    return [value for value in values if value]


def _channel(config: Fhir, appointment: Resource) -> str:
    for name in ("appointmentType", "serviceType", "serviceCategory"):
        for code in codings(appointment, name):
            if code in config.channels:
                return config.channels[code]
    return "on-site"


def _practitioner(appointment: Resource) -> str:
    for participant in objects(appointment, "participant"):
        if local(text(participant, "actor", "reference"), "Practitioner") or (
            local(text(participant, "actor", "reference"), "PractitionerRole")
        ):
            return text(participant, "actor", "display")[:80]
    return ""


def _phone(patient: Resource) -> str:
    """The last two digits: enough for a client to know the number."""
    numbers = [text(one, "value") for one in objects(patient, "telecom") if text(one, "system") == "phone"]
    digits = "".join(character for character in next(iter(numbers), "") if character in "0123456789")
    return f"•• {digits[-2:]}" if len(digits) >= 5 else ""


def pairs(resources: Sequence[Resource]) -> list[tuple[Resource, Resource | None]]:
    """The appointments among the resources of a search, each with its patient where that came along."""
    patients = {f"Patient/{text(one, 'id')}": one for one in resources if one.get("resourceType") == "Patient"}
    appointments = [one for one in resources if one.get("resourceType") == "Appointment" and text(one, "id")]
    return [(one, patients.get(patient_of(one))) for one in appointments]
