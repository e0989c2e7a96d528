"""What the centre forgets, and what it keeps: on both databases, through its own service."""

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select, update

from central import config
from central.keeping import AT_ONCE, Keeping
from central.people import tokens
from central.people.actions import Action
from central.people.roles import EVERYTHING, Person
from central.retention import RetentionConfig
from central.store import Store, ehr_outbox, ehr_turns, listing, notices, people, staff_log, waiting
from central.store.tables import EMPTY, change, ehr_letter, ehr_place, fact, metadata, site
from tests.central.rig import SITE, Centre, check_in, command
from tests.central.rig import fact as told
from tests.central.test_calls import call

AINO = Person("aino", "Aino Testi", EVERYTHING)
USUAL = RetentionConfig()
DAY = timedelta(days=1)
PLANTED = ("A1", "A 001", "SEALED-OF-NOBODY", "looked into by Aino")


def everything(store: Store) -> str:
    """All rows but those of the log of staff, as text. The rules of sites have areas with the names of visits."""
    with store.reading() as connection:
        others = ("staff_action", "setting", "site", "site_version", "site_proposal")
        kept = [table for name, table in metadata.tables.items() if name not in others]
        return "\n".join(str(tuple(row)) for table in kept for row in connection.execute(select(table)))


def look(centre: Centre, later: timedelta, settings: RetentionConfig = USUAL) -> dict[str, int]:
    keeping = Keeping(centre.store, settings)
    done = keeping.step(centre.moment + later)
    keeping.release()
    return {name: count for name, count in done.items() if count}


def a_day(centre: Centre) -> list[dict[str, object]]:
    """A morning in which all happens that leaves a row."""
    kiosk, other = centre.kiosk("k1"), centre.kiosk("k2")
    facts = [
        check_in("A1", "A 001"),
        told("unmatched-arrival", seq=2, number="A 002", sealed="SEALED-OF-NOBODY"),
        told("call-back-requested", seq=3, service="dental", person="ab" * 32, sealed="SEALED-OF-NOBODY"),
    ]
    kiosk.send(*facts)
    kiosk.send({"id": "nonsense about A1"})
    [conflict] = other.send(check_in("A1", "B 001"))
    assert conflict["verdict"] == "conflict"
    assert command(centre.data, "close-conflict", conflict["id"], "--note", "looked into by Aino").exit_code == 0
    call(centre, "A 001", by="Aino Testi")
    with centre.store.writing() as connection:
        waiting.acknowledge(connection, SITE, str(facts[0]["id"]), "Aino Testi", centre.moment)
        staff_log.note(connection, AINO, Action.ACKNOWLEDGED, SITE, str(facts[0]["id"]), centre.moment)
        people.begin(connection, tokens.hashed("t"), AINO, centre.moment, timedelta(hours=8))
        people.make_link(connection, "link", "Aino Testi", EVERYTHING, centre.moment)
        ehr_outbox.sweep(connection, ehr_outbox.Reach("apotti", (), True), centre.moment - DAY, centre.moment)
    return facts


def settle_letters(store: Store, state: str) -> None:
    with store.writing() as connection:
        connection.execute(update(ehr_letter).values(state=state, told="W/2"))


def test_whatever_tells_of_a_client_goes_and_nothing_before(centre: Centre) -> None:
    facts = a_day(centre)
    settle_letters(centre.store, "done")
    assert all(one in everything(centre.store) for one in (*PLANTED, "Aino Testi"))
    before = everything(centre.store)
    assert look(centre, USUAL.refused - DAY) == {"sign-ins": 1}, "the session has ended"
    assert look(centre, USUAL.clients - DAY).keys() == {"refused", "changes"}
    gone = before.count("SEALED-OF-NOBODY")
    assert everything(centre.store).count("SEALED-OF-NOBODY") == gone
    # The three visits were booked for the morning, and two of them nobody came to.
    assert look(centre, USUAL.clients + DAY) == {"facts": 4, "visits": 3, "calls": 1, "sign-ins": 1}
    left = everything(centre.store)
    assert not [line for line in left.splitlines() for one in (*PLANTED, "Aino Testi", "ab" * 32) if f"'{one}" in line]
    assert look(centre, USUAL.clients + 2 * DAY) == {}
    with centre.store.reading() as connection:
        assert "aino" in {one.person for one in staff_log.entries(connection)}, "the log is kept"
        assert connection.execute(select(func.count()).select_from(fact)).scalar() == 4, "the bare rows are kept"
        assert not listing.arrivals(connection, None)
        assert not notices.listed(connection, None)
    # A kiosk that never heard the answer asks again a hundred days later.
    again = [one["verdict"] for one in centre.kiosk("k1").send(*facts)]
    assert again == ["duplicate"] * 3
    assert not centre.arrivals()


