"""A one-time code is not spent for nothing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk.cli import app
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import OutOfOrderError, enrolled_store
from kiosk.config import Config, dump
from kiosk.offline.connection import StoreError
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, make_database_key
from kiosk.sync.client import CentreError
from kiosk.sync.credentials import public_half
from tests.sync.wicked_server import Answer, server

ANSWER = json.dumps({"kiosk": "k1", "site": "kalasatama", "site_key": "ab" * 32, "reserve_series": "K"}).encode()


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def keys(bodies: list[bytes]) -> list[dict[str, str]]:
    return [json.loads(body)["public_key"] for body in bodies]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(tmp_path: Path) -> None:
    bodies: list[bytes] = []
    config = Config(state=tmp_path / "state")

    def answer(_path: str, n: int) -> Answer:
        return (0, b"") if n == 1 else (200, ANSWER)

    with server(answer, bodies=bodies) as (url, _):
        with pytest.raises(CentreError, match="unreachable"):
            enrol_kiosk(config, url, "ABCD-2345")
        with pytest.raises(OutOfOrderError, match="not-enrolled"):
            enrolled_store(config.state)
        assert enrol_kiosk(config, url, "abcd2345") == ("k1", "kalasatama")
    first, second = keys(bodies)
    assert first == second
    store, enrolment = enrolled_store(config.state)
    assert public_half(enrolment.private_key) == first
    with store.connect() as connection:
        assert connection.execute("SELECT count(*) FROM enrolling").fetchone()[0] == 0


def test_what_the_disk_refused_is_asked_for_again_with_the_same_key(tmp_path: Path) -> None:
    bodies: list[bytes] = []
    config = Config(state=tmp_path / "state")
    store = Store(config.state / DATABASE, make_database_key(config.state))
    with store.connect() as connection, server(lambda _path, _n: (200, ANSWER), bodies=bodies) as (url, _):
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON enrolment BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(StoreError, match="unwritable full"):
            enrol_kiosk(config, url, "ABCD2345")
        connection.execute("DROP TRIGGER full")
        enrol_kiosk(config, url, "ABCD2345")
    first, second = keys(bodies)
    assert first == second


def test_another_code_is_another_key(tmp_path: Path) -> None:
    bodies: list[bytes] = []
    config = Config(state=tmp_path / "state")
    with server(lambda _path, _n: (400, b""), bodies=bodies) as (url, _):
        for code in ("ABCD2345", "ABCD2346"):
            with pytest.raises(CentreError, match="refused"):
                enrol_kiosk(config, url, code)
    first, second = keys(bodies)
    assert first != second


def test_a_folder_that_cannot_be_written_is_told_in_words_before_the_code_is_spent(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the way")
    path = tmp_path / "kiosk.toml"
    path.write_bytes(dump(Config(state=tmp_path / "state")))
    with server(lambda _path, _n: (200, ANSWER)) as (url, asked):
        done = CliRunner().invoke(app, ["enrol", url, "ABCD2345", "--config", str(path)])
        assert asked == []
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert "kiosk: unwritable" in done.output
    assert "Traceback" not in done.output


def test_a_database_that_cannot_be_made_is_told_likewise(tmp_path: Path) -> None:
    config = Config(state=tmp_path)
    make_database_key(tmp_path)
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreError, match="unwritable"):
        enrol_kiosk(config, "http://127.0.0.1:1", "ABCD2345")
