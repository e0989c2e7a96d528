"""Fixtures of the pages' tests; what they are made of is in ``rig``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.central.rig import Centre
from tests.pages import rig
from tests.pages.rig import Staff


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for each worker. From then on its thread has a running loop: ``asyncio.run`` needs another thread."""
    if rig.chromium() is None:
        pytest.skip("Chromium is not installed here (Debian's package chromium)")
    with rig.browser() as opened:
        yield opened


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    """A centre on a file of its own, with three visits."""
    with Centre(tmp_path) as running:
        running.seed(("A1", "010594Y9032", "09:00"), ("A2", "020594X903P", "09:30"), ("A3", "030594W903B", "10:00"))
        yield running


@pytest.fixture
def staff(browser: Browser, centre: Centre) -> Iterator[Staff]:
    """Browsers at that centre; no page may complain in any of them."""
    people = Staff(browser, centre)
    yield people
    people.close()
    assert people.complaints == []
