"""The command ``central``."""

from central.cli import (
    acting,
    figures,
    looking,
    missing,
    people,
    planning,
    record,
    running,
    settling,
    signing,
    watching,
)
from central.cli.setting import app, fail
from central.store import StoreUnavailableError

__all__ = [
    "acting",
    "app",
    "figures",
    "looking",
    "main",
    "missing",
    "people",
    "planning",
    "record",
    "running",
    "settling",
    "signing",
    "watching",
]


def main() -> None:
    """Run the command; the entry point of the console script."""
    try:
        app()
    except StoreUnavailableError as error:
        fail(f"the database does not answer: {error}")
