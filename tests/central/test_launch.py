"""What is wrong, with what was published of it: read from both databases."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from central.alarms import rules
from central.alarms.rules import Kind
from central.alarms.settings import AlarmsConfig
from central.alarms.worker import Watch
from central.launch import Means
from central.pages import launch_state
from central.pages.launch_state import Line
from central.store import Store, ehr_letters, kiosk_history, kiosks, published, reports, sites, versions
from central.store.ehr_outbox import DEAD, SET_ASIDE, WAITING
from central.store.published import Written
from central.store.tables import ehr_letter, report, report_step
from central.store.tables import published as published_table
from tests.central.rig import MORNING, SITE, Centre, Kiosk

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TODAY = date(2026, 11, 23)


def beat(centre: Centre, kiosk: Kiosk, light: str, *faults: str) -> None:
    said: dict[str, Any] = {"at": centre.moment.isoformat(), "light": light, "faults": list(faults), "clock": "trusted"}
    said |= {"waiting": 0, "program": "0.1.0", "schema": "2/2"}
    kiosk.sign_in().http.post("/v1/heartbeats", json=said).raise_for_status()


def of(centre: Centre, day: date = TODAY, means: Means | None = None) -> list[Line]:
    with centre.store.reading() as connection:
        found = launch_state.on(connection, day, centre.moment)
    return [one for one in found.lines if means in (None, one.spell.means)]


def test_a_fault_that_stands_since_days_has_its_beginning_on_each_of_them(centre: Centre) -> None:
    centre.moment = MORNING - 3 * DAY
    kiosk, well = centre.kiosk("k1"), centre.kiosk("k2")
    beat(centre, kiosk, "green")
    beat(centre, well, "green")
    centre.moment += MINUTE
    beat(centre, kiosk, "yellow", "printer-jam")
    began = centre.moment
    centre.moment = MORNING
    beat(centre, kiosk, "yellow", "printer-jam", "printer-paper-out")
    centre.moment += 10 * MINUTE
    [today] = of(centre)
    [before] = of(centre, TODAY - DAY)
    assert (today.spell.means, today.spell.began, today.spell.ended) == (Means.NO_SLIPS, began, None)
    assert today.faults == ["printer-jam", "printer-paper-out"]
    # On the day before nobody knew of the paper; it is the same thing, and was published once for both.
    assert (before.spell.item, before.faults) == (today.spell.item, ["printer-jam"])
    assert of(centre, TODAY - 4 * DAY) == []


def test_history_of_the_machine_before_and_of_a_revoked_kiosk_ends(centre: Centre) -> None:
    kiosk = centre.kiosk("k1")
    beat(centre, kiosk, "red", "touch-gone")
    centre.moment += 10 * MINUTE
    with centre.store.writing() as connection:
        kiosks.revoke(connection, "k1", centre.moment)
    [one] = of(centre, means=Means.OUT_OF_ORDER)
    assert one.spell.ended == centre.moment
    with centre.store.reading() as connection:
        [past] = kiosk_history.between(connection, MORNING + DAY, MORNING + 2 * DAY)
    assert (past.kiosk, past.revoked_at, len(past.history)) == ("k1", centre.moment, 1)


def test_units_are_told_of_for_a_week_from_their_first_day(centre: Centre) -> None:
    with centre.store.writing() as connection:
        its = sites.all_rules(connection)[SITE]
        units = [
            msgspec.structs.replace(one, goes_live=TODAY if one.id == "dental" else TODAY + DAY) for one in its.units
        ]
        made = versions.Made(versions.Kind.GO_LIVE, centre.moment)
        sites.amend(connection, msgspec.structs.replace(its, units=units), made)
    assert [one.spell.subject for one in of(centre, means=Means.BEGINS)] == ["dental"]
    centre.moment += 6 * DAY
    assert "dental" in [one.spell.subject for one in of(centre, TODAY + 6 * DAY, Means.BEGINS)]
    centre.moment += DAY
    assert "dental" not in [one.spell.subject for one in of(centre, TODAY + 7 * DAY, Means.BEGINS)]


def test_what_was_reported_is_mended_and_open_again_and_never_rewritten(store: Store) -> None:
    def told(begins: int, ends: int) -> list[tuple[str, bool]]:
        with store.reading() as connection:
            found = reports.between(connection, MORNING + begins * MINUTE, MORNING + ends * MINUTE)
            return [(one.what, one.mended_at is not None) for one in found]

    with store.writing() as connection:
        name = reports.tell(connection, SITE, "Dark.", "Door", "Aino", MORNING)
    assert told(-9, 0) == []
    assert told(0, 1) == [("Dark.", False)]
    with store.writing() as connection:
        assert reports.step(connection, name, reports.MENDED, "Eero", MORNING + 5 * MINUTE)
        assert not reports.step(connection, name, reports.MENDED, "Olli", MORNING + 6 * MINUTE)
        with pytest.raises(LookupError):
            reports.step(connection, "no such", reports.MENDED, "Olli", MORNING)
    assert (told(4, 9), told(6, 9)) == ([("Dark.", True)], [])
    with store.writing() as connection:
        assert reports.step(connection, name, reports.OPEN, "Eero", MORNING + 7 * MINUTE)
    assert told(8, 9) == [("Dark.", False)]
    for table in (report, report_step, published_table):
        with store.writing() as connection:
            published.put(connection, "x", Written(), "Olli", MORNING)
        for statement in (delete(table), update(table).values(by="somebody else")):
            with pytest.raises(DBAPIError), store.writing() as connection:
                connection.execute(statement)


def test_the_last_word_on_an_item_holds_and_the_others_stay(store: Store) -> None:
    words = Written({"fi": "Ovella"}, {}, {"fi": "Tulossa."})
    with store.writing() as connection:
        published.put(connection, "a", words, "Olli", MORNING, until=MORNING + MINUTE)
        published.put(connection, "a", words, "Anni", MORNING, shown=False)
        published.put(connection, "b", Written(), "Olli", MORNING)
    with store.reading() as connection:
        found = published.of(connection, ["a", "b", "c"])
        kept = len(list(connection.execute(select(published_table))))
        assert published.of(connection, []) == {}
    assert {name: one.shown for name, one in found.items()} == {"a": False, "b": True}
    assert (found["a"].by, found["a"].written, kept) == ("Anni", words, 3)


def letter(place: int, state: str, ago: int) -> dict[str, object]:
    at = MORNING - ago * MINUTE
    row: dict[str, object] = {"ehr": "apotti", "site": SITE, "appointment": f"A{place}", "fact": f"f{place}"}
    row |= {"kind": "arrived", "number": f"A {place:03}", "at": at, "written_at": at, "state": state}
    return row | {"attempts": 1, "due_at": MORNING + DAY, "mended": 0}


def test_a_record_that_takes_nothing_is_an_alarm_till_it_does(centre: Centre) -> None:
    watch = Watch(centre.store, AlarmsConfig(), MORNING - DAY)
    with centre.store.writing() as connection:
        connection.execute(ehr_letter.insert(), letter(1, WAITING, 10))
    assert watch.step(centre.moment)[0] == []
    centre.moment += 6 * MINUTE
    [opened], _ = watch.step(centre.moment)
    assert (opened.kind, opened.subject, opened.data["minutes"]) == (Kind.RECORD_LATE, "apotti", 16)
    [line] = of(centre, means=Means.RECORD)
    assert (line.spell.site, [one.id for one in line.alarms]) == ("", [opened.id])
    with centre.store.writing() as connection:
        connection.execute(update(ehr_letter).values(state="done"))
    centre.moment += 5 * MINUTE
    _, [closed] = watch.step(centre.moment)
    assert closed.id == opened.id
    [line] = of(centre, means=Means.RECORD)
    assert line.spell.ended == centre.moment


def test_an_alarm_of_a_late_record_does_not_come_and_go_at_the_edge() -> None:
    def opens(minutes: int) -> list[bool]:
        return [one.opens for one in rules.record_late({"a": MORNING - minutes * MINUTE, "b": None}, MORNING)]

    assert [opens(one) for one in (16, 15, 8, 7)] == [[True], [False], [False], []]


def test_a_letter_that_was_set_aside_can_be_taken_up_again(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(ehr_letter.insert(), [letter(1, DEAD, 9), letter(2, DEAD, 9)])
        first, second = [one.id for one in ehr_letters.dead_letters(connection)]
        assert ehr_letters.set_aside(connection, first, "Olli", "A test.", MORNING)
        assert not ehr_letters.set_aside(connection, first, "Olli", "Twice.", MORNING)
        assert ehr_letters.give_up(connection, second, "Olli", "By hand.", MORNING + MINUTE)
        closed = ehr_letters.closed_since(connection, SITE, MORNING - DAY)
        assert [(one.id, one.state) for one in closed] == [(second, "given-up"), (first, SET_ASIDE)]
        assert ehr_letters.closed_since(connection, "vuosaari", MORNING - DAY) == []
        assert ehr_letters.retry(connection, first, "Olli", "None after all.", MORNING)
        assert ehr_letters.one(connection, first, SITE).state == WAITING
        with pytest.raises(LookupError):
            ehr_letters.one(connection, first, "vuosaari")
