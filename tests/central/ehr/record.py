"""A real FHIR server with SMART authorisation in a process of its own, and what tests put there and read back."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import yaml
from joserfc.jwk import ECKey

from central.ehr.config import Fhir, Place, Smart
from kiosk.scenario.stage import free_port
from kiosk.scenario.stagehand import wait_until

TOKEN = "the-tests-own-token"
CLIENT = "kiosk-centre"
SCOPES = "system/Appointment.rus system/Patient.rs system/Encounter.rus system/Task.rus system/Subscription.rus"
HETU = "urn:oid:1.2.246.21"
LABEL = "https://hl7.fi/fhir/finnish-base-profiles/CodeSystem/fi-base-security-label-cs"
STARTS = 40.0


class Record:
    """One server. It may be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}/fhir"
        self.key = folder / "key.json"
        key = ECKey.generate_key("P-384")
        self.key.write_bytes(msgspec.json.encode(key.as_dict(private=True)))
        client = {"client_id": CLIENT, "jwks": {"keys": [key.as_dict(private=False)]}, "scopes": SCOPES}
        auth = {"types": ["smart", "bearer"], "tokens": [TOKEN], "token_lifetime": 300, "smart_clients": [client]}
        settings = {"base_url": self.base, "port": self.port, "server_auth": auth, "simulator": {"enabled": False}}
        settings |= {"log_inbound": False, "subscriptions": {"retries": 1}}
        (folder / "settings.yaml").write_text(yaml.safe_dump(settings))
        self.http = httpx.Client(
            base_url=self.base, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, timeout=20
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.begin()
        wait_until(self.answers, STARTS, "the FHIR server answers")

    def begin(self) -> None:
        with (self.folder / "log").open("ab") as log:
            line = [str(Path(sys.executable).with_name("sekmet")), "serve", "--host", "127.0.0.1"]
            environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKMET")}
            self._process = subprocess.Popen(line, cwd=self.folder, stdout=log, stderr=log, env=environment)

    def answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
        try:
            return self.http.get("/metadata").status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        self.http.close()

    def put(self, resource: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/{path}").raise_for_status().json()
        return found

    def versions(self, path: str) -> list[dict[str, Any]]:
        """Every version there ever was, the oldest first."""
        bundle = self.get(f"{path}/_history?_count=1000")
        return [one["resource"] for one in reversed(bundle["entry"])]

    def book(
        self,
        name: str,
        place: str,
        start: str = "2026-11-23T09:00:00+02:00",
        *,
        person: str = "010594Y9032",
        status: str = "booked",
        protected: bool = False,
        **more: Any,
    ) -> dict[str, Any]:
        """An appointment of a patient, as Finnish Scheduling has them."""
        patient: dict[str, Any] = {"resourceType": "Patient", "id": f"p-{name}"}
        patient["identifier"] = [{"use": "official", "system": HETU, "value": person}]
        patient["name"] = [{"family": "Esimerkki", "given": ["Aino"]}]
        patient["telecom"] = [{"system": "phone", "value": "+358 40 1234567"}]
        if protected:
            patient["meta"] = {"security": [{"system": LABEL, "code": "TURVAKIELTO"}]}
        self.put(patient)
        participant = [
            {"actor": {"reference": f"Patient/p-{name}"}, "status": "accepted"},
            {"actor": {"reference": f"Location/{place}"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/d1", "display": "Aili Arvela"}, "status": "accepted"},
        ]
        times = {"start": start, "end": start.replace(":00:00+", ":20:00+")}
        booked = {"resourceType": "Appointment", "id": name, "status": status, "participant": participant}
        return self.put(booked | times | more)

    def config(self, place: str, **more: Any) -> Fhir:
        """The section for this server; visits at ``place`` are of the dental unit."""
        places = (Place(code=f"Location/{place}", site="kalasatama", unit="dental", area="B2"),)
        smart = Smart(client_id=CLIENT, key_file=self.key, scope=SCOPES)
        given = {"name": "apotti", "base_url": self.base, "smart": smart, "places": places, "timeout_seconds": 10.0}
        return Fhir(**{**given, "poll_seconds": 0.3, "overlap_seconds": 5.0, **more})


@contextmanager
def serving(folder: Path) -> Iterator[Record]:
    record = Record(folder)
    record.start()
    try:
        yield record
    finally:
        record.stop()


def new_place() -> str:
    """A location of the test's own, so that tests can share a server."""
    return f"place-{secrets.token_hex(4)}"
