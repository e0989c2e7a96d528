"""Versions of a site's rules, and proposals that a second person decides on, on both databases."""

import threading
from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from central import amendments, site_files
from central.amendments import Back, Bulletin, BulletinEnd, GoLive, Whole
from central.people.roles import Person
from central.store import Connection, Store, proposals, sites, versions
from central.store.proposals import NotDoneError, Verdict, Why
from central.store.tables import site, site_decision, site_proposal, site_version
from central.store.versions import Kind, Made
from kiosk.sync.messages import BulletinMessage, SiteRecord, encode
from tests.central.rig import MORNING, SITE, Centre, command

OLLI, AINO, EERO = (Person(name.lower(), name, ()) for name in ("Olli", "Aino", "Eero"))
HOUR = timedelta(hours=1)
TEXT = {"fi": "Hissi on rikki.", "sv": "Hissen är ur bruk.", "en": "The lift is out of order."}
LIFT = BulletinMessage(id="lift", text=TEXT, since=MORNING, until=MORNING + 8 * HOUR)


@pytest.fixture
def loaded(store: Store) -> Store:
    """With one site, as it is in the package."""
    rules, series = site_files.site(site_files.named(SITE))
    with store.writing() as connection:
        assert sites.load(connection, rules, series, Made(Kind.LOADED, MORNING)) == 1
    return store


def propose(store: Store, change: amendments.Change, base: int | None = None, by: Person = OLLI) -> str:
    with store.writing() as connection:
        seen = versions.newest(connection, SITE).number if base is None else base
        return proposals.propose(connection, SITE, seen, change, by, "why not", MORNING)


def approve(store: Store, name: str, by: Person = AINO) -> int:
    with store.writing() as connection:
        return proposals.approve(connection, name, by, "", MORNING + HOUR)


def newest(store: Store) -> versions.Held:
    with store.reading() as connection:
        return versions.newest(connection, SITE)


def slower(rules: SiteRecord, minutes: int = 45) -> Whole:
    return Whole(rules=msgspec.structs.replace(rules, roster_stale_minutes=minutes), series="A")


def refused(why: Why, work: object, *arguments: object) -> NotDoneError:
    with pytest.raises(NotDoneError) as error:
        work(*arguments)  # type: ignore[operator]
    assert error.value.why is why
    return error.value


def test_a_second_person_makes_a_proposal_the_next_version(loaded: Store) -> None:
    name = propose(loaded, slower(newest(loaded).rules))
    assert newest(loaded).number == 1
    refused(Why.OWN, approve, loaded, name, OLLI)
    assert approve(loaded, name) == 2
    assert newest(loaded).rules.roster_stale_minutes == 45
    with loaded.reading() as connection:
        version, held = versions.one(connection, SITE, 2)
        one = proposals.one(connection, name)
        assert proposals.waiting(connection, [SITE]) == []
    assert (version.by, version.approved_by, version.kind, version.why) == ("olli", "aino", Kind.RULES, "why not")
    assert (version.proposal, held.rules) == (name, newest(loaded).rules)
    assert one.decision is not None
    assert (one.decision.verdict, one.decision.version) == (Verdict.APPROVED, 2)
    refused(Why.DECIDED, approve, loaded, name)


def test_whoever_proposed_may_withdraw_and_nobody_else(loaded: Store) -> None:
    first, second = (propose(loaded, slower(newest(loaded).rules)) for _ in range(2))
    with loaded.writing() as connection:
        refused(Why.NOT_OWN, proposals.withdraw, connection, first, AINO, MORNING)
        refused(Why.OWN, proposals.reject, connection, first, OLLI, "no", MORNING)
        proposals.withdraw(connection, first, OLLI, MORNING)
        proposals.reject(connection, second, AINO, "not today", MORNING)
    for name in (first, second):
        refused(Why.DECIDED, approve, loaded, name)
    with loaded.reading() as connection:
        verdicts = {one.decision.verdict for one in proposals.decided(connection, SITE) if one.decision}
    assert (verdicts, newest(loaded).number) == ({Verdict.WITHDRAWN, Verdict.REJECTED}, 1)


