"""Fixtures of the centre's tests; what they are made of is in ``rig`` and ``databases``."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store import Store
from kiosk.clock import ENVIRONMENT, StagedClock
from tests.central import databases
from tests.central.databases import Fresh, Server
from tests.central.rig import MORNING, Centre


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL, one for all tests of this process."""
    if databases.programs() is None:
        pytest.skip("PostgreSQL and its driver are not installed here")
    # Not below pytest's own folder: nobody but its owner may look into that.
    with tempfile.TemporaryDirectory() as directory, databases.postgresql(Path(directory)) as url:
        yield Server(url)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """For tests that need many databases: makes one without rows, of each kind in turn."""
    return databases.file if request.param == "sqlite" else request.getfixturevalue("server").emptied


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Fresh:
    """The same without tables."""
    return databases.file if request.param == "sqlite" else request.getfixturevalue("server").empty


@pytest.fixture
def database(fresh: Fresh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database without rows, of each kind in turn; the command uses it too, whatever its ``--data``."""
    with fresh(tmp_path) as url:
        monkeypatch.setenv("CENTRAL_DATABASE", url)
        yield url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store.open(database)
    yield opened
    opened.close()


@pytest.fixture
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StagedClock:
    """The clock of commands and processes. It begins with the day of the tests, whatever day it is."""
    clock = StagedClock(tmp_path / "clock")
    clock.start_at(MORNING)
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "clock"))
    return clock


@pytest.fixture
def centre(database: str, tmp_path: Path, staged: StagedClock) -> Iterator[Centre]:
    with Centre(tmp_path, database) as running:
        running.seed(("A1", "010594Y9032", "09:00"), ("A2", "020594X903P", "09:30"), ("A3", "030594W903B", "10:00"))
        yield running
