"""System calls that fail in the real programs; ``make torture`` plays the other cases too."""

from pathlib import Path

import pytest

from tests.torture import failing
from tests.torture.syscall_faults import CASES, play

SHORT = (
    "screen: fsync gives EIO",
    "screen: the journal's log gives ENOSPC",
    "screen: fsync gives EIO, then SIGKILL",
    "centre: fsync gives EIO",
)


@pytest.mark.skipif(failing.why_not() is not None, reason=str(failing.why_not()))
def test_what_could_not_be_written_is_not_claimed(tmp_path: Path) -> None:
    told = play(tmp_path / "s", 1, SHORT)
    assert told.findings.clean, told.findings
    assert told.cases == len(SHORT)
    assert set(SHORT) < set(CASES)
    assert all(count > 0 for count in told.failed.values())
