"""A command that is forked from a warm process is told from one that Python started by nothing but its speed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.scenario.commands import Commands

SECONDS = 60.0


@pytest.fixture
def commands() -> Iterator[Commands]:
    made = Commands()
    yield made
    made.end()


def last_words(ended: subprocess.CompletedProcess[str]) -> str:
    # Of a program that is not there Python itself says the same with another beginning.
    return (ended.stderr.splitlines() or [""])[-1].rpartition(": ")[2]


@pytest.mark.parametrize(
    "command",
    [
        ("central", "arrivals", "--json"),
        ("central", "cancel", "A1", "--site", "nowhere"),
        ("central", "dance"),
        ("kiosk", "enrol", "http://127.0.0.1:9", "CODE", "--config", "kiosk.toml"),
        ("tests.scenario.no_such_program",),
    ],
    ids=lambda command: "-".join(command[:2]),
)
def test_it_tells_and_ends_as_it_would_by_itself(commands: Commands, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "kiosk.toml").write_text("nonsense")
    given = [str(tmp_path / part) if part == "kiosk.toml" else part for part in command]
    environment = {**os.environ, "CENTRAL_DATA": str(tmp_path / "data")}
    alone = subprocess.run([sys.executable, "-m", *given], env=environment, capture_output=True, text=True, check=False)
    forked = commands.run(given, environment, SECONDS)
    assert (forked.returncode, forked.stdout) == (alone.returncode, alone.stdout)
    assert last_words(forked) == last_words(alone)


def test_one_command_leaves_nothing_to_the_next(commands: Commands) -> None:
    first = commands.run(["site", "--user-base"], {**os.environ, "PYTHONUSERBASE": "/first"}, SECONDS)
    second = commands.run(["site", "--user-base"], {**os.environ, "PYTHONUSERBASE": "/second"}, SECONDS)
    assert (first.stdout, second.stdout) == ("/first\n", "/second\n")


def test_one_that_takes_too_long_is_ended_and_the_next_one_runs(commands: Commands, tmp_path: Path) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        commands.run(["central", "serve", "--port", "0", "--data", str(tmp_path)], os.environ, 3.0)
    listed = commands.run(["central", "arrivals", "--json", "--data", str(tmp_path)], os.environ, SECONDS)
    assert listed.stdout == "[]\n"