def test_all_rules_over_an_older_version_are_refused_and_amendments_are_laid_over_the_newest(loaded: Store) -> None:
    rules = newest(loaded).rules
    whole, faster = propose(loaded, slower(rules)), propose(loaded, slower(rules, 15))
    lift = propose(loaded, Bulletin(bulletin=LIFT))
    live = propose(loaded, GoLive(unit="dental", day=date(2027, 1, 11)))
    assert approve(loaded, whole) == 2
    refused(Why.OVERTAKEN, approve, loaded, faster)
    refused(Why.OVERTAKEN, propose, loaded, slower(rules, 15), 1)
    assert (approve(loaded, lift), approve(loaded, live)) == (3, 4)
    after = newest(loaded).rules
    assert (after.roster_stale_minutes, after.bulletins) == (45, [LIFT])
    assert amendments.unit(after, "dental").goes_live == date(2027, 1, 11)


def test_of_two_changes_of_one_thing_the_second_is_refused(loaded: Store) -> None:
    soon, later = (propose(loaded, GoLive(unit="dental", day=date(2027, month, 11))) for month in (1, 2))
    approve(loaded, soon)
    refused(Why.OVERTAKEN, approve, loaded, later)
    approve(loaded, propose(loaded, Bulletin(bulletin=LIFT)))
    other = msgspec.structs.replace(LIFT, severity="warning")
    first, second = propose(loaded, Bulletin(bulletin=other, was=LIFT)), propose(loaded, BulletinEnd(was=LIFT))
    approve(loaded, first)
    refused(Why.OVERTAKEN, approve, loaded, second)


def test_a_bulletin_is_over_from_its_approval_on_and_one_to_come_is_gone(loaded: Store) -> None:
    later = msgspec.structs.replace(LIFT, id="later", since=MORNING + 3 * HOUR)
    for one in (LIFT, later):
        approve(loaded, propose(loaded, Bulletin(bulletin=one)))
    for one in (LIFT, later):
        approve(loaded, propose(loaded, BulletinEnd(was=one)))
    assert newest(loaded).rules.bulletins == [msgspec.structs.replace(LIFT, until=MORNING + HOUR)]


def test_rules_are_checked_when_proposed_and_when_approved(loaded: Store) -> None:
    short = msgspec.structs.replace(LIFT, text={"fi": "Hissi on rikki."})
    assert "has no words in sv, en" in refused(Why.WRONG, propose, loaded, Bulletin(bulletin=short)).what
    assert (
        "has no unit"
        in refused(Why.WRONG, propose, loaded, Bulletin(bulletin=msgspec.structs.replace(LIFT, units=["nowhere"]))).what
    )
    refused(Why.SAME, propose, loaded, Whole(rules=newest(loaded).rules, series=newest(loaded).series))
    only = propose(loaded, Bulletin(bulletin=msgspec.structs.replace(LIFT, units=["dental"])))
    rules = newest(loaded).rules
    units = [one for one in rules.units if one.id != "dental"]
    policy = msgspec.structs.replace(rules.policy, call_back_services=[])
    without = Whole(rules=msgspec.structs.replace(rules, units=units, policy=policy), series="A")
    approve(loaded, propose(loaded, without))
    refused(Why.WRONG, approve, loaded, only)


def test_the_version_before_is_back_at_once_and_an_older_one_by_proposal(loaded: Store) -> None:
    first = newest(loaded)
    for minutes in (40, 50):
        approve(loaded, propose(loaded, slower(newest(loaded).rules, minutes)))
    with loaded.writing() as connection:
        refused(Why.OVERTAKEN, proposals.roll_back, connection, SITE, 2, OLLI, "wrong", MORNING)
        assert proposals.roll_back(connection, SITE, 3, OLLI, "wrong", MORNING) == 4
        version, _ = versions.one(connection, SITE, 4)
    assert (version.kind, version.by, version.approved_by) == (Kind.ROLL_BACK, "olli", "")
    assert newest(loaded).rules.roster_stale_minutes == 40
    back = propose(loaded, Back(rules=first.rules, series=first.series, number=1))
    assert approve(loaded, back) == 5
    assert (newest(loaded).rules, newest(loaded).series) == (first.rules, first.series)


