"""Who may do what, how they come in, and the log of what they do."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from central import config
from central.people import claims, tokens
from central.people.actions import Action
from central.people.claims import LONGEST
from central.people.roles import EVERYTHING, Grant, Person, Role
from central.people.same_site import comes_from_us
from central.people.settings import GrantSetting, PeopleConfig
from central.store import Store, people, schema, staff_log
from central.store.people import Waiting
from central.store.tables import staff_action
from tests.central.databases import Fresh
from tests.central.rig import MORNING, SITE, Centre, command

AINO = Person("aino", "Aino Testi", (Grant(frozenset({Role.RECEPTION}), frozenset({SITE})),))
IDLE = timedelta(minutes=60)


# --- roles and claims -----------------------------------------------------------------------------------------------


def test_a_role_holds_where_it_was_given_and_implies_no_other() -> None:
    both = Person("x", "X", (*AINO.grants, Grant(frozenset({Role.TECHNICIAN}))))
    assert (both.may(Role.RECEPTION, SITE), both.may(Role.RECEPTION, "vuosaari"), both.may(Role.RECEPTION)) == (
        True,
        False,
        True,
    )
    assert (both.may(Role.TECHNICIAN, "vuosaari"), both.may(Role.ADMIN)) == (True, False)
    assert both.may_any({Role.ADMIN, Role.TECHNICIAN}, "vuosaari")
    admin = Person("x", "X", (Grant(frozenset({Role.ADMIN})),))
    assert not any(admin.may(role) for role in Role if role is not Role.ADMIN)
    assert all(Person("x", "X", EVERYTHING).may(role, SITE) for role in Role)
    assert "Aino" not in repr(AINO)


GRANTS = PeopleConfig(
    issuer="https://login.example",
    client_id="c",
    roles_claim="realm.roles",
    grants=(
        GrantSetting(value="desk-k", roles=(Role.RECEPTION, Role.CALLER), sites=(SITE,)),
        GrantSetting(value="city", roles=(Role.TECHNICIAN,)),
    ),
)


@pytest.mark.parametrize(
    ("told", "roles"),
    [
        ({"realm": {"roles": ["desk-k"]}}, {(Role.RECEPTION, SITE), (Role.CALLER, SITE)}),
        (
            {"realm": {"roles": ["desk-k", "city"]}},
            {(Role.RECEPTION, SITE), (Role.CALLER, SITE), (Role.TECHNICIAN, "")},
        ),
        ({"realm.roles": "city other"}, {(Role.TECHNICIAN, "")}),
        ({"realm": {"roles": ["reception", 7, None]}}, set()),
        ({"realm": "desk-k"}, set()),
        ({"realm": {"roles": {"desk-k": True}}}, set()),
        ({}, set()),
    ],
)
def test_a_claim_gives_what_is_set_for_it(told: dict[str, object], roles: set[tuple[Role, str]]) -> None:
    found = claims.person(GRANTS, {"sub": "7", "name": "Aino\x00 Testi", **told})
    given = {(role, site) for grant in found.grants for role in grant.roles for site in (grant.sites or {""})}
    assert (given, found.subject, found.name) == (roles, "7", "Aino Testi")


def test_without_grants_the_claim_names_our_roles() -> None:
    found = claims.person(PeopleConfig(), {"sub": "7", "roles": ["reception", "nurse", "admin"]})
    assert found.grants == (Grant(frozenset({Role.RECEPTION, Role.ADMIN})),)
    assert found.name == "7"
    for wrong in ({}, {"sub": ""}, {"sub": 7}, {"sub": "x" * (LONGEST + 1)}):
        with pytest.raises(ValueError, match="nobody"):
            claims.person(PeopleConfig(), wrong)


def test_the_section_of_the_configuration_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "central.toml"
    file.write_text(
        '[people]\nissuer = "https://login.example"\nclient_id = "centre"\nclient_secret_file = "/run/secret"\n'
        '[[people.grants]]\nvalue = "desk-k"\nroles = ["reception"]\nsites = ["kalasatama"]\n'
    )
    read = config.read(file).people
    assert (read.client_secret_file, read.grants[0].roles) == (Path("/run/secret"), (Role.RECEPTION,))
    for wrong in (
        'issuer = "https://login.example"',
        'issuer = "http://login.example"\nclient_id = "c"',
        'roles = "x"',
        '[[people.grants]]\nvalue = "x"\nroles = ["queen"]',
    ):
        file.write_text(f"[people]\n{wrong}\n")
        with pytest.raises(config.ConfigError):
            config.read(file)


OURS = {"https://centre.example"}


@pytest.mark.parametrize(
    ("method", "headers", "may"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "same-site", "origin": "https://centre.example"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"origin": "https://centre.example"}, True),
        ("POST", {"origin": "https://centre.example.evil.example"}, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {}, False),
        ("DELETE", {}, False),
    ],
)
def test_only_our_own_pages_change_anything(method: str, headers: dict[str, str], may: bool) -> None:
    assert comes_from_us(method, headers, OURS) is may


# --- sessions and links ---------------------------------------------------------------------------------------------


def test_a_session_is_known_by_its_token_till_it_ends(store: Store) -> None:
    token, life = tokens.hashed(tokens.new()), timedelta(hours=12)

    def found(after: timedelta) -> people.Known | None:
        with store.reading() as connection:
            return people.find(connection, token, MORNING + after, IDLE)

    with store.writing() as connection:
        people.begin(connection, token, AINO, MORNING, life)
    assert found(timedelta()) == people.Known(AINO, MORNING)
    assert found(IDLE) is None, "nobody was there for an hour"
    for minutes in range(30, 12 * 60, 30):
        with store.writing() as connection:
            people.seen(connection, token, MORNING + timedelta(minutes=minutes))
    assert found(life - timedelta(seconds=1)) is not None
    assert found(life) is None, "however busy somebody is"
    with store.writing() as connection:
        people.tell(connection, token, "{}")
        people.begin(connection, "other", AINO, MORNING + life, life)
    assert found(life - timedelta(seconds=1)) is None, "ended sessions are cleared away"
    with store.writing() as connection:
        people.end(connection, "other")
        assert people.find(connection, "other", MORNING + life, IDLE) is None


def test_a_link_works_once_and_not_for_long(store: Store) -> None:
    with store.writing() as connection:
        for name in ("one", "two"):
            people.make_link(connection, name, "Try-out", EVERYTHING, MORNING + tokens.LINK_LIFE)
    with store.writing() as connection:
        assert people.use_link(connection, "two", MORNING + tokens.LINK_LIFE) is None
        person = people.use_link(connection, "one", MORNING)
        assert person is not None
        assert (person.name, person.grants, person.subject) == ("Try-out", EVERYTHING, "link:one")
        assert people.use_link(connection, "one", MORNING) is None
        assert people.use_link(connection, "three", MORNING) is None


def test_who_comes_back_from_the_provider_does_so_once(store: Store) -> None:
    waiting = Waiting("n", "v", "/reception")
    with store.writing() as connection:
        people.leave_for_provider(connection, "s", waiting, MORNING + tokens.SIGN_IN_LIFE)
        people.leave_for_provider(connection, "late", waiting, MORNING)
        assert people.come_back(connection, "s", MORNING) == waiting
        assert people.come_back(connection, "s", MORNING) is None
        assert people.come_back(connection, "late", MORNING) is None
    assert "v" not in repr(Waiting("n", "v", "/")).replace("verifier", "")


# --- the log --------------------------------------------------------------------------------------------------------


def noted(store: Store) -> None:
    with store.writing() as connection:
        for minute, what in enumerate((Action.LOOKED, Action.ACKNOWLEDGED, Action.ANNULLED)):
            at = MORNING + timedelta(minutes=minute)
            staff_log.note(connection, AINO, what, SITE if minute else None, f"=fact-{minute}", at)


def test_the_log_is_only_added_to(store: Store) -> None:
    noted(store)
    for change in (delete(staff_action), update(staff_action).values(person="nobody")):
        with pytest.raises(DatabaseError, match="only added to"), store.writing() as connection:
            connection.execute(change)
    with store.reading() as connection:
        assert [one.what for one in staff_log.entries(connection)] == [
            "looked-at-clients",
            "acknowledged",
            "check-in-annulled",
        ]
        later = staff_log.entries(connection, SITE, MORNING + timedelta(minutes=1), MORNING + timedelta(minutes=2))
        assert [one.subject for one in later] == ["=fact-1"]


def test_what_happens_in_one_moment_keeps_its_order(store: Store) -> None:
    with store.writing() as connection:
        for number in range(50):
            staff_log.note(connection, AINO, Action.LOOKED, SITE, str(number), MORNING)
    with store.reading() as connection:
        assert [one.subject for one in staff_log.entries(connection)] == [str(number) for number in range(50)]


def test_it_is_so_too_where_an_older_database_was_brought_up(empty: Fresh, tmp_path: Path) -> None:
    from central.store.database import engine

    with empty(tmp_path) as url:
        older = engine(url)
        with older.connect() as connection, connection.begin():
            schema.upgrade(connection, schema.HEAD)
        older.dispose()
        store = Store.open(url)
        noted(store)
        with pytest.raises(DatabaseError, match="only added to"), store.writing() as connection:
            connection.execute(delete(staff_action))
        store.close()


def test_the_log_is_exported(centre: Centre) -> None:
    noted(centre.store)
    told = command(centre.data, "log", "--csv")
    rows = list(csv.DictReader(io.StringIO(told.stdout, newline="")))
    assert [row["what"] for row in rows] == ["looked-at-clients", "acknowledged", "check-in-annulled"]
    assert (rows[1]["at"], rows[1]["person"], rows[1]["name"]) == ("2026-11-23T06:51:00+00:00", "aino", "Aino Testi")
    assert rows[0]["subject"] == "'=fact-0", "no spreadsheet takes it for a formula"
    span = ("--since", "2026-11-23T06:52:00Z", "--until", "2026-11-23T06:53:00Z")
    assert [one["what"] for one in json.loads(command(centre.data, "log", "--json", *span).stdout)] == [
        "check-in-annulled"
    ]
    here = json.loads(command(centre.data, "log", "--json", "--site", SITE).stdout)
    assert [one["subject"] for one in here] == ["=fact-1", "=fact-2"]
    with centre.store.reading() as connection:
        kept = [(one.what, one.site) for one in staff_log.entries(connection)]
    assert (kept.count(("log-exported", None)), kept.count(("log-exported", SITE))) == (2, 1)
    assert "acknowledged" in command(centre.data, "log").stdout
    assert command(centre.data, "log", "--until", "soon").exit_code == 1


def test_a_link_is_made_by_the_command_and_logged(centre: Centre) -> None:
    made = command(centre.data, "admin-link", "--role", "reception", "--site", SITE, "--url", "https://c.example/")
    address, _, token = made.stdout.strip().partition("?code=")
    assert address == "https://c.example/sign-in/link"
    from kiosk.clock import clock_from_environment

    with centre.store.writing() as connection:
        person = people.use_link(connection, tokens.hashed(token), clock_from_environment().now())
    assert person is not None
    assert person.grants == (Grant(frozenset({Role.RECEPTION}), frozenset({SITE})),)
    assert "admin-link-made" in command(centre.data, "log").stdout
    assert token not in command(centre.data, "log", "--csv").stdout
    for wrong in (("--site", "nowhere"), ("--name", ""), ("--name", "a\nb")):
        assert command(centre.data, "admin-link", *wrong).exit_code == 1
