"""The key of the database: handed over by systemd as a credential, or kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

from kiosk.offline.folder import sync_folder

CREDENTIAL = "kiosk-database-key"
KEY_FILE = "database.key"
KEY_BYTES = 32
DATABASE = "kiosk.db"
LOCK = f"{DATABASE}.lock"
"""Held, together with others, by whoever has the files open; alone, by who mends them."""
ROSTER = "roster.db"


class KeyMissingError(Exception):
    """There is no key, or none that can be used. Without a database either, this kiosk has not been enrolled."""


def database_key(state: Path) -> bytes:
    """The raw key, from ``$CREDENTIALS_DIRECTORY`` (systemd.exec(5)) or else from the key file in ``state``."""
    for path in _places(state):
        if path.is_file():
            return _decoded(path)
    raise KeyMissingError(str(state / KEY_FILE))


def make_database_key(state: Path) -> bytes:
    """The key as it is, or a new one in a file with mode 0600."""
    try:
        return database_key(state)
    except KeyMissingError:
        key = secrets.token_bytes(KEY_BYTES)
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whole or not at all: an empty key file would stand in the way of every later try.
        made = state / f"{KEY_FILE}.new"
        made.unlink(missing_ok=True)
        file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as target:
            target.write(key.hex())
            target.flush()
            os.fsync(target.fileno())
        # Never in the place of another: what that one opens would be lost.
        os.link(made, state / KEY_FILE)
        made.unlink()
        sync_folder(state)
        return key


def _places(state: Path) -> list[Path]:
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    return ([Path(credentials) / CREDENTIAL] if credentials else []) + [state / KEY_FILE]


def _decoded(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        # Not the error itself: it may quote the key.
        raise KeyMissingError(f"{path} holds no {KEY_BYTES}-byte key") from None
    return key
