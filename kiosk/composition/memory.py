"""The parts of the memory that both processes open alike."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from kiosk.checkin import faults
from kiosk.checkin.faults import Fault
from kiosk.clock import clock_from_environment
from kiosk.offline import revocation
from kiosk.offline.connection import Connection, DatabaseError, StoreError, why
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.examination import is_sound
from kiosk.offline.mending import Hold, leave_mark, mend, suspect
from kiosk.offline.reserve import spend
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


class NotMendedYetError(OutOfOrderError):
    """Damage that another process has marked, and that is mended by whoever is alone with the files."""

    def __init__(self) -> None:
        super().__init__(faults.DATABASE_DAMAGED, "not mended yet")


PATIENCE = 30.0
"""Seconds: longer than ``kiosk screen`` takes to end once it has seen the mark of damage."""

_HELD: dict[Path, Hold] = {}
"""The locks on the files that this process has open; they go with it."""


def enrolled_store(state: Path, patience: float = PATIENCE) -> tuple[Store, Enrolment]:
    """The database, looked over and mended where need be, and what this kiosk is. Raises ``OutOfOrderError``.

    While there is a mark of damage the other process is waited for, with so much ``patience`` in seconds.
    """
    try:
        key = database_key(state)
    except KeyMissingError:
        lost = (state / DATABASE).exists()
        raise OutOfOrderError(faults.DATABASE_KEY_MISSING if lost else faults.NOT_ENROLLED) from None
    hold = _HELD.pop(state, None) or Hold(state)
    try:
        found = _looked_over(state, key, hold, patience)
    except OutOfOrderError as error:
        # Whoever has no connection is in nobody's way who could mend it.
        hold.drop()
        # A mark that was there may be gone by now, with the damage: it is not left anew.
        if error.fault is faults.DATABASE_DAMAGED and not isinstance(error, NotMendedYetError):
            leave_mark(state)
        raise
    hold.share()
    _HELD[state] = hold
    return found


def serving_store(state: Path, patience: float = PATIENCE) -> tuple[Store, Enrolment]:
    """The same for who would serve clients: a kiosk that was revoked doesn't. Raises ``OutOfOrderError``."""
    if revocation.marked(state):
        raise OutOfOrderError(faults.KIOSK_REVOKED)
    return enrolled_store(state, patience)


def let_go(state: Path) -> None:
    """Nothing here has a connection to these files any more."""
    hold = _HELD.pop(state, None)
    if hold is not None:
        hold.drop()


def _looked_over(state: Path, key: bytes, hold: Hold, patience: float) -> tuple[Store, Enrolment]:
    try:
        hold.take(patience)
        return _mended(state, key, hold)
    except OSError as error:
        raise OutOfOrderError(faults.JOURNAL_UNWRITABLE, str(error)) from error
    except OutOfOrderError as error:
        # On a disk without any room nothing can be opened at all, though some is kept for facts.
        if error.fault is not faults.JOURNAL_UNWRITABLE or not spend(state):
            raise
        return _mended(state, key, hold)


def _mended(state: Path, key: bytes, hold: Hold) -> tuple[Store, Enrolment]:
    store = Store(state / DATABASE, key)
    try:
        if hold.alone:
            mend(state, key, clock_from_environment().now())
        elif suspect(state):
            # Who serves from a file that is about to be mended ends, and starts again, until that is done.
            raise NotMendedYetError
        with store.connect() as connection:
            if not is_sound(connection):
                raise OutOfOrderError(faults.DATABASE_DAMAGED, "quick_check")
            enrolment = load_enrolment(connection)
    except (StoreError, DatabaseError) as error:
        raise _out_of_order(error) from error
    except OSError as error:
        raise OutOfOrderError(faults.JOURNAL_UNWRITABLE, str(error)) from error
    if enrolment is None:
        raise OutOfOrderError(faults.NOT_ENROLLED)
    return store, enrolment


@contextmanager
def connected(store: Store) -> Iterator[Connection]:
    """A connection. Raises ``OutOfOrderError`` where the database was looked over and can't be opened all the same."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(store.connect())
        except (StoreError, DatabaseError) as error:
            raise _out_of_order(error) from error
        yield connection


def _out_of_order(error: Exception) -> OutOfOrderError:
    return OutOfOrderError(FAULTS[error.key if isinstance(error, StoreError) else why(error)], str(error))


def sockets(run: Path) -> tuple[Path, Path]:
    """Where ``kiosk sync`` and ``kiosk screen`` listen for each other."""
    return run / "sync.sock", run / "screen.sock"
