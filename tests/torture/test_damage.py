"""Damage to the files of the real programs, each way once; ``make torture`` plays more of them."""

from pathlib import Path

from tests.torture.damage import WAYS, play


def test_what_can_be_read_reaches_the_centre_once_and_the_kiosk_serves_again(tmp_path: Path) -> None:
    told = play(tmp_path / "s", len(WAYS), seed=1)
    assert told.findings.clean, told.findings
    assert told.rounds == dict.fromkeys(WAYS, 1)
    assert told.saved > 0
