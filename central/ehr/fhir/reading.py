"""Small looks into resources as they came: whatever is not as the standard has it counts as not there."""

from collections.abc import Iterator
from typing import Any

from central.ehr.adapter import Status
from central.ehr.fhir.answers import Resource
from central.ehr.fhir.terms import FINNISH_STATUS, FINNISH_STATUSES, FROM_FINNISH, TICKET_NUMBER

_STATUSES = {status.value: status for status in Status if status is not Status.OTHER}
_GONE = {"entered-in-error": Status.CANCELLED}


def text(resource: object, *path: str) -> str:
    """The text at a path of names; empty where there is none."""
    for name in path:
        resource = resource.get(name) if isinstance(resource, dict) else None
    return resource if isinstance(resource, str) else ""


def objects(resource: object, *path: str) -> list[Resource]:
    """The objects in a list at a path."""
    for name in path:
        resource = resource.get(name) if isinstance(resource, dict) else None
    return [one for one in resource if isinstance(one, dict)] if isinstance(resource, list) else []


def status(appointment: Resource) -> Status:
    """What an ``Appointment`` says of itself; the Finnish status is heard where FHIR's own says less."""
    said = text(appointment, "status")
    found = _STATUSES.get(said) or _GONE.get(said, Status.OTHER)
    finnish = FROM_FINNISH.get(finnish_status(appointment))
    if finnish is None or found in (Status.OTHER, Status.CANCELLED, Status.FULFILLED):
        return found
    return finnish


def finnish_status(appointment: Resource) -> str:
    """The code of *ajanvarauksen tila*; empty where there is none."""
    for extension in objects(appointment, "_status", "extension"):
        if text(extension, "url") == FINNISH_STATUS and text(extension, "valueCoding", "system") == FINNISH_STATUSES:
            return text(extension, "valueCoding", "code")
    return ""


def ticket_number(resource: Resource) -> str | None:
    """The number in the extension, ``None`` without it."""
    found = [text(one, "valueString") for one in objects(resource, "extension") if text(one, "url") == TICKET_NUMBER]
    return found[0] if found else None


def codings(resource: object, *path: str) -> Iterator[str]:
    """``system|code`` of each coding of the CodeableConcepts at a path, be it a list or one."""
    for name in path:
        resource = resource.get(name) if isinstance(resource, dict) else None
    concepts: list[Any] = resource if isinstance(resource, list) else [resource]
    for concept in concepts:
        for coding in objects(concept, "coding"):
            yield f"{text(coding, 'system')}|{text(coding, 'code')}"


def patient_of(appointment: Resource) -> str:
    """The reference to the patient, as ``Patient/123``; empty where there is none that can be read."""
    for participant in objects(appointment, "participant"):
        found = local(text(participant, "actor", "reference"), "Patient")
        if found:
            return found
    return ""


def local(reference: str, kind: str) -> str:
    """``Patient/123`` of a reference to this kind, relative or absolute, with or without a version."""
    parts = reference.partition("/_history/")[0].split("/")
    return f"{kind}/{parts[-1]}" if len(parts) >= 2 and parts[-2] == kind and parts[-1] else ""
