"""The screen starts without what it lacks: each module that is loaded makes people wait, and takes memory."""

import subprocess
import sys

import pytest

from kiosk import start

UNLOADED = ("typer", "rich", "joserfc", "cryptography", "argon2", "requests", "PIL.Image", "kiosk.cli", "kiosk.sync")
"""What a kiosk that starts in good order has no use for before its first page."""
LOADS = f"""
import sys
sys.modules["rich"] = None
import kiosk.composition.screen
print([name for name in {UNLOADED} if sys.modules.get(name) is not None])
"""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["screen"], {}),
        (["screen", "--config", "/a"], {"--config": "/a"}),
        (["screen", "--stage", "/s", "--config", "/a"], {"--stage": "/s", "--config": "/a"}),
        (["screen", "--help"], None),
        (["screen", "--config"], None),
        (["screen", "--config", "/a", "--config", "/b"], None),
        (["screen", "--unknown", "/a"], None),
        (["sync", "--config", "/a"], None),
        ([], None),
    ],
)
def test_only_a_plain_start_of_the_screen_goes_its_own_way(arguments: list[str], told: dict[str, str] | None) -> None:
    assert start._of_the_screen(arguments) == told


def test_the_screen_loads_nothing_that_its_first_page_lacks() -> None:
    done = subprocess.run([sys.executable, "-c", LOADS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_not_plain_is_explained_by_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "kiosk", "screen", "--unknown", "x"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--unknown" in done.stderr
