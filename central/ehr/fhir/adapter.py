"""One FHIR server as a health record system."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event
from typing import assert_never

import structlog

from central.ehr import pace
from central.ehr.adapter import Dead, Delivered, Inbox, Later, Letter, Outcome, Status, There, UnreachableError
from central.ehr.config import Fhir
from central.ehr.fhir import arrival
from central.ehr.fhir.answers import Again, Answer, Good, Missing, NoToken, Resource
from central.ehr.fhir.arrival import Fits, Patch, Put, Step
from central.ehr.fhir.client import FhirClient, reading
from central.ehr.fhir.polling import Poll
from central.ehr.fhir.reading import status, text, ticket_number
from central.ehr.fhir.subscription import subscribed
from central.store import StoreUnavailableError

log = structlog.get_logger()

ROUNDS = 4
"""So often a delivery reads and decides anew, where others write at the same time."""
ASKED_AT_ONCE = 50
GLANCE = 0.5
"""Seconds between two looks for a poke."""
SUBSCRIBED_AGAIN = 3600.0

_HERE = ("arrived", "triaged", "in-progress", "onleave", "finished")
_TASK_OVER = ("cancelled", "rejected", "failed", "entered-in-error")


class FhirAdapter:
    """``Adapter`` for FHIR R4."""

    def __init__(self, config: Fhir, now: Callable[[], datetime], patterns: Callable[[], Mapping[str, str]]) -> None:
        self._config = config
        self._client = FhirClient(config)
        self._poll = Poll(config, self._client, now, patterns)

    @property
    def brings(self) -> bool:
        """Whether appointments come in by it."""
        return self._config.appointments

    def bring(self, inbox: Inbox, stop: Event) -> None:
        """Poll, every few seconds and whenever there is a poke."""
        failed, since_subscribed = 0, SUBSCRIBED_AGAIN
        while not stop.is_set():
            wait = self._config.poll_seconds
            try:
                if inbox.mine():
                    self._poll.once(inbox)
                    if since_subscribed >= SUBSCRIBED_AGAIN:
                        self._subscribe()
                        since_subscribed = 0.0
                    failed = 0
            except (UnreachableError, StoreUnavailableError) as error:
                failed += 1
                # Nothing else is raised here: the word is ours, or the name of the database's own error.
                log.warning("record_unreadable", ehr=self._config.name, reason=str(error), failed=failed)
                wait = max(wait, pace.pause(failed, random.random()))  # noqa: S311 - to spread load
            since_subscribed += wait
            self._wait(inbox, stop, wait)

    def deliver(self, letter: Letter) -> Outcome:
        """Read, decide, write, until the record says what the letter tells."""
        if not letter.remote:
            return Dead("unknown-there")
        try:
            for _ in range(ROUNDS):
                step, version = self._next(letter)
                match step:
                    case Fits(passed=passed):
                        return Delivered(f"passed {version}" if passed else version)
                    case Dead() | Later():
                        return step
                    case Patch() | Put():
                        answer = self._write(step, version)
                    case _:
                        assert_never(step)
                match answer:
                    case Later() | Dead():
                        return answer
                    case NoToken():
                        return Later("unauthorized")
                    case Good() | Again() | Missing():
                        # Only what can be read back counts.
                        continue
                    case _:
                        assert_never(answer)
        except UnreachableError as error:
            return Later(str(error))
        return Later("busy-there", whole=False)

    def there(self, letters: Sequence[Letter]) -> Mapping[int, There]:
        """What the record says now."""
        if self._config.arrival in ("patch", "put"):
            named = {one.id: one.remote for one in letters if one.remote}
            kind = "Appointment"
        else:
            named = {one.id: one.fact for one in letters}
            kind = {"encounter": "Encounter", "task": "Task"}[self._config.arrival]
        found: dict[str, There] = {}
        names = sorted(set(named.values()))
        for start in range(0, len(names), ASKED_AT_ONCE):
            some = names[start : start + ASKED_AT_ONCE]
            parameters = [("_id", ",".join(some)), ("_count", str(len(some)))]
            for resource in self._poll.found(kind, parameters):
                if resource.get("resourceType") == kind:
                    found[text(resource, "id")] = _there(kind, resource)
        missing = There(Status.OTHER, gone=True)
        return {letter: found.get(name, missing) for letter, name in named.items()}

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _next(self, letter: Letter) -> tuple[Step | Later, str]:
        appointment = reading(self._client.read(f"Appointment/{letter.remote}"))
        if isinstance(appointment, Later):
            return appointment, ""
        if isinstance(appointment, Missing):
            return Dead("gone-there" if appointment.deleted else "not-found-there"), ""
        assert appointment.resource is not None
        if appointment.resource["resourceType"] != "Appointment" or not text(appointment.resource, "status"):
            return Later("not-an-appointment", whole=False), ""
        if self._config.arrival in ("patch", "put"):
            step: Step = arrival.on_appointment(self._config, letter, appointment.resource)
            if isinstance(step, Put) and not appointment.version:
                # A whole resource over one whose version nobody knows would wipe out what others write.
                return Dead("no-version-there"), ""
            return step, appointment.version
        kind, decide = {
            "encounter": ("Encounter", arrival.on_encounter),
            "task": ("Task", arrival.on_task),
        }[self._config.arrival]
        there = reading(self._client.read(f"{kind}/{letter.fact}"))
        if isinstance(there, Later):
            return there, ""
        if isinstance(there, Missing):
            deleted = Dead("gone-there") if there.deleted and letter.kind == "arrived" else None
            return deleted or decide(letter, appointment.resource, None), ""
        return decide(letter, appointment.resource, there.resource), there.version

    def _write(self, step: Patch | Put, version: str) -> Answer:
        if isinstance(step, Patch):
            return self._client.patch(step.path, step.operations, version)
        return self._client.put(step.path, step.resource, "" if step.new else version)

    def _subscribe(self) -> None:
        try:
            why = subscribed(self._config, self._client)
        except OSError as error:
            why = error.strerror or "no secret"
        if why:
            log.warning("subscription_failed", ehr=self._config.name, reason=why)

    def _wait(self, inbox: Inbox, stop: Event, seconds: float) -> None:
        waited = 0.0
        while waited < seconds and not stop.wait(min(GLANCE, seconds - waited)):
            waited += GLANCE
            try:
                if self._config.subscription is not None and inbox.poked():
                    return
            except StoreUnavailableError:
                continue


def _there(kind: str, resource: Resource) -> There:
    number = ticket_number(resource)
    said = text(resource, "status")
    match kind:
        case "Appointment":
            return There(status(resource), number)
        case "Encounter":
            return There(Status.ARRIVED if said in _HERE else Status.BOOKED, number)
        case _:
            return There(Status.BOOKED if said in _TASK_OVER else Status.ARRIVED, number)
