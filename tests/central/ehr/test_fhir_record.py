"""Against a real FHIR server with SMART authorisation: appointments in, arrivals out, both databases."""

from typing import Any

import pytest

from central.ehr.fhir.terms import FINNISH_STATUS, TICKET_NUMBER
from central.store import Store, ehr_differences, ehr_letters, roster
from kiosk.checkin.appointment import Status
from tests.central.ehr.office import Office
from tests.central.ehr.record import Record
from tests.central.rig import SITE


def booking(store: Store, name: str) -> roster.Booking | None:
    with store.reading() as connection:
        return roster._bookings(connection, SITE, [name]).get(name)


def ticket(resource: dict[str, Any]) -> list[str]:
    return [one["valueString"] for one in resource.get("extension", []) if one["url"] == TICKET_NUMBER]


def test_appointments_come_in_and_follow_changes(store: Store, record: Record, place: str) -> None:
    office = Office(store, record.config(place, page_size=2, phone=True, practitioner=True))
    names = [f"{place}-{count}" for count in range(5)]
    for count, name in enumerate(names):
        record.book(name, place, f"2026-11-23T09:0{count}:00+02:00")
    office.read()
    found = booking(store, names[0])
    assert found is not None
    assert (found.unit, found.area, found.status, found.phone) == ("dental", "B2", Status.BOOKED, "•• 67")
    assert found.practitioner == "Aili Arvela"
    assert all(booking(store, name) is not None for name in names)
    record.book(names[0], place, status="cancelled")
    record.book(names[1], place, "2026-11-24T10:00:00+02:00")
    record.book(names[2], "elsewhere")
    office.read()
    cancelled, moved, gone = (booking(store, name) for name in names[:3])
    assert cancelled is not None
    assert cancelled.status is Status.CANCELLED
    assert moved is not None
    assert (moved.starts.day, moved.status) == (24, Status.BOOKED)
    assert gone is not None
    assert gone.status is Status.CANCELLED


def test_an_unchanged_record_changes_nothing(store: Store, record: Record, place: str) -> None:
    office = Office(store, record.config(place))
    record.book(f"{place}-1", place)
    office.read()
    with store.reading() as connection:
        from central.store import changes

        before = changes.places(connection)
    office.read()
    office.later(days=1)
    office.read()
    with store.reading() as connection:
        assert changes.places(connection) == before


def test_a_client_under_non_disclosure_has_no_more_than_a_visit(store: Store, record: Record, place: str) -> None:
    office = Office(store, record.config(place, phone=True, practitioner=True))
    record.book(f"{place}-1", place, protected=True)
    office.read()
    found = booking(store, f"{place}-1")
    assert found is not None
    assert (found.protected, found.phone, found.practitioner) == (True, "", "")


def test_what_cannot_be_read_is_refused_alone_and_forgiven_later(store: Store, record: Record, place: str) -> None:
    office = Office(store, record.config(place))
    record.book(f"{place}-1", place, person="010594-900X")
    record.book(f"{place}-2", place)
    office.read()
    assert booking(store, f"{place}-2") is not None
    with store.reading() as connection:
        [refused] = ehr_letters.refused(connection, "apotti")
    assert refused.remote == f"{place}-1"
    assert refused.reason == "column person: no identifier that a client could show"
    record.book(f"{place}-1", place)
    office.read()
    with store.reading() as connection:
        assert ehr_letters.refused(connection, "apotti") == []


@pytest.mark.parametrize("how", ["patch", "put"])
@pytest.mark.parametrize("finnish", [False, True])
def test_an_arrival_reaches_the_appointment(store: Store, record: Record, place: str, how: str, finnish: bool) -> None:
    name = f"{place}-1"
    status = "checked-in" if finnish else "arrived"
    office = Office(store, record.config(place, arrival=how, finnish_status=finnish, status=status))
    other = {"url": "https://hl7.fi/fhir/finnish-scheduling/StructureDefinition/queue-number", "valueString": "7"}
    record.book(name, place, extension=[other])
    office.read()
    number = office.arrive(name)
    assert office.tell() == [("arrived", "done", None)]
    there = record.get(f"Appointment/{name}")
    assert there["status"] == status
    assert ticket(there) == [number]
    assert other in there["extension"]
    if finnish:
        [tila] = [one for one in there["_status"]["extension"] if one["url"] == FINNISH_STATUS]
        assert (tila["valueCoding"]["code"], tila["valueCoding"]["display"]) == ("10", "Ilmoittautunut")
    written = len(record.versions(f"Appointment/{name}"))
    assert written == 2
    office.annul(name)
    assert office.tell()[-1] == ("annulled", "done", None)
    there = record.get(f"Appointment/{name}")
    assert there["status"] == "booked"
    assert ticket(there) == []
    second = office.arrive(name)
    assert second != number
    office.tell()
    assert ticket(record.get(f"Appointment/{name}")) == [second]


