"""Loading appointments: all or nothing, errors by their place, and no identity code anywhere."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from central import seed, site_files
from central.store import Store, changes
from central.store.roster import Loaded
from kiosk.checkin.hashing import hashed
from kiosk.sync.messages import AppointmentRecord
from tests.central.rig import MORNING, SITE, command

ROW = {"id": "A1", "person": "010594Y9032", "unit": "dental", "area": "B2", "starts": "09:00"}
WINDOW = changes.Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/central.db")


def held(connection: Connection) -> list[AppointmentRecord]:
    return changes.snapshot(connection, SITE, None, WINDOW, 100)


def load(store: Store, path: Path, content: str, site: str | None = None) -> list[AppointmentRecord]:
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
        key = bytes.fromhex(connection.exec_driver_sql("SELECT key FROM site").scalar_one())
    assert one.people == [hashed(key, "010594Y9032").hex()]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"person": "010594Y9033"}, "row 2, column person"),
        ({"person": "010594-903Z"}, "row 2, column person"),
        ({"unit": "dentist"}, "row 2, column unit"),
        ({"area": "Z9"}, "row 2, column area"),
        ({"starts": "24:00"}, "row 2, column starts"),
        ({"starts": "2026-11-23T09:00:00"}, "row 2, column starts"),
        ({"status": "gone"}, "row 2, column status"),
        ({"id": "A1"}, "row 2, column id"),
        ({"id": "A 2"}, "row 2, column id"),
        ({"id": "020594X903P"}, "row 2, column id"),
        ({"id": ""}, "row 2, column id"),
        ({"name": "somebody"}, "row 2: unknown column"),
        ({"person": 12}, "row 2, column person"),
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
        ("day.csv", "id,person\nA1,x,y\n"),
    ],
)
def test_a_file_that_is_no_seed_is_refused(store: Store, tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(seed.SeedError):
        load(store, tmp_path / name, content)


def test_seeding_again_replaces(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path / "day.yaml", YAML)
    again = seed.read(tmp_path / "day.yaml")
    assert seed.load(store, again, None, MORNING)[1] == Loaded(0, 0, 1)
    [one] = load(store, tmp_path / "later.yaml", YAML.replace("10:30", "11:30"))
    assert one.starts == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["kalasatama", "vuosaari", "itakatu"])
def test_the_example_sites_are_whole(name: str) -> None:
    rules, series = site_files.site(site_files.example(name))
    assert (rules.id, rules.zone, rules.languages, series) == (name, "Europe/Helsinki", ["fi", "sv", "en"], "A")
    assert "dental" in {unit.id for unit in rules.units}
    assert "B2" in {area.id for area in rules.areas}
    assert all(area.directions for area in rules.areas)


def test_a_site_may_come_from_a_file_and_keeps_its_key(store: Store, tmp_path: Path) -> None:
    written = Path(site_files.__file__).with_name("sites") / "itakatu.yaml"
    own = tmp_path / "own.yaml"
    own.write_text(written.read_text("utf-8").replace("id: itakatu", "id: own"), "utf-8")
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
        "central: nothing loaded: row 1, column person: not a valid identity code of anyone born by today\n"
    )
