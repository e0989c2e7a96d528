"""Real kills around a centre, the short form."""

from pathlib import Path

import pytest

from tests.share import share
from tests.torture import postgres
from tests.torture.centre import play

STRIKES = 3


@pytest.mark.parametrize("on_server", [False, True], ids=["sqlite", "postgresql"])
def test_what_kiosks_and_staff_were_told_is_there_once(on_server: bool, tmp_path: Path) -> None:
    if on_server and (reason := postgres.why_not()) is not None:
        pytest.skip(reason)
    tally = play(tmp_path / "s", share(STRIKES), 7, on_server=on_server)
    assert tally.findings.clean, tally.findings
    assert tally.rounds == share(STRIKES)
    assert sum(tally.kills.values()) >= tally.rounds
    assert tally.facts, "nothing was acknowledged, so that nothing was proved"
    assert tally.acts, "nobody did anything, so that nothing was proved"
