"""What reception knows and does, on both databases: each thing once, whoever does it how often."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from central import identities
from central.lost import NoShow, WaitingRule
from central.pages import reception_room
from central.store import annulments, changes, conflicts, expected, waiting
from central.store.desk import Way
from central.store.facts import RacedError
from central.store.waiting import Source
from tests.central.rig import MORNING, SITE, Centre, check_in, fact

DAY = MORNING.date()
BEGINS = MORNING - timedelta(hours=8)
MINUTE = timedelta(minutes=1)


def here(centre: Centre) -> list[waiting.Here]:
    with centre.store.reading() as connection:
        return waiting.here(connection, SITE, BEGINS)


def room(centre: Centre) -> reception_room.Room:
    with centre.store.reading() as connection:
        return reception_room.look(connection, SITE, centre.moment)


def unmatched(seq: int = 1, number: str = "A 005", **more: str) -> dict[str, Any]:
    return fact("unmatched-arrival", seq=seq, reason="no-match", number=number, **more)


def test_everybody_who_came_is_there_with_how_they_came(centre: Centre) -> None:
    kiosk = centre.kiosk()
    late = check_in("A2", "A 002", 2) | {"at": (MORNING - timedelta(minutes=20)).isoformat(), "clock": "trusted"}
    sealed = identities.seal(centre.store.identity_key, {"identifier": "010594Y9032"})
    kiosk.send(
        check_in("A1", "A 001", 1),
        late | {"offset_ms": 0},
        unmatched(3, sealed=sealed),
        fact("walked-in", seq=4, service="laboratory", number="L 001"),
        fact("sent-to-desk", seq=5, reason="too-late", appointment="A3", number="A 006"),
        fact("help-called", seq=6, page="Confirming"),
        fact("noted-early", seq=7, reason="too-early", appointment="A3"),
        check_in("X9", "A 009", 8),
        fact("ticket-printed", seq=9, arrival="x"),
    )
    with centre.store.writing() as connection:
        expected.note_arrival(connection, SITE, "A3", Way.PHONE, DAY, MORNING)
    found = {one.source: one for one in here(centre) if one.about != "X9"}
    assert set(found) == set(Source) - {Source.DESK}
    assert found[Source.OFFLINE].arrived_at == MORNING - timedelta(minutes=20)
    assert (found[Source.REGISTERED].unit, found[Source.REGISTERED].area) == ("dental", "B2")
    assert (found[Source.UNMATCHED].sealed, found[Source.UNMATCHED].reason) == (True, "no-match")
    [nowhere] = [one for one in here(centre) if one.about == "X9"]
    assert (nowhere.appointment, nowhere.area, nowhere.stands) == ("", "", True)
    # Who was sent to the desk, or told to come later, is one person with the arrival that came of it.
    assert [one.source for one in room(centre).came if one.about == "A3"] == [Source.PHONE]
    assert [group.area for group in room(centre).groups(MORNING)] == ["", "desk", "A2", "B2"]
    with pytest.raises(LookupError), centre.store.reading() as connection:
        waiting.one(connection, "vuosaari", nowhere.fact)


def test_an_acknowledgement_is_that_of_the_first(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1", "A 001"))
    [one] = here(centre)

    def act(work: Callable[..., waiting.Done], by: str, minute: int) -> waiting.Done:
        with centre.store.writing() as connection:
            return work(connection, SITE, one.fact, by, MORNING + minute * MINUTE)

    assert act(waiting.acknowledge, "Aino", 1) == waiting.Done(True, MORNING + MINUTE, "Aino")
    assert act(waiting.acknowledge, "Eero", 2) == waiting.Done(False, MORNING + MINUTE, "Aino")
    assert act(waiting.take_in, "Eero", 3) == waiting.Done(True, MORNING + 3 * MINUTE, "Eero")
    assert act(waiting.take_in, "Aino", 4) == waiting.Done(False, MORNING + 3 * MINUTE, "Eero")
    assert room(centre).waiting(MORNING) == []
    assert [gone.taken_in_by for gone in room(centre).gone()] == ["Eero"]
    with centre.store.writing() as connection:
        assert waiting.put_back(connection, SITE, one.fact)
        assert not waiting.put_back(connection, SITE, one.fact)
        with pytest.raises(LookupError):
            waiting.acknowledge(connection, SITE, "none", "Aino", MORNING)
    [waits] = room(centre).waiting(MORNING)
    assert (waits.here.seen_by, waits.here.taken_in_at) == ("Aino", None)


def test_what_only_staff_see_wakes_them_and_tells_kiosks_nothing(centre: Centre) -> None:
    kiosk = centre.kiosk()
    cursor = kiosk.changes()["cursor"]

    def place() -> int:
        with centre.store.reading() as connection:
            return changes.places(connection)[SITE]

    before = place()
    steps: list[dict[str, Any]] = [unmatched(1), fact("walked-in", seq=2, service="laboratory", number="L 001")]
    for count, one in enumerate(steps, 1):
        kiosk.send(one)
        assert place() == before + count
    kiosk.send(fact("self-test", seq=3, light="green"))
    kiosk.send(steps[0])
    assert place() == before + 2, "nothing that staff would see"
    with centre.store.writing() as connection:
        waiting.acknowledge(connection, SITE, steps[0]["id"], "Aino", MORNING)
    assert place() == before + 3
    assert kiosk.changes(cursor)["records"] == []


def test_a_match_keeps_number_and_time_and_is_made_once(centre: Centre) -> None:
    kiosk = centre.kiosk()
    one = unmatched() | {"at": (MORNING - 5 * MINUTE).isoformat(), "clock": "trusted", "offset_ms": 0}
    kiosk.send(one)

    def match(name: str, by: str = "Aino") -> tuple[waiting.Done, expected.Noted | None]:
        with centre.store.writing() as connection:
            return expected.match(connection, SITE, one["id"], name, by, DAY, MORNING)

    done, noted = match("A1")
    assert (done.now, noted is not None and (noted.number, noted.at)) == (True, ("A 005", MORNING - 5 * MINUTE))
    again, none = match("A2", "Eero")
    assert (again.now, again.by, none) == (False, "Aino", None)
    [arrived] = centre.arrivals()
    assert (arrived.appointment, arrived.number, arrived.kiosk, arrived.conflicts) == ("A1", "A 005", "@desk", [])
    assert [found.source for found in here(centre)] == [Source.DESK]
    cursor = kiosk.changes()["records"]
    assert [record["number"] for record in cursor if record.get("id") == "A1"] == ["A 005"], "kiosks are told"
    with pytest.raises(LookupError), centre.store.writing() as connection:
        expected.match(connection, SITE, arrived.fact, "A2", "Aino", DAY, MORNING)


def test_a_match_with_an_appointment_that_has_an_arrival_changes_nothing(centre: Centre) -> None:
    kiosk = centre.kiosk()
    one = unmatched(2)
    kiosk.send(check_in("A1", "A 001"), one)
    with centre.store.writing() as connection:
        done, noted = expected.match(connection, SITE, one["id"], "A1", "Aino", DAY, MORNING)
    assert (done.now, noted is not None and (noted.number, noted.before)) == (False, ("A 001", True))
    assert Source.UNMATCHED in {found.source for found in here(centre)}
    assert [arrival.conflicts for arrival in centre.arrivals()] == [[]]


def test_an_arrival_at_the_desk_is_noted_once(centre: Centre) -> None:
    told: list[bool] = []
    for _ in range(2):
        with centre.store.writing() as connection:
            told.append(expected.note_arrival(connection, SITE, "A1", Way.PHONE, DAY, MORNING).before)
    assert told == [False, True]
    [arrived] = centre.arrivals()
    assert (arrived.kiosk, arrived.conflicts) == ("@phone", [])
    with pytest.raises(LookupError), centre.store.writing() as connection:
        expected.note_arrival(connection, SITE, "A9", Way.DESK, DAY, MORNING)


def test_of_many_who_note_at_once_one_does(centre: Centre) -> None:
    start, told = threading.Barrier(4), list[bool]()

    def note() -> None:
        start.wait()
        while True:
            try:
                with centre.store.writing() as connection:
                    noted = expected.note_arrival(connection, SITE, "A1", Way.DESK, DAY, MORNING)
            except RacedError:
                continue
            told.append(noted.before)
            return

    threads = [threading.Thread(target=note) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(told) == [False, True, True, True]
    [arrived] = centre.arrivals()
    assert arrived.conflicts == []


def test_who_did_not_come_may_still_come(centre: Centre) -> None:
    centre.moment += timedelta(hours=1)

    def miss(confirmed: bool = False) -> tuple[NoShow, str]:
        with centre.store.writing() as connection:
            decided, found = expected.miss(connection, SITE, "A1", "Aino", confirmed, centre.moment)
        return decided, found.missed_by

    assert miss() == (NoShow.MARKED, "Aino")
    assert miss() == (NoShow.MARKED, "Aino")
    centre.kiosk().send(check_in("A1", "A 001"))
    with centre.store.writing() as connection:
        assert expected.unmiss(connection, SITE, "A1")
        assert not expected.unmiss(connection, SITE, "A1")
    assert miss() == (NoShow.ASKED, "")
    assert miss(confirmed=True) == (NoShow.MARKED, "Aino")


def test_appointments_are_found_by_person_time_and_number(centre: Centre) -> None:
    from central.store import sites
    from kiosk.checkin.hashing import hashed

    centre.kiosk().send(check_in("A1", "A 001"))
    centre.load({"id": "B1", "starts": "tomorrow 09:00"}, {"id": "B2", "person": "020594X903P", "starts": "12:00"})
    with centre.store.reading() as connection:
        mine = hashed(sites.keys(connection)[SITE], "010594Y9032").hex()
        assert [one.id for one in expected.of_person(connection, SITE, [mine], MORNING)] == ["A1", "B1"]
        assert expected.of_person(connection, SITE, ["00" * 32], MORNING) == []
        assert [one.id for one in expected.named(connection, SITE, "a 001")] == ["A1"]
        assert [one.id for one in expected.named(connection, SITE, "B2")] == ["B2"]
        noon = MORNING.replace(hour=10, minute=0)
        assert [one.id for one in expected.between(connection, SITE, noon, noon + MINUTE)] == ["B2"]
    assert [one.id for one in room(centre).missing(MORNING)] == []
    assert [one.id for one in room(centre).missing(MORNING + timedelta(minutes=15))] == ["A2"]


def test_what_was_taken_back_is_gone_and_a_site_has_its_own_patience(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1", "A 001"))
    with centre.store.writing() as connection:
        [one] = waiting.here(connection, SITE, BEGINS)
        annulments.annul(connection, SITE, "A1", MORNING)
        assert waiting.here(connection, SITE, BEGINS) == []
        assert waiting.one(connection, SITE, one.fact).annulled_at == MORNING
        assert waiting.rule(connection, SITE) == WaitingRule()
        for minutes in (5, 7):
            waiting.set_rule(connection, SITE, WaitingRule(minutes * MINUTE, 30 * MINUTE))
        assert waiting.rule(connection, SITE) == WaitingRule(7 * MINUTE, 30 * MINUTE)
        assert waiting.rule(connection, "vuosaari") == WaitingRule()
        with pytest.raises(LookupError):
            waiting.belongs(connection, "vuosaari", one.fact)
        assert conflicts.listed(connection, SITE) == []