@pytest.mark.parametrize(
    ("how", "kind", "open_status"), [("encounter", "Encounter", "arrived"), ("task", "Task", "requested")]
)
def test_an_arrival_as_a_resource_of_its_own(
    store: Store, record: Record, place: str, how: str, kind: str, open_status: str
) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place, arrival=how))
    record.book(name, place)
    office.read()
    number = office.arrive(name)
    assert office.tell() == [("arrived", "done", None)]
    [line] = office.lines()
    found = record.get(f"{kind}?_count=100&{'appointment' if how == 'encounter' else 'focus'}=Appointment/{name}")
    [entry] = found["entry"]
    made = entry["resource"]
    assert made["status"] == open_status
    assert ticket(made) == [number]
    assert record.get(f"Appointment/{name}")["status"] == "booked"
    compared = office.compare()
    assert compared is not None
    assert (compared.letters, compared.differ) == (1, 0)
    office.annul(name)
    assert office.tell()[-1] == ("annulled", "done", None)
    assert record.get(f"{kind}/{made['id']}")["status"] == "cancelled"
    assert line.told


def test_told_twice_it_is_there_once(store: Store, record: Record, place: str) -> None:
    """As after a kill between the record's answer and our note of it."""
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    office.bag.sweep()
    [letter] = office.bag.claim()
    office.adapter.deliver(letter)
    before = len(record.versions(f"Appointment/{name}"))
    office.adapter.deliver(letter)
    office.later(minutes=5)
    assert office.tell() == [("arrived", "done", None)]
    assert len(record.versions(f"Appointment/{name}")) == before


@pytest.mark.parametrize(
    ("status", "reason"),
    [("cancelled", "cancelled-there"), ("noshow", "noshow-there"), ("proposed", "not-booked-there")],
)
def test_what_the_record_contradicts_is_for_a_person(
    store: Store, record: Record, place: str, status: str, reason: str
) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    record.book(name, place, status=status)
    assert office.tell() == [("arrived", "dead", reason)]
    [line] = office.lines()
    record.book(name, place)
    with store.writing() as connection:
        assert ehr_letters.retry(connection, line.id, "desk", "booked again", office.moment)
    assert office.tell() == [("arrived", "done", None)]
    assert record.get(f"Appointment/{name}")["status"] == "arrived"


def test_a_visit_that_has_begun_is_not_turned_back(store: Store, record: Record, place: str) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    record.book(name, place, status="fulfilled")
    assert office.tell() == [("arrived", "done", None)]
    assert record.get(f"Appointment/{name}")["status"] == "fulfilled"


def test_a_dead_letter_of_an_arrival_that_was_taken_back_is_nobodys_matter(
    store: Store, record: Record, place: str
) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    record.book(name, place, status="cancelled")
    office.tell()
    office.annul(name)
    assert office.tell() == [("arrived", "superseded", "cancelled-there"), ("annulled", "done", None)]


def test_deleted_there_is_for_a_person(store: Store, record: Record, place: str) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    record.http.delete(f"/Appointment/{name}").raise_for_status()
    assert office.tell() == [("arrived", "dead", "gone-there")]


def test_the_comparison_mends_what_a_rule_allows(store: Store, record: Record, place: str) -> None:
    names = [f"{place}-{count}" for count in range(3)]
    office = Office(store, record.config(place))
    for name in names:
        record.book(name, place)
    office.read()
    numbers = [office.arrive(name) for name in names]
    office.tell()
    record.book(names[0], place)  # Somebody wrote over it.
    record.book(names[1], place, status="cancelled")
    compared = office.compare()
    assert compared is not None
    assert (compared.letters, compared.differ, compared.sent_again) == (3, 2, 1)
    with store.reading() as connection:
        found = {one.appointment: (one.kind, one.state) for one in ehr_differences.listed(connection)}
    assert found == {names[0]: ("lacks-arrival", "open"), names[1]: ("cancelled-there", "open")}
    office.tell()
    assert ticket(record.get(f"Appointment/{names[0]}")) == [numbers[0]]
    office.compare()
    with store.writing() as connection:
        [still] = ehr_differences.listed(connection)
        assert still.appointment == names[1]
        assert ehr_differences.close(connection, "apotti", still.fact, "desk", "spoken to", office.moment)
    office.compare()
    with store.reading() as connection:
        assert ehr_differences.listed(connection) == []


def test_who_keeps_undoing_it_is_spoken_to(store: Store, record: Record, place: str) -> None:
    name = f"{place}-1"
    office = Office(store, record.config(place))
    record.book(name, place)
    office.read()
    office.arrive(name)
    office.tell()
    sent = []
    for _ in range(5):
        record.book(name, place)
        compared = office.compare()
        assert compared is not None
        sent.append(compared.sent_again)
        office.tell()
    assert sent == [1, 1, 1, 0, 0]


def test_an_arrival_at_another_site_or_of_a_stranger_is_not_told(store: Store, record: Record, place: str) -> None:
    from central import seed

    office = Office(store, record.config(place))
    row = {"id": "S1", "person": "010594Y9032", "unit": "dental", "area": "B2", "starts": "09:00"}
    seed.load(store, seed.Seed(SITE, [row]), None, office.moment)
    office.arrive("S1")
    assert office.tell() == []
