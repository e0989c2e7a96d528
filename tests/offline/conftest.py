"""A morning at a kiosk, for whatever is to befall it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline.morning import Morning


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Morning:
    return Morning(tmp_path_factory.mktemp("morning"))


@pytest.fixture
def state(morning: Morning, tmp_path: Path) -> Iterator[Path]:
    copy = morning.copy(tmp_path.name)
    yield copy
    shutil.rmtree(copy)
