"""Fixtures of the tests with health record systems."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central.ehr.office import Office
from tests.central.ehr.record import Record, new_place, serving


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """A FHIR server, one for all tests of this process."""
    folder: Path = tmp_path_factory.mktemp("record")
    with serving(folder) as running:
        yield running


@pytest.fixture
def place() -> str:
    return new_place()


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while Office.made:
        Office.made.pop().adapter.close()
