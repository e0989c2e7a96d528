"""Loading appointments: all or nothing, errors by their place, and no identity code anywhere."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import seed, site_files
from central.store import Store, changes, sites
from central.store.roster import Loaded
from kiosk.checkin.hashing import hashed
from kiosk.sync.messages import AppointmentRecord
from tests.central.rig import MORNING, SITE, command

ROW = {"id": "A1", "person": "010594Y9032", "unit": "dental", "area": "B2", "starts": "09:00"}
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
WINDOW = changes.Window(BEGIN, BEGIN, END, END, END)


def held(connection: Connection, site: str = SITE) -> Sequence[AppointmentRecord]:
    return changes.snapshot(connection, site, None, WINDOW, 100).records


def load(store: Store, path: Path, content: str, site: str | None = None) -> Sequence[AppointmentRecord]:
    path.write_text(content, "utf-8")
    seed.load(store, seed.read(path), site, MORNING)
    with store.reading() as connection:
        return held(connection)


CSV = "id,person,unit,area,starts,status\nA1,010594y9032 ,dental,B2,10:30,\n"
YAML = "site: kalasatama\nappointments:\n  - {id: A1, person: 010594Y9032, unit: dental, area: B2, starts: 10:30}\n"


@pytest.mark.parametrize(
    ("name", "content", "site"),
    [
        ("day.csv", "\ufeff" + CSV, SITE),
        ("day.yaml", YAML, None),
        ("day.json", json.dumps({"site": SITE, "appointments": [ROW | {"starts": "10:30"}]}), None),
        ("day.json", json.dumps({"site": SITE, "appointments": [ROW | {"starts": "2026-11-23T08:30:00Z"}]}), None),
    ],
)
def test_each_form_loads_the_same(store: Store, tmp_path: Path, name: str, content: str, site: str | None) -> None:
    [one] = load(store, tmp_path / name, content, site)
    assert (one.id, one.unit, one.area, one.status) == ("A1", "dental", "B2", "booked")
    assert one.starts == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    with store.reading() as connection:
        key = bytes.fromhex(connection.exec_driver_sql(f"SELECT key FROM site WHERE id = '{SITE}'").scalar_one())
    assert one.people == [hashed(key, "010594Y9032").hex()]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": "010594Y9033"}, "row 2, column person"),
        ({"person": "010594-903Z"}, "row 2, column person"),
        ({"person": "satu:99900001H"}, "row 2, column person"),
        ({"person": "37605030299"}, "row 2, column person"),
        ({"identifiers": "satu:99900001N ee:37605030298"}, "row 2, column identifiers"),
        ({"identifiers": ["local:TMP-0042"]}, "row 2, column identifiers"),
        ({"identifiers": [7]}, "row 2, column identifiers"),
        ({"codes": "satu:99900001N"}, "row 2, column codes"),
        ({"unit": "dentist"}, "row 2, column unit"),
        ({"area": "Z9"}, "row 2, column area"),
        ({"starts": "24:00"}, "row 2, column starts"),
        ({"starts": "2026-11-23"}, "row 2, column starts"),
        ({"starts": "soon 09:00"}, "row 2, column starts"),
        ({"status": "gone"}, "row 2, column status"),
        ({"id": "A1"}, "row 2, column id"),
        ({"id": "A 2"}, "row 2, column id"),
        ({"id": "020594X903P"}, "row 2, column id"),
        ({"id": ""}, "row 2, column id"),
        ({"name": "somebody"}, "row 2: unknown column"),
        ({"person": 12}, "row 2, column person"),
        ({"channel": "letter"}, "row 2, column channel"),
        ({"moved_to": "tomorrow 10:00"}, "row 2, column moved_to"),
        ({"moved_to": "later", "status": "moved"}, "row 2, column moved_to"),
        ({"desk_first": "yes"}, "row 2, column desk_first"),
        ({"protected": 1}, "row 2, column protected"),
        ({"practitioner": "x" * 81}, "row 2, column practitioner"),
        ({"reminder_unit": "dentist"}, "row 2, column reminder_unit"),
        ({"phone": "•• 4567"}, "row 2, column phone"),
        ({"codes": ["020594X903P"]}, "row 2, column codes"),
        ({"codes": ["x" * 65]}, "row 2, column codes"),
        ({"codes": [1]}, "row 2, column codes"),
        ({"site": "nowhere"}, "row 2, column site"),
        ({"site": "day.yaml"}, "row 2, column site"),
        ({"site": "itakatu", "unit": "laboratory"}, "row 2, column unit: itakatu has only"),
    ],
)
def test_an_error_names_its_place_and_nothing_is_loaded(
    store: Store, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    row = ROW | {"id": "A2", "person": "020594X903P"} | change
    with pytest.raises(seed.SeedError, match=said) as caught:
        load(store, tmp_path / "day.json", json.dumps({"site": SITE, "appointments": [ROW, row]}))
    assert str(row["person"]) not in str(caught.value)
    with store.reading() as connection:
        assert (held(connection), changes.places(connection)) == ([], {})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("day.txt", ""),
        ("day.json", "{"),
        ("day.json", "[]"),
        ("day.json", '{"appointments": []}'),
        ("day.json", '{"site": "nowhere", "appointments": []}'),
        ("day.json", '{"site": "../sites/kalasatama", "appointments": []}'),
        ("day.json", '{"site": {"id": "x"}, "appointments": []}'),
        ("day.json", '{"site": "kalasatama", "appointments": [1]}'),
        ("day.yaml", "site: [\n"),
        ("day.json", '{"site": "kalasatama", "queues": {}}'),
        ("day.json", '{"site": "kalasatama", "queues": [{"service": "dental", "waiting": 1}]}'),
        ("day.json", '{"site": "kalasatama", "queues": [{"service": "laboratory"}]}'),
        ("day.json", '{"site": "kalasatama", "queues": [{"service": "laboratory", "waiting": -1}]}'),
        ("day.json", '{"site": {"extends": "nowhere"}}'),
        ("day.csv", "id,person\nA1,x,y\n"),
    ],
)
def test_a_file_that_is_no_seed_is_refused(store: Store, tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(seed.SeedError):
        load(store, tmp_path / name, content)


FULL = ROW | {
    "status": "moved",
    "channel": "video",
    "moved_to": "tomorrow 13:15",
    "desk_first": True,
    "protected": "true",
    "practitioner": "Hoitaja 2",
    "reminder_unit": "family-clinic",
    "phone": "•• 67",
    "codes": ["AJ-0000ABCD"],
}


@pytest.mark.parametrize("form", ["json", "yaml", "csv"])
def test_a_row_may_say_more(store: Store, tmp_path: Path, form: str) -> None:
    written = json.dumps({"site": SITE, "appointments": [FULL]})
    if form == "csv":
        cells = FULL | {"desk_first": "true", "codes": "AJ-0000ABCD"}
        written = f"{','.join(cells)}\n{','.join(str(cell) for cell in cells.values())}\n"
    [one] = load(store, tmp_path / f"day.{form}", written, SITE)
    assert (one.status, one.channel, one.desk_first, one.protected) == ("moved", "video", True, True)
    assert (one.practitioner, one.reminder_unit, one.phone) == ("Hoitaja 2", "family-clinic", "•• 67")
    assert one.moved_to == datetime(2026, 11, 24, 11, 15, tzinfo=UTC)
    with store.reading() as connection:
        key = sites.keys(connection)[SITE]
    assert one.people == [hashed(key, name).hex() for name in ("010594Y9032", "AJ-0000ABCD")]
    assert seed.load(store, seed.read(tmp_path / f"day.{form}"), SITE, MORNING)[1] == Loaded(0, 0, 1)


def test_a_row_may_be_for_another_site_and_each_reader_has_hashes_of_its_own(store: Store, tmp_path: Path) -> None:
    there = FULL | {"id": "I1", "site": "itakatu", "unit": "family-clinic", "area": "A1"}
    own, other = load(store, tmp_path / "day.json", json.dumps({"site": SITE, "appointments": [ROW, there]}))
    assert (own.id, own.site, other.id, other.site) == ("A1", "", "I1", "itakatu")
    with store.reading() as connection:
        keys = sites.keys(connection)
        [at_home] = held(connection, "itakatu")[1:]
    assert keys.keys() == {"itakatu", "kalasatama", "vuosaari"}
    assert len(set(keys.values())) == 3
    for reader, record in ((SITE, other), ("itakatu", at_home)):
        assert record.people == [hashed(keys[reader], name).hex() for name in ("010594Y9032", "AJ-0000ABCD")]
    assert (other.practitioner, other.phone) == ("", ""), "what shows the way is enough elsewhere"
    assert (at_home.practitioner, at_home.phone) == ("Hoitaja 2", "•• 67")
    assert other.protected


def test_a_client_may_be_known_by_several_identifiers(store: Store, tmp_path: Path) -> None:
    """SATU of the test range, an Estonian specimen, a Swedish test number, and one that a site made up."""
    policy = {"extends": SITE, "policy": {"local_pattern": "TMP-[0-9]{4}"}}
    named = ["satu:99900001n", "EE:37605030299", "se:900101-9802", "local:tmp-0042"]
    rows = [
        ROW | {"identifiers": named, "codes": "AJ-0000ABCD"},
        ROW | {"id": "A2", "person": "se:189001019802", "identifiers": ""},
        ROW | {"id": "A3", "person": "local:TMP-0043"},
    ]
    several, abroad, nameless = load(store, tmp_path / "day.json", json.dumps({"site": policy, "appointments": rows}))
    everywhere = ("010594Y9032", "satu:99900001N", "ee:37605030299", "se:199001019802", "AJ-0000ABCD")
    with store.reading() as connection:
        keys, there = sites.keys(connection), held(connection, "itakatu")
    assert several.people == [hashed(keys[SITE], name).hex() for name in (*everywhere, "local:TMP-0042")]
    assert abroad.people == [hashed(keys[SITE], "se:189001019802").hex()]
    assert nameless.people == [hashed(keys[SITE], "local:TMP-0043").hex()]
    assert there[0].people == [hashed(keys["itakatu"], name).hex() for name in everywhere]
    assert there[2].people == [], "what one organisation made up says nothing elsewhere"
    for path in tmp_path.glob("central.db*"):
        assert not any(name.partition(":")[2].encode() in path.read_bytes() for name in everywhere[1:4]), path


def test_a_site_that_is_loaded_later_finds_what_is_seeded_later(store: Store, tmp_path: Path) -> None:
    day = json.dumps({"site": SITE, "appointments": [ROW]})
    load(store, tmp_path / "day.json", day)
    load(store, tmp_path / "own.json", json.dumps({"site": {"extends": "itakatu", "id": "own"}}))
    with store.reading() as connection:
        assert held(connection, "own") == []
    assert seed.load(store, seed.read(tmp_path / "day.json"), None, MORNING)[1] == Loaded(0, 1, 0)
    with store.reading() as connection:
        assert [one.site for one in held(connection, "own")] == [SITE]


def test_queues_are_counted_now_or_when_it_says(store: Store, tmp_path: Path) -> None:
    counted = {"service": "information", "waiting": "0"}
    written = [{"service": "laboratory", "waiting": 7, "minutes": 20}, counted, counted | {"as_of": "08:00"}]
    load(store, tmp_path / "day.json", json.dumps({"site": SITE, "queues": written}))
    with store.reading() as connection:
        desk, laboratory = changes.queues(connection, SITE)
    assert (laboratory.waiting, laboratory.minutes, laboratory.as_of) == (7, 20, MORNING)
    assert (desk.waiting, desk.minutes, desk.as_of.isoformat()) == (0, None, "2026-11-23T06:00:00+00:00")


def test_seeding_again_replaces(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "day.yaml", YAML)
    again = seed.read(tmp_path / "day.yaml")
    assert seed.load(store, again, None, MORNING)[1] == Loaded(0, 0, 1)
    [one] = load(store, tmp_path / "later.yaml", YAML.replace("10:30", "11:30"))
    assert one.starts == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_a_site_may_come_from_a_file_and_keeps_its_key(store: Store, tmp_path: Path) -> None:
    written = Path(site_files.__file__).with_name("sites") / "itakatu.yaml"
    own = tmp_path / "own.yaml"
    own.write_text(written.read_text("utf-8").replace("id: itakatu", "id: own"), "utf-8")
    (tmp_path / "itakatu.svg").write_bytes(written.with_suffix(".svg").read_bytes())
    (tmp_path / "day.csv").write_text(CSV, "utf-8")
    for _ in range(2):
        assert seed.load(store, seed.read(tmp_path / "day.csv"), str(own), MORNING)[0] == "own"
    with store.reading() as connection:
        assert len(connection.exec_driver_sql("SELECT key FROM site").scalars().all()) == 1


def test_the_command_says_what_was_wrong_without_saying_who(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(CSV.replace("9032", "9033"), "utf-8")
    result = command(tmp_path, "seed", str(tmp_path / "day.csv"), "--site", SITE)
    assert result.exit_code == 1
    assert result.stderr == (
        "central: nothing loaded: row 1, column person: not a valid identity code of anyone born by today; other "
        "identifiers than a HETU begin with satu:, ee:, se:, local:\n"
    )
