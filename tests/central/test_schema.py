"""The revisions lead to the tables as they are; what is older is brought up, what is newer is left alone."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from central.store import Store, UnknownSchemaError, schema
from central.store.database import engine as engine_of
from central.store.tables import metadata
from tests.central.databases import Fresh
from tests.central.rig import ROOT, command


@pytest.fixture
def database(empty: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with empty(tmp_path) as url:
        monkeypatch.setenv("CENTRAL_DATABASE", url)
        yield url


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    opened = engine_of(database)
    yield opened
    opened.dispose()


def before_alembic(engine: Engine, marked: str = "3") -> None:
    """A database as programs made it that knew of no revisions, with a site in it."""
    with engine.begin() as connection:
        schema.upgrade(connection, "0001")
        connection.execute(text("DROP TABLE alembic_version"))
        held = {"schema": marked, "identity": "ab" * 8, "pepper": "cd" * 32, "token-key": "ef" * 32}
        held |= {"identity-key": "{}"}
        rows = [{"name": name, "value": value} for name, value in held.items()]
        connection.execute(text("INSERT INTO setting (name, value) VALUES (:name, :value)"), rows)
        connection.execute(
            text("INSERT INTO site (id, key, rules, series, last_change) VALUES ('s', 'k', '{}', 'A', 7)")
        )


def described(connection: Connection) -> Mapping[str, Any]:
    """Every table as the database itself describes it."""
    there = inspect(connection)
    told: dict[str, Any] = {"triggers": triggers(connection)}
    for name in there.get_table_names():
        columns = sorted((one["name"], str(one["type"]), one["nullable"]) for one in there.get_columns(name))
        unique = sorted(tuple(one["column_names"]) for one in there.get_unique_constraints(name))
        indexes = sorted(
            (one["name"] or "", tuple(one["column_names"]), bool(one["unique"]), condition(one))
            for one in there.get_indexes(name)
            if not str(one["name"]).endswith("_key")
        )
        key = tuple(there.get_pk_constraint(name)["constrained_columns"])
        told[name] = {"columns": columns, "key": key, "unique": unique, "indexes": indexes}
    return told


def triggers(connection: Connection) -> list[tuple[str, str]]:
    statement = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    )
    return [(str(name), str(what)) for name, what in connection.execute(text(statement))]


def condition(index: Any) -> str:
    options = index.get("dialect_options", {})
    return " ".join(str(options[name]) for name in options if name.endswith("_where"))


def test_the_revisions_are_one_line() -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert script.get_heads() == [schema.HEAD]
    assert [one.revision for one in script.walk_revisions()] == list(reversed(schema.REVISIONS))
    assert [f"{number + 1:04}" for number in range(len(schema.REVISIONS))] == list(schema.REVISIONS)


def test_the_revisions_lead_to_the_tables(empty: Fresh, tmp_path: Path) -> None:
    told = []
    for name, work in (("made", metadata.create_all), ("grown", lambda one: schema.upgrade(one, schema.HEAD))):
        (tmp_path / name).mkdir()
        with empty(tmp_path / name) as url:
            engine = engine_of(url)
            with engine.begin() as connection:
                work(connection)
                assert compare_metadata(MigrationContext.configure(connection), metadata) == []
                told.append({name: of for name, of in described(connection).items() if name != "alembic_version"})
            engine.dispose()
    made, grown = told
    assert made.keys() == grown.keys() == {*metadata.tables, "triggers"}
    for name in made:
        assert made[name] == grown[name]


def test_a_database_from_before_the_revisions_is_taken_over_whole(database: str, engine: Engine) -> None:
    before_alembic(engine)
    store = Store.open(database)
    assert (store.identity, store.pepper.hex()) == ("ab" * 8, "cd" * 32)
    with store.reading() as connection:
        assert schema.marked(connection) == schema.HEAD
        assert connection.execute(text("SELECT id, last_change FROM site")).one() == ("s", 7)
        marks = connection.execute(text("SELECT value FROM setting WHERE name = 'schema'")).scalars().all()
        assert marks == [schema.MARK], "an older program must not take it for one of its own"
        assert set(metadata.tables) < set(inspect(connection).get_table_names())
    store.close()
    again = Store.open(database)
    assert again.identity == "ab" * 8
    again.close()


@pytest.mark.parametrize("marked", ["2", "99"])
def test_what_no_revision_begins_with_is_left_alone(database: str, engine: Engine, marked: str) -> None:
    before_alembic(engine, marked)
    with engine.begin() as connection:
        was = described(connection)
    with pytest.raises(UnknownSchemaError, match=f"schema {marked}"):
        Store.open(database)
    with engine.begin() as connection:
        assert described(connection) == was


def test_a_newer_database_is_refused_in_plain_words(database: str, engine: Engine, tmp_path: Path) -> None:
    Store.open(database).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownSchemaError, match="revision 9999"):
        Store.open(database)
    refused = command(tmp_path, "arrivals")
    assert refused.exit_code == 1
    assert "a newer one has used it" in refused.stderr


def test_a_revision_that_fails_leaves_nothing_behind(
    database: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_alembic(engine)
    with engine.begin() as connection:
        was = described(connection)

    def fail(connection: Connection, revision: str) -> None:
        connection.execute(text("CREATE TABLE half (done INTEGER)"))
        connection.execute(text("DROP TABLE queue"))
        raise RuntimeError(revision)

    monkeypatch.setattr(schema, "upgrade", fail)
    monkeypatch.setattr(schema, "HEAD", "9998")
    with pytest.raises(RuntimeError):
        Store.open(database)
    with engine.begin() as connection:
        assert described(connection) == was
        assert connection.execute(text("SELECT value FROM setting WHERE name = 'schema'")).scalar_one() == "3"


@pytest.mark.parametrize("old", [False, True])
def test_processes_that_open_it_at_once_agree(database: str, engine: Engine, old: bool) -> None:
    if old:
        before_alembic(engine)
    code = "import sys; from central.store import Store; print(Store.open(sys.argv[1]).identity)"

    def opened(_which: int) -> str:
        line = [sys.executable, "-c", code, database]
        return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(opened, range(4)))) == 1
    with engine.begin() as connection:
        assert schema.marked(connection) == schema.HEAD
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_condition_of_an_index_is_seen(database: str, engine: Engine) -> None:
    Store.open(database).close()
    with engine.begin() as connection:
        [index] = described(connection)["call_back"]["indexes"]
        assert "done_at IS NULL" in index[3]
