"""The line through the kernel's own TCP: packets that are really lost, and answers that really vanish."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.line.namespaces import CENTRE, Cable, NoNamespacesError, cable
from tests.line.rig import SECONDS, CentreProcess, enrolled, holds

PORT = 8080
HUSHED = 1.5


@pytest.fixture
def line() -> Iterator[Cable]:
    try:
        with cable() as made:
            yield made
    except NoNamespacesError as error:
        pytest.skip(f"no network of our own here: {error}")


def test_on_a_line_that_loses_packets_everything_arrives_once(line: Cable, tmp_path: Path) -> None:
    data = tmp_path / "centre" / "data"
    data.mkdir(parents=True)
    centre = CentreProcess(data, PORT, CENTRE, line.at_centre())
    centre.seed(300)
    centre.start()
    try:
        url = f"http://{CENTRE}:{PORT}"
        with enrolled(centre, tmp_path, "k-kernel", url, line.at_kiosk()) as fed:
            fed.start()
            for number in range(100):
                fed.check_in(f"L{number}")
            fed.settles(2 * SECONDS)
            line.hush()
            for number in range(100, 110):
                fed.check_in(f"L{number}")
            Event().wait(HUSHED)
            assert not fed.settled
            line.unhush()
            fed.settles(2 * SECONDS)
            holds(centre, fed)
    finally:
        centre.stop()
    assert line.dropped() > 0, f"{line.loss} lost nothing"
