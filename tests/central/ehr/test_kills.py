"""Real kills around a health record, the short form."""

from pathlib import Path

from tests.central.databases import Fresh
from tests.torture.ehr import VICTIMS, play


def test_nothing_told_is_lost_or_doubled(fresh: Fresh, tmp_path: Path) -> None:
    with fresh(tmp_path) as database:
        tally = play(tmp_path / "r", 4, 7, database)
    assert tally.findings.clean, tally.findings
    assert tally.rounds == 4
    assert sum(tally.kills[name] for name in VICTIMS) >= 4
