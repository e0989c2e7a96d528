"""How much of what takes long is run: ``TEST_SHARE``, 1 for all of it. Where time is short, a part of it tells most.

Which part is a matter of ``TEST_TURN``, any word: with a commit's name there, each has its own, and a few of them have
tried everything between them.
"""

import os
import zlib

SHARE = min(1.0, max(0.01, float(os.environ.get("TEST_SHARE", "1"))))
TURN = os.environ.get("TEST_TURN", "")
LONG = (
    # Every case is like the next one: pages by language, mode and shape.
    "tests/pictures/",
    "tests/ui/test_fit",
    "tests/pages/test_every_page",
    # Each starts programs, a browser or a database.
    "tests/central/",
    "tests/devices/card/test_driver",
    "tests/line/",
    "tests/no_way_out/",
    "tests/pages/",
    "tests/scenario/test_scenarios",
    "tests/scenario/test_faults",
    "tests/simulation/test_planted_bugs",
    "tests/sync/",
    "tests/torture/",
)
"""What takes four fifths of the time, and has many cases; all the rest always runs."""


def share(count: int) -> int:
    """So many of ``count``, and at least one."""
    return max(1, round(count * SHARE))


def left_out(name: str) -> bool:
    """Whether a case is not run now. In one turn always the same ones are, by their names."""
    return name.startswith(LONG) and zlib.crc32(f"{TURN}{name}".encode()) % 1000 >= SHARE * 1000
