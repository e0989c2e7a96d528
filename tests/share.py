"""How much of the repetitive is run: ``TEST_SHARE``, 1 for all of it. Where time is short, a part of it tells most."""

import os
import zlib

SHARE = min(1.0, max(0.01, float(os.environ.get("TEST_SHARE", "1"))))
REPETITIVE = ("tests/pictures/", "tests/ui/test_fit", "tests/pages/test_every_page", "tests/central/ehr/test_kills")
"""Where every case is like the next one: pages by language, mode and shape."""


def share(count: int) -> int:
    """So many of ``count``, and at least one."""
    return max(1, round(count * SHARE))


def left_out(name: str) -> bool:
    """Whether a case is not run now. Always the same ones are, by their names."""
    return name.startswith(REPETITIVE) and zlib.crc32(name.encode()) % 1000 >= SHARE * 1000
