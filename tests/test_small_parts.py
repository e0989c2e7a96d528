"""Clock, wake-up, configuration and logs."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.clock import ENVIRONMENT, StagedClock, SystemClock, clock_from_environment
from kiosk.config import Config, ConfigError, PrinterConfig, dump, load
from kiosk.wake import LineToSync, listening, ring


def test_a_staged_clock_shows_what_it_is_told_in_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
    clock = StagedClock(tmp_path / "clock")
    clock.start_at(moment)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    other = clock_from_environment()
    assert isinstance(other, StagedClock)
    assert timedelta() <= other.now() - moment < timedelta(minutes=1)
    before = other.monotonic()
    clock.set_wall(timedelta(hours=-3))
    assert other.now() < moment
    assert other.monotonic() - before < 60
    clock.let_pass(timedelta(hours=4))
    assert other.now() > moment
    assert other.monotonic() - before > 4 * 3600
    assert other.nap(60) < 1
    monkeypatch.delenv(ENVIRONMENT)
    assert isinstance(clock_from_environment(), SystemClock)


def test_a_ring_ends_a_wait_and_none_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "run" / "sync.sock"
    ring(path, "nobody listens")
    with listening(path) as wake:
        assert wake.wait(0.01) == set()
        LineToSync(path).new_fact()
        LineToSync(path).pull(7)
        wake.ring("fact")
        assert wake.wait(10) == {"fact", "pull:7"}
        threading.Timer(0.05, ring, (path, "late")).start()
        assert wake.wait(10) == {"late"}
    assert not path.exists()


def test_a_socket_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sync.sock"
    path.touch()
    with listening(path) as wake:
        ring(path, "fact")
        assert wake.wait(10) == {"fact"}


def test_a_ring_never_blocks_on_a_full_socket(tmp_path: Path) -> None:
    path = tmp_path / "sync.sock"
    with listening(path) as wake:
        for _ in range(5000):
            ring(path, "fact")
        assert wake.wait(10) == {"fact"}


def test_a_configuration_is_read_as_it_was_written(tmp_path: Path) -> None:
    config = Config(state=Path("/somewhere"), printer=PrinterConfig("serial", "/dev/ttyUSB0", baud=38400))
    path = tmp_path / "kiosk.toml"
    path.write_bytes(dump(config))
    assert load(path) == config
    assert load(path).language == "fi"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[printer]\ntransport = "carrier-pigeon"\naddress = "x"', "$.printer.transport"),
        ("languge = 'fi'", "languge"),
        ("language = ", "kiosk.toml"),
        ("[screen]\nwidth = 'wide'", "$.screen.width"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(content)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert says in str(error.value)
    with pytest.raises(ConfigError, match="No such file"):
        load(tmp_path / "missing.toml")


def test_no_identity_code_reaches_a_log() -> None:
    planted = {"event": "x 010594Y9032 y", "deep": {"list": ["010594-9032", 5, {"a": "020594x903p"}]}, "n": 3}
    told = json.dumps(logs.hide_identities(None, "info", dict(planted)))
    assert "903" not in told
    assert told.count(logs.HIDDEN) == 3
    assert '"n": 3' in told