def test_the_first_version_has_none_before_it(loaded: Store) -> None:
    with loaded.writing() as connection:
        refused(Why.NOTHING_BEFORE, proposals.roll_back, connection, SITE, 1, OLLI, "wrong", MORNING)


def test_two_who_approve_at_once_make_one_version(loaded: Store) -> None:
    for number in range(2, 8):
        name = propose(loaded, slower(newest(loaded).rules, 30 + number))
        ready, said = threading.Barrier(2), list[object]()

        def decide(by: Person, name: str = name, ready: threading.Barrier = ready, said: list[object] = said) -> None:
            ready.wait()
            try:
                said.append(approve(loaded, name, by))
            except NotDoneError as error:
                said.append(error.why)

        threads = [threading.Thread(target=decide, args=(by,)) for by in (AINO, EERO)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(said, key=str) == [number, Why.DECIDED]
    assert newest(loaded).number == 7


def test_two_proposals_approved_at_once_are_two_versions_and_neither_is_lost(loaded: Store) -> None:
    days = {"dental": date(2027, 1, 11), newest(loaded).rules.units[0].id: date(2027, 2, 1)}
    names = [propose(loaded, GoLive(unit=unit, day=day)) for unit, day in days.items()]
    ready, said = threading.Barrier(2), list[int]()

    def decide(name: str) -> None:
        ready.wait()
        said.append(approve(loaded, name))

    threads = [threading.Thread(target=decide, args=(name,)) for name in names]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == [2, 3]
    assert {unit: amendments.unit(newest(loaded).rules, unit).goes_live for unit in days} == days


@pytest.mark.parametrize("table", [site_version, site_proposal, site_decision], ids=lambda table: str(table.name))
def test_nothing_of_the_history_can_be_changed(loaded: Store, table: object) -> None:
    approve(loaded, propose(loaded, slower(newest(loaded).rules)))
    for statement in (delete(table), update(table).values(by="nobody")):  # type: ignore[arg-type]
        with pytest.raises(DatabaseError), loaded.writing() as connection:
            connection.execute(statement)


def test_rules_from_before_versions_are_the_first_one(store: Store) -> None:
    rules, series = site_files.site(site_files.named(SITE))

    def before(connection: Connection) -> None:
        row = {"id": SITE, "key": "00" * 32, "rules": encode(rules).decode(), "series": series}
        connection.execute(site.insert(), row)

    with store.writing() as connection:
        before(connection)
        assert versions.newest(connection, SITE).number == 0
    assert approve(store, propose(store, Bulletin(bulletin=LIFT))) == 2
    with store.reading() as connection:
        assert [one.kind for one in versions.listed(connection, SITE)] == [Kind.BULLETIN, Kind.BEFORE]
        assert versions.one(connection, SITE, 1)[1].rules == rules


def test_commands_make_versions_too(centre: Centre) -> None:
    text = [part for language, words in TEXT.items() for part in (f"--{language}", words)]
    for line in (
        ["bulletin", SITE, "--id", "lift", *text, "--until", "2027-01-01 12:00"],
        ["bulletin", SITE, "--remove", "lift"],
        ["go-live", SITE, "dental", "2027-01-11"],
        ["go-live", SITE, "dental", "2027-01-11"],
    ):
        assert command(centre.data, *line).exit_code == 0
    with centre.store.reading() as connection:
        listed = versions.listed(connection, SITE)
    assert [one.kind for one in listed] == [Kind.GO_LIVE, Kind.BULLETIN_END, Kind.BULLETIN, Kind.LOADED]
    assert {(one.by, one.approved_by) for one in listed} == {("command", "")}


def test_an_approved_proposal_reaches_the_kiosks(centre: Centre) -> None:
    kiosk = centre.kiosk()
    cursor = kiosk.changes()["cursor"]
    name = propose(centre.store, Bulletin(bulletin=LIFT))
    assert [one for one in kiosk.changes(cursor)["records"] if one["record"] == "site"] == []
    approve(centre.store, name)
    [told] = [one for one in kiosk.changes(cursor)["records"] if one["record"] == "site"]
    assert [one["id"] for one in told["bulletins"]] == ["lift"]
