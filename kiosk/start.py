"""The first thing that runs of ``kiosk``. The screen has a way of its own, on which nothing is loaded that it lacks."""

import faulthandler
import gc
import sys
from collections.abc import Sequence

SCREEN = "screen"
OPTIONS = ("--config", "--stage", "--pictures")


def main() -> None:
    """Run the command that the arguments name."""
    # A crash inside a library tells where each thread was: files and lines, and nothing of anybody.
    faulthandler.enable()
    told = _of_the_screen(sys.argv[1:])
    if told is not None:
        _screen(told)
    from kiosk.cli import main as command

    command()


def _of_the_screen(arguments: Sequence[str]) -> dict[str, str] | None:
    """The options of a plain ``kiosk screen``; ``None`` for everything that has to be looked at more closely."""
    if arguments[:1] != [SCREEN]:
        return None
    names, values = arguments[1::2], arguments[2::2]
    plain = len(names) == len(values) == len(set(names)) and set(names) <= set(OPTIONS)
    return dict(zip(names, values, strict=True)) if plain else None


def _screen(told: dict[str, str]) -> None:
    """Serve, and end the process."""
    # Before anything else is loaded, for it starts the process anew.
    from kiosk.forgetting import overwrite_what_is_freed

    overwrite_what_is_freed()
    # Of all that is loaded now nothing is rubbish. The screen has it looked for once its first page stands.
    gc.disable()
    # structlog would load it for tracebacks on a terminal; without it, it does without.
    sys.modules["rich"] = None  # type: ignore[assignment]
    from pathlib import Path

    from kiosk.composition.screen import screen
    from kiosk.config import DEFAULT_PATH

    stage, pictures = (Path(told[name]) if name in told else None for name in OPTIONS[1:])
    sys.exit(screen(Path(told.get(OPTIONS[0], DEFAULT_PATH)), stage=stage, pictures=pictures))
