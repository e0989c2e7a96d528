"""The count of crashes that systemd does not keep: the shell script itself, on the machine's own uptime."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "debian/crashes.sh"


def crashes(what: str, kept: Path, result: str = "") -> int:
    environment = {"SERVICE_RESULT": result} if result else {}
    return subprocess.run(["/bin/sh", SCRIPT, what, kept], env=environment, check=False).returncode


def seconds_up() -> int:
    return int(float(Path("/proc/uptime").read_text().split()[0]))


@pytest.mark.parametrize(
    ("ago", "code"),
    [
        ([], 0),
        ([1], 0),
        ([2, 1], 0),
        ([3, 2, 1], 255),
        ([50, 20, 1], 255),
        ([58, 20, 1], 0),
        ([500, 400, 300], 0),
        ([500, 30, 20, 10], 255),
        ([500, 30, 20], 0),
    ],
)
def test_three_within_a_minute_are_not_few_and_then_count_no_more(tmp_path: Path, ago: list[int], code: int) -> None:
    kept = tmp_path / "crashes"
    if ago:
        kept.write_text("".join(f"{seconds_up() - seconds}\n" for seconds in ago))
    assert crashes("few", kept) == code
    assert kept.exists() == (bool(ago) and code == 0)
    assert code == 0 or crashes("few", kept) == 0


def test_what_was_asked_for_is_no_crash(tmp_path: Path) -> None:
    kept = tmp_path / "crashes"
    assert crashes("note", kept, "success") == 0
    assert not kept.exists()
    for result in ("signal", "watchdog", "exit-code"):
        assert crashes("few", kept) == 0
        assert crashes("note", kept, result) == 0
    assert all(seconds_up() - int(line) < 30 for line in kept.read_text().split())
    assert crashes("few", kept) == 255
