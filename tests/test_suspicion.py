"""The mark of damage: both processes see it, and end in time for whoever reads the page."""

from pathlib import Path

from kiosk.checkin import faults
from kiosk.composition.suspicion import SuspicionLook
from kiosk.offline.mending import leave_mark, suspect
from tests.conftest import HandClock


def test_a_process_ends_some_time_after_the_mark_was_left(tmp_path: Path, clock: HandClock) -> None:
    ends: list[float] = []
    look = SuspicionLook(tmp_path, clock, 15.0, lambda: ends.append(clock.seconds))
    assert look.look() == ()
    assert not suspect(tmp_path)
    leave_mark(tmp_path)
    for _ in range(10):
        assert look.look() == (faults.DATABASE_DAMAGED,)
        clock.let_pass(3)
    assert ends == [15.0]
    assert look.seen


def test_on_a_disk_that_is_gone_no_mark_can_be_left(tmp_path: Path) -> None:
    leave_mark(tmp_path / "gone")
    assert not suspect(tmp_path / "gone")
