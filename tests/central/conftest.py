"""Fixtures of the centre's tests; what they are made of is in ``rig``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central.rig import Centre


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with Centre(tmp_path) as running:
        running.seed(("A1", "010594Y9032", "09:00"), ("A2", "020594X903P", "09:30"), ("A3", "030594W903B", "10:00"))
        yield running
