"""The parts of the memory that both processes open alike."""

from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.offline.connection import DatabaseError, StoreError, why
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.examination import is_sound
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from kiosk.ports import Enrolment

FAULTS = {
    "sqlite-too-old": faults.DATABASE_UNSAFE,
    "newer-database": faults.DATABASE_UNSAFE,
    "wrong-key": faults.DATABASE_DAMAGED,
    "damaged": faults.DATABASE_DAMAGED,
    "unreadable": faults.DATABASE_DAMAGED,
    "unwritable": faults.JOURNAL_UNWRITABLE,
}
"""What it means for the kiosk that the database can't be used, by the key of the ``StoreError``."""


class OutOfOrderError(Exception):
    """Nobody can be served before a technician has mended this. ``reason`` is for the log."""

    def __init__(self, fault: Fault, reason: str = "") -> None:
        super().__init__(f"{fault.code} {reason}".strip())
        self.fault = fault
        self.reason = reason


def enrolled_store(state: Path) -> tuple[Store, Enrolment]:
    """The database, looked over, and what this kiosk is. Raises ``OutOfOrderError``."""
    try:
        store = Store(state / DATABASE, database_key(state))
    except KeyMissingError:
        lost = (state / DATABASE).exists()
        raise OutOfOrderError(faults.DATABASE_KEY_MISSING if lost else faults.NOT_ENROLLED) from None
    try:
        with store.connect() as connection:
            if not is_sound(connection):
                raise OutOfOrderError(faults.DATABASE_DAMAGED, "quick_check")
            enrolment = load_enrolment(connection)
    except StoreError as error:
        raise OutOfOrderError(FAULTS[error.key], str(error)) from error
    except DatabaseError as error:
        raise OutOfOrderError(FAULTS[why(error)], str(error)) from error
    if enrolment is None:
        raise OutOfOrderError(faults.NOT_ENROLLED)
    return store, enrolment


def sockets(run: Path) -> tuple[Path, Path]:
    """Where ``kiosk sync`` and ``kiosk screen`` listen for each other."""
    return run / "sync.sock", run / "screen.sock"
