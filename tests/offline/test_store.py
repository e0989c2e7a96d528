import stat
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kiosk.offline import vault
from kiosk.offline.connection import Connection, StoreError, check_sqlite, transaction
from kiosk.offline.store import Store


def test_a_database_with_another_key_does_not_open(store: Store) -> None:
    with store.connect():
        pass
    with pytest.raises(StoreError, match="wrong-key"), Store(store.path, bytes(32)).connect():
        pass


def test_the_file_shows_nothing(store: Store, connection: Connection) -> None:
    connection.execute("INSERT INTO counter (name, next) VALUES ('planted-010594Y9032', 1)")
    for path in store.path.parent.iterdir():
        content = path.read_bytes()
        assert b"planted" not in content
        assert b"SQLite format" not in content


def test_every_commit_is_synced(connection: Connection) -> None:
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA secure_delete").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ((3, 40, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 50, 7), True),
        ((3, 50, 6), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 53, 4), True),
    ],
)
def test_an_sqlite_that_loses_commits_is_refused(version: tuple[int, ...], good: bool) -> None:
    if good:
        check_sqlite(version)
    else:
        with pytest.raises(StoreError, match="sqlite-too-old"):
            check_sqlite(version)


def test_a_newer_database_is_left_alone(store: Store) -> None:
    with store.connect() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kiosk', 'm999_later', '')"
        )
    with pytest.raises(StoreError, match="newer-database m999_later"), store.connect():
        pass


def test_a_transaction_that_fails_leaves_nothing(connection: Connection) -> None:
    with pytest.raises(dbapi2.IntegrityError), transaction(connection):
        connection.execute("INSERT INTO counter (name, next) VALUES ('a', 1)")
        connection.execute("INSERT INTO counter (name, next) VALUES ('a', 2)")
    assert connection.execute("SELECT count(*) FROM counter").fetchone()[0] == 0


def test_the_key_file_is_the_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(vault.KeyMissingError):
        vault.database_key(tmp_path)
    key = vault.make_database_key(tmp_path / "state")
    assert vault.make_database_key(tmp_path / "state") == key
    assert stat.S_IMODE((tmp_path / "state" / vault.KEY_FILE).stat().st_mode) == 0o600


def test_a_credential_of_systemd_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.make_database_key(tmp_path)
    (tmp_path / vault.CREDENTIAL).write_text("ab" * 32)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert vault.database_key(tmp_path) == bytes.fromhex("ab" * 32)
    (tmp_path / vault.CREDENTIAL).write_text("ab")
    with pytest.raises(vault.KeyMissingError):
        vault.database_key(tmp_path)