def test_what_a_person_has_to_settle_stays_till_they_have(centre: Centre) -> None:
    a_day(centre)
    for state in ("waiting", "dead"):
        settle_letters(centre.store, state)
        look(centre, USUAL.clients + DAY)
        with centre.store.reading() as connection:
            assert connection.execute(select(ehr_letter.c.appointment)).scalars().all() == ["A1"]
    settle_letters(centre.store, "given-up")
    assert look(centre, USUAL.clients + DAY)["visits"] == 1
    with centre.store.writing() as connection:
        reach = ehr_outbox.Reach("apotti", (), True)
        assert ehr_outbox.sweep(connection, reach, centre.moment - DAY, centre.moment) == 0
        ehr_outbox.fill(connection, reach, centre.moment)
        assert not connection.execute(select(ehr_letter)).all(), "no record is told that the client was taken back"


def test_late_facts_and_later_visits_have_their_own_time(centre: Centre) -> None:
    centre.kiosk().send(check_in("A1"))
    with centre.store.writing() as connection:
        connection.execute(update(fact).values(received_at=centre.moment + 10 * DAY))
    assert "facts" not in look(centre, USUAL.clients + DAY)
    assert look(centre, USUAL.clients + 11 * DAY)["facts"] == 1


def test_a_second_look_goes_by_the_index_and_finds_the_same(centre: Centre) -> None:
    keeping = Keeping(centre.store, USUAL)
    keeping.step(centre.moment + USUAL.clients)
    centre.kiosk().send(check_in("A1"), told("of-a-newer-kiosk", seq=2, what="ever"))
    done = keeping.step(centre.moment + USUAL.clients + DAY)
    assert done["facts"] == 1, "what is of no known kind waits for the next process"
    assert look(centre, USUAL.clients + DAY + timedelta(minutes=1)) == {}, "the turn is still held"
    keeping.release()
    assert look(centre, USUAL.clients + 2 * DAY)["facts"] == 1


def test_many_rows_go_a_little_at_a_time_and_one_service_at_a_time(centre: Centre) -> None:
    kiosk, many = centre.kiosk(), AT_ONCE + 3
    kiosk.send(*(told("ticket-printed", seq=place + 1, arrival="x") for place in range(many)))
    late = centre.moment + USUAL.clients + DAY
    stop = Event()
    stop.set()
    assert Keeping(centre.store, USUAL, stop).step(late)["facts"] == 0, "who is to end begins nothing"
    with centre.store.writing() as connection:
        assert ehr_turns.hold(connection, "", "keeping", "other", 10 * DAY, late) is False
        assert ehr_turns.hold(connection, "", "keeping", "other", DAY, late + timedelta(hours=1))
    assert look(centre, late - centre.moment + timedelta(hours=2)) == {}
    assert look(centre, late - centre.moment + 2 * DAY)["facts"] == many
    with centre.store.reading() as connection:
        assert set(connection.execute(select(fact.c.details)).scalars()) == {EMPTY}


def test_the_log_of_changes_goes_up_to_where_it_stood(centre: Centre) -> None:
    def stands() -> tuple[int, int, int]:
        with centre.store.reading() as connection:
            last = connection.execute(select(func.sum(site.c.last_change))).scalar_one()
            rows = connection.execute(select(func.count()).select_from(change)).scalar_one()
            return last, rows, connection.execute(select(func.count()).select_from(ehr_place)).scalar_one()

    with centre.store.reading() as connection:
        sites = connection.execute(select(func.count()).select_from(site)).scalar_one()

    first, *_ = stands()
    look(centre, timedelta())
    centre.kiosk().send(check_in("A1"))
    look(centre, DAY)
    assert look(centre, 30 * DAY) == {"changes": first}
    last, rows, _ = stands()
    assert rows == last - first
    look(centre, 31 * DAY)
    assert stands()[1] == 0
    for day in range(32, 70):
        look(centre, day * DAY)
    assert stands()[2] <= 32 * sites, "places do not pile up"
    kiosk = centre.kiosk("k2")
    cursor = kiosk.changes()["cursor"]
    kiosk.send(check_in("A2", "B 001"))
    assert [one["id"] for one in kiosk.changes(cursor)["records"]] == ["A2"]


def test_the_section_of_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "central.toml"
    file.write_text("[retention]\nclients_days = 400\n")
    assert config.read(file).retention == RetentionConfig(clients_days=400)
    for wrong in ("clients_days = 14", "refused_days = 0", "staff_days = 9"):
        file.write_text(f"[retention]\n{wrong}\n")
        with pytest.raises(config.ConfigError):
            config.read(file)
