"""``central ehr`` as people start it, and what people settle with its commands."""

from pathlib import Path

import msgspec
import pytest

from central.store import Store
from kiosk.clock import StagedClock
from kiosk.scenario.stagehand import wait_until
from tests.central.ehr.desk import WorkerProcess, toml
from tests.central.ehr.office import Office
from tests.central.ehr.record import Record
from tests.central.ehr.test_fhir_record import booking, ticket
from tests.central.rig import command


def test_the_worker_reads_tells_and_ends_in_order(
    database: str, store: Store, record: Record, place: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    worker = WorkerProcess(tmp_path, toml(record, place), database)
    request.addfinalizer(worker.kill)
    worker.start()
    wait_until(lambda: booking(store, name) is not None, 20, "the appointment comes in")
    number = office.arrive(name)
    wait_until(lambda: ticket(record.get(f"Appointment/{name}")) == [number], 20, "the arrival goes out")
    assert worker.stop() == 0
    log = worker.log.read_text()
    assert '"stopped"' in log
    assert not any(secret in log for secret in ("010594", "Esimerkki", number, f"p-{name}"))
    assert office.letters() == [("arrived", "done", None)]


def test_what_people_settle(
    database: str, store: Store, record: Record, place: str, tmp_path: Path, staged: StagedClock
) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    record.book(f"{place}-2", place, person="010594-900X")
    office.read()
    office.arrive(name)
    record.book(name, place, status="cancelled")
    office.tell()
    listed = msgspec.json.decode(command(tmp_path, "ehr", "list", "--json").stdout)
    [letter] = listed["letters"]
    assert (letter["state"], letter["reason"]) == ("dead", "cancelled-there")
    assert [one["remote"] for one in listed["refused"]] == [f"{place}-2"]
    shown = command(tmp_path, "ehr", "list").stdout
    assert "cancelled-there" in shown
    number = str(letter["id"])
    again = command(tmp_path, "ehr", "retry", number, "--note", "booked anew", "--by", "desk-1")
    assert "will be tried again" in again.stdout
    record.book(name, place)
    # Due since the command was given, by the clock of the commands.
    office.moment = staged.now()
    assert office.tell() == [("arrived", "done", None)]
    assert "is not dead" in command(tmp_path, "ehr", "retry", number, "--note", "once more").stdout
    assert command(tmp_path, "ehr", "give-up", number, "--note", " ").exit_code == 1
    assert command(tmp_path, "ehr", "give-up", "4711", "--note", "x").exit_code == 1
    record.book(name, place, status="cancelled")
    office.compare()
    [difference] = msgspec.json.decode(command(tmp_path, "ehr", "differences", "--json").stdout)
    assert difference["kind"] == "cancelled-there"
    closing = ("ehr", "close-difference", "apotti", difference["fact"], "--note", "client went home")
    assert command(tmp_path, *closing).exit_code == 0
    assert command(tmp_path, *closing).exit_code == 1
    assert msgspec.json.decode(command(tmp_path, "ehr", "differences", "--json").stdout) == []
    [closed] = msgspec.json.decode(command(tmp_path, "ehr", "differences", "--all", "--json").stdout)
    assert (closed["state"], closed["note"]) == ("closed", "client went home")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no section [[ehr]]"),
        ('[[ehr]]\nkind = "fhir"\nname = "a"\nbase_url = "http://ehr.example/fhir"\n', "https://"),
        ('[[ehr]]\nkind = "fhir"\nname = "a"\nbase_url = "https://ehr.example/fhir"\n', "places"),
        ('[[ehr]]\nkind = "csv"\nname = "a"\n', "outgoing"),
        ('[[ehr]]\nkind = "hl7"\nname = "a"\n', "send"),
        ('[[ehr]]\nkind = "carrier-pigeon"\nname = "a"\n', "carrier-pigeon"),
        ('[[ehr]]\nkind = "csv"\nname = "a"\noutgoing = "out"\nmood = "good"\n', "mood"),
    ],
)
def test_a_configuration_that_cannot_work_is_told(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "central.toml"
    file.write_text(text)
    done = command(tmp_path, "ehr", "--config", str(file))
    assert done.exit_code != 0
    assert says in " ".join((done.stdout + done.stderr).replace("│", " ").split())
