"""When the source was made: what stands in a build in the place of the time at which it was built."""

import os
import subprocess
from datetime import UTC, datetime

from supply.lock import ROOT

VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, as reproducible-builds.org specifies it."""


def source_moment() -> datetime | None:
    """``SOURCE_DATE_EPOCH``, else the last commit; ``None`` where there is neither."""
    told = os.environ.get(VARIABLE, "") or _last_commit()
    return datetime.fromtimestamp(int(told), UTC) if told.isdecimal() else None


def _last_commit() -> str:
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
