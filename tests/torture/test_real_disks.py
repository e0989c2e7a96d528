"""Real file systems: an ext4 copied at the moment of acknowledgement, and a disk that fills up."""

from pathlib import Path

import pytest

from tests.torture import images, small_disks

pytestmark = pytest.mark.skipif(images.why_not() is not None, reason=str(images.why_not()))


def test_what_was_acknowledged_is_on_the_disk(tmp_path: Path) -> None:
    found = images.photograph(tmp_path, 12, seed=1)
    assert found.failed == []
    assert found.cuts == 12


def test_images_show_what_a_journal_without_fsync_loses(tmp_path: Path) -> None:
    assert images.photograph(tmp_path, 6, 1, ["--weaken", "normal", "--alone"]).findings.lost > 0


def test_a_kiosk_on_a_full_disk_tells_the_truth(tmp_path: Path) -> None:
    told, findings = small_disks.full(tmp_path / "s")
    assert findings.clean, findings
    assert told >= 1


def test_facts_go_on_in_the_room_that_is_kept_for_them(tmp_path: Path) -> None:
    told, findings = small_disks.on_the_reserve(tmp_path / "s")
    assert findings.clean, findings
    assert told > small_disks.SERVED_ON_IT
