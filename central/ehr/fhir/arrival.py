"""What is to be done to a record so that it says what a letter tells: decided from what it says now, without I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.ehr.adapter import Dead, Kind, Letter, Status
from central.ehr.config import Fhir
from central.ehr.fhir.answers import Resource
from central.ehr.fhir.reading import finnish_status, objects, patient_of, status, text, ticket_number
from central.ehr.fhir.terms import FINNISH_STATUS, FINNISH_STATUSES, TICKET_NUMBER, TO_FINNISH, WORDS


@dataclass(frozen=True)
class Fits:
    """The record says so already; ``passed`` where it is further on, and is not to be turned back."""

    passed: bool = False


@dataclass(frozen=True)
class Patch:
    """A JSON Patch (RFC 6902)."""

    path: str
    operations: Sequence[Mapping[str, Any]] = field(repr=False)


@dataclass(frozen=True)
class Put:
    """The whole resource; ``new`` where there was none."""

    path: str
    resource: Resource = field(repr=False)
    new: bool = False


Step = Fits | Patch | Put | Dead

_BARRED = {Status.CANCELLED: "cancelled-there", Status.NOSHOW: "noshow-there", Status.OTHER: "not-booked-there"}
_HERE = (Status.ARRIVED, Status.CHECKED_IN)


def on_appointment(config: Fhir, letter: Letter, appointment: Resource) -> Step:
    """For ``patch`` and ``put``: the status of the appointment itself, with the number."""
    said = status(appointment)
    if letter.kind is Kind.ANNULLED:
        return _taken_back(config, letter, appointment, said)
    if said is Status.FULFILLED:
        return Fits(passed=True)
    if said in _BARRED:
        return Dead(_BARRED[said])
    wanted = Status(config.status)
    # Who is checked in there has more than arrived: that is not taken away.
    target = said if said is Status.CHECKED_IN else wanted
    number = letter.number if config.ticket_number else ticket_number(appointment)
    return _towards(config, appointment, target, number)


def _taken_back(config: Fhir, letter: Letter, appointment: Resource, said: Status) -> Step:
    ticket = ticket_number(appointment)
    if said not in _HERE:
        return Fits(passed=said is not Status.BOOKED)
    if config.ticket_number and ticket != letter.number:
        # Somebody else's arrival: theirs to take back.
        return Fits(passed=True)
    return _towards(config, appointment, Status.BOOKED, None if config.ticket_number else ticket)


def _towards(config: Fhir, appointment: Resource, target: Status, number: str | None) -> Step:
    finnish = TO_FINNISH[target] if config.finnish_status else finnish_status(appointment)
    same = text(appointment, "status") == target.value and ticket_number(appointment) == number
    if same and finnish_status(appointment) == finnish:
        return Fits()
    wanted = dict(appointment) | {"status": target.value}
    _set(wanted, "extension", _ticketed(objects(appointment, "extension"), number))
    if config.finnish_status:
        written = appointment.get("_status")
        beside = dict(written) if isinstance(written, dict) else {}
        _set(beside, "extension", _stated(objects(beside, "extension"), finnish))
        _set(wanted, "_status", beside)
    path = f"Appointment/{text(appointment, 'id')}"
    return Put(path, wanted) if config.arrival == "put" else Patch(path, _operations(appointment, wanted))


def _operations(before: Resource, wanted: Resource) -> list[dict[str, Any]]:
    """Only what differs, at the top; and nothing at all where the status is no longer what was read."""
    operations: list[dict[str, Any]] = [{"op": "test", "path": "/status", "value": before["status"]}]
    for name in ("status", "_status", "extension"):
        if name not in wanted:
            operations += [{"op": "remove", "path": f"/{name}"}] if name in before else []
        elif before.get(name) != wanted[name]:
            how = "replace" if name in before else "add"
            operations.append({"op": how, "path": f"/{name}", "value": wanted[name]})
    return operations


def _set(resource: Resource, name: str, value: Any) -> None:
    """FHIR has no empty lists or objects."""
    if value:
        resource[name] = value
    else:
        resource.pop(name, None)


def _ticketed(extensions: Sequence[Resource], number: str | None) -> list[Resource]:
    others = [one for one in extensions if text(one, "url") != TICKET_NUMBER]
    return [*others, {"url": TICKET_NUMBER, "valueString": number}] if number is not None else others


def _stated(extensions: Sequence[Resource], code: str) -> list[Resource]:
    others = [one for one in extensions if text(one, "url") != FINNISH_STATUS]
    coding = {"system": FINNISH_STATUSES, "code": code, "display": WORDS.get(code, "")}
    return [*others, {"url": FINNISH_STATUS, "valueCoding": coding}]


def on_encounter(letter: Letter, appointment: Resource, there: Resource | None) -> Step:
    """For ``encounter``: one whose id is that of our fact, so that it is there once however often it is told."""
    if letter.kind is Kind.ANNULLED:
        if there is None or text(there, "status") not in ("planned", "arrived"):
            return Fits(passed=there is not None and text(there, "status") != "cancelled")
        return Put(f"Encounter/{letter.fact}", dict(there) | {"status": "cancelled"})
    if there is not None:
        return Fits(passed=text(there, "status") not in ("planned", "arrived", "triaged"))
    said = status(appointment)
    if said in _BARRED:
        return Dead(_BARRED[said])
    made: Resource = {
        "resourceType": "Encounter",
        "id": letter.fact,
        "extension": [{"url": TICKET_NUMBER, "valueString": letter.number}],
        "status": "arrived",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "appointment": [{"reference": f"Appointment/{text(appointment, 'id')}"}],
        "period": {"start": letter.at.isoformat()},
    }
    _set(made, "subject", _subject(appointment))
    return Put(f"Encounter/{letter.fact}", made, new=True)


def on_task(letter: Letter, appointment: Resource, there: Resource | None) -> Step:
    """For ``task``: the same, as work for whoever receives clients."""
    open_ones = ("draft", "requested", "received", "accepted", "ready", "on-hold")
    if letter.kind is Kind.ANNULLED:
        if there is None or text(there, "status") not in open_ones:
            return Fits(passed=there is not None and text(there, "status") != "cancelled")
        return Put(f"Task/{letter.fact}", dict(there) | {"status": "cancelled"})
    if there is not None:
        return Fits(passed=text(there, "status") not in open_ones)
    said = status(appointment)
    if said in _BARRED:
        return Dead(_BARRED[said])
    made: Resource = {
        "resourceType": "Task",
        "id": letter.fact,
        "extension": [{"url": TICKET_NUMBER, "valueString": letter.number}],
        "status": "requested",
        "intent": "order",
        "code": {"text": "client-arrived"},
        "focus": {"reference": f"Appointment/{text(appointment, 'id')}"},
        "authoredOn": letter.at.isoformat(),
    }
    _set(made, "for", _subject(appointment))
    return Put(f"Task/{letter.fact}", made, new=True)


def _subject(appointment: Resource) -> Resource | None:
    patient = patient_of(appointment)
    return {"reference": patient} if patient else None
