"""A kiosk that the centre has revoked: the mark that says so from start to start."""

import os
from contextlib import suppress
from pathlib import Path

from kiosk.offline.folder import sync_folder
from kiosk.offline.vault import DATABASE

MARK = f"{DATABASE}.revoked"
"""Lies beside the database, so that `kiosk wipe` takes it along."""


def marked(state: Path) -> bool:
    """Whether this kiosk was revoked, and not enrolled anew since."""
    return (state / MARK).exists()


def mark(state: Path) -> None:
    """Have both processes end, and serve nobody from then on. Where the disk takes no mark, the next word leaves it."""
    if marked(state):
        return
    with suppress(OSError):
        os.close(os.open(state / MARK, os.O_WRONLY | os.O_CREAT, 0o600))
        sync_folder(state)


def unmark(state: Path) -> None:
    """It is enrolled anew. Raises ``OSError``."""
    (state / MARK).unlink(missing_ok=True)
    sync_folder(state)
