"""The guard over facts that the centre does not have yet: nobody wipes, updates or enrols anew over them unawares."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk import logs
from kiosk.clock import clock_from_environment
from kiosk.composition.noting import note
from kiosk.config import Config
from kiosk.diagnostics import record
from kiosk.offline.connection import DatabaseError, StoreError
from kiosk.offline.examination import looking
from kiosk.offline.parked import waiting
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key

LONGEST_REASON = 200


@dataclass(frozen=True)
class Pending:
    """Facts without a word of the centre. ``count`` is ``None`` where the database can't be read."""

    count: int | None
    since: datetime | None = None

    @property
    def none(self) -> bool:
        """Whether it is known that there is none."""
        return self.count == 0


class InUseError(Exception):
    """The kiosk runs. The message is for a person."""


class PendingError(Exception):
    """Something would be lost. The message is for a person."""


def stopped(config: Config, act: str) -> None:
    """Return where neither program of the kiosk runs. Raises ``InUseError``."""
    records = record.read(config.run, config.state, clock_from_environment())
    running = [name for name, one in records.items() if one.alive]
    if running:
        raise InUseError(f"{act} refused: stop kiosk-{' and kiosk-'.join(running)} first")


def pending(state: Path) -> Pending:
    """What is pending in a state folder; on a machine that never was a kiosk, nothing. Raises nothing."""
    if not (state / DATABASE).is_file():
        return Pending(0)
    try:
        with looking(state / DATABASE, database_key(state)) as connection:
            found = waiting(connection)
    except (KeyMissingError, StoreError, DatabaseError, OSError):
        return Pending(None)
    return Pending(found.count, found.since)


def guard(state: Path, act: str, force: str) -> str:
    """Let ``act`` go on where nothing is pending, or where ``force`` is a reason. Raises ``PendingError``.

    The reason that it was forced with, for the log and the centre; empty where nothing had to be forced.
    """
    found = pending(state)
    if found.none:
        return ""
    if not force.strip():
        raise PendingError(_refusal(act, found))
    # A person wrote it: what looks like somebody's identity code does not leave the house.
    reason = str(logs.hide_identities(None, "", {"reason": force.strip()[:LONGEST_REASON]})["reason"])
    since = None if found.since is None else found.since.isoformat(timespec="seconds")
    note(act, "forced", pending=found.count, since=since, reason=reason)
    return reason


def told(found: Pending) -> str:
    """How many, and since when."""
    if found.count is None:
        return "the database can't be read, so nobody knows what the centre does not have yet"
    since = "" if found.since is None else f", the oldest since {found.since.astimezone():%Y-%m-%d %H:%M}"
    return f"{found.count} facts that the centre does not have yet{since}"


def _refusal(act: str, found: Pending) -> str:
    return (
        f"{act} refused: {told(found)}. Let `kiosk sync` send them (`kiosk outbox list` shows them, `kiosk doctor` the"
        " line), or carry them (`kiosk outbox export`). If they may be lost: --force with the reason."
    )
