"""A health record on the stage: a real FHIR server with SMART authorisation, from which the centre reads its visits."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import tomli_w
import yaml
from joserfc.jwk import ECKey

from kiosk.scenario.stagehand import StageError, wait_until

STARTS_WITHIN = 40.0
CLIENT, TOKEN = "kiosk-centre", "the-stage's-own"
SCOPES = "system/Appointment.rus system/Patient.rs"
HETU = "urn:oid:1.2.246.21"
TICKET_NUMBER = "https://hl7.fi/fhir/finnish-scheduling/StructureDefinition/ticket-number"


class HealthRecord:
    """The server at ``port``, and what a play puts there and reads back."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._base = f"http://127.0.0.1:{port}/fhir"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. Raises ``StageError``, also where it is not installed."""
        program = Path(sys.executable).with_name("sekmet")
        if not program.exists():
            raise StageError(f"no health record: {program.name} is missing: install sekmet-fhir")
        self._folder.mkdir(parents=True)
        key = ECKey.generate_key("P-384")
        (self._folder / "key.json").write_bytes(msgspec.json.encode(key.as_dict(private=True)))
        client = {"client_id": CLIENT, "jwks": {"keys": [key.as_dict(private=False)]}, "scopes": SCOPES}
        auth = {"types": ["smart", "bearer"], "tokens": [TOKEN], "smart_clients": [client]}
        settings = {"base_url": self._base, "port": self._port, "server_auth": auth, "simulator": {"enabled": False}}
        (self._folder / "settings.yaml").write_text(yaml.safe_dump(settings))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKMET")}
        with (self._folder / "log").open("wb") as log:
            line = [str(program), "serve", "--host", "127.0.0.1"]
            self._process = subprocess.Popen(line, cwd=self._folder, env=environment, stdout=log, stderr=log)
        wait_until(self._answers, STARTS_WITHIN, "the health record answers")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def configuration(self, site: str) -> bytes:
        """What the centre is told of it: visits at ``Location/UNIT.AREA`` are of that unit and area."""
        section = {
            "kind": "fhir",
            "name": "record",
            "base_url": self._base,
            "poll_seconds": 0.3,
            "smart": {"client_id": CLIENT, "key_file": str(self._folder / "key.json"), "scope": SCOPES},
            "places": [{"code": "Location/dental.B2", "site": site, "unit": "dental", "area": "B2"}],
        }
        return tomli_w.dumps({"ehr": [section]}).encode()

    def book(self, visit: Mapping[str, Any]) -> None:
        """``id``, ``person``, ``starts`` and maybe ``protected``: a visit of the dental unit."""
        name = visit["id"]
        patient: dict[str, Any] = {"resourceType": "Patient", "id": f"patient-{name}"}
        patient["identifier"] = [{"use": "official", "system": HETU, "value": visit["person"]}]
        if visit.get("protected"):
            patient["meta"] = {"security": [{"code": "TURVAKIELTO"}]}
        actors = (f"Patient/patient-{name}", "Location/dental.B2")
        appointment = {
            "resourceType": "Appointment",
            "id": name,
            "status": "booked",
            "start": visit["starts"],
            "end": visit["starts"],
            "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
        }
        for resource in (patient, appointment):
            self._ask("PUT", f"{resource['resourceType']}/{resource['id']}", resource)

    def says(self, name: str) -> tuple[str, str | None]:
        """Status and ticket number of an appointment."""
        found = self._ask("GET", f"Appointment/{name}")
        numbers = [one["valueString"] for one in found.get("extension", ()) if one["url"] == TICKET_NUMBER]
        return found["status"], numbers[0] if numbers else None

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise StageError(f"the health record ended: {(self._folder / 'log').read_text()[-600:]}")
        try:
            return bool(self._ask("GET", "metadata"))
        except StageError:
            return False

    def _ask(self, method: str, path: str, resource: object = None) -> dict[str, Any]:
        body = None if resource is None else json.dumps(resource).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/fhir+json"}
        request = urllib.request.Request(f"{self._base}/{path}", body, headers, method=method)  # noqa: S310 - our own
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
        except (OSError, ValueError) as error:
            raise StageError(f"the health record does not answer: {error}") from None
        return found


@contextmanager
def kept(folder: Path, port: int) -> Iterator[HealthRecord]:
    """A running one."""
    record = HealthRecord(folder, port)
    try:
        record.start()
        yield record
    finally:
        record.stop()
