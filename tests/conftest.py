"""Fixtures that several rooms' tests share."""

import os

# Before anything imports Qt: tests need no display, and draw the same on every machine.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from kiosk.diagnostics.board import Board
from kiosk.offline.connection import Connection
from kiosk.offline.store import Store
from tests.share import left_out

settings.register_profile("kiosk", derandomize=True, deadline=None)
settings.load_profile("kiosk")

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Scheduling | None":
    """For ``pytest -n``, unless ``--dist`` asks for another way."""
    if config.getvalue("dist") != "load":
        return None
    from tests.together import Together

    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what ``tests.share`` says."""
    left = [one for one in items if left_out(one.nodeid)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [one for one in items if one not in set(left)]


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def nap(self, seconds: float) -> float:
        return min(seconds, 0.01)

    def let_pass(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 11, 23, 6, 50, tzinfo=UTC))


@pytest.fixture
def board(tmp_path: Path, clock: HandClock) -> Board:
    return Board(clock, "sync", tmp_path, tmp_path / "run", ())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "kiosk.db", bytes(range(32)))


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.connect() as opened:
        yield opened
