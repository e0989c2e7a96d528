"""Real kills, the short form."""

from pathlib import Path

from tests.torture.kills import PROGRAMS, play
from tests.torture.visitor import identity


def test_nobody_who_was_told_a_number_is_lost(tmp_path: Path) -> None:
    tally = play(tmp_path / "s", 5, seed=3)
    assert tally.findings.clean, tally.findings
    assert tally.rounds == 5
    assert sum(tally.kills[name] for name in PROGRAMS) >= 5


def test_the_same_of_programs_that_were_started_as_in_service(tmp_path: Path) -> None:
    tally = play(tmp_path / "s", 3, seed=3, quick=False)
    assert tally.findings.clean, tally.findings
    assert tally.rounds == 3


def test_every_client_is_somebody_else() -> None:
    assert len({identity(place) for place in range(1000)}) == 1000
    assert all(900 <= int(identity(place)[7:10]) <= 999 for place in range(0, 33_600, 336))
