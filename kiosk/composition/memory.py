"""The parts of the memory that both processes open alike."""

from pathlib import Path

from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, KeyMissingError, database_key
from kiosk.ports import Enrolment


def enrolled_store(state: Path) -> tuple[Store, Enrolment] | None:
    """The database and what this kiosk is, or ``None`` on a machine that was never enrolled."""
    try:
        store = Store(state / DATABASE, database_key(state))
    except KeyMissingError:
        return None
    with store.connect() as connection:
        enrolment = load_enrolment(connection)
    return None if enrolment is None else (store, enrolment)


def sockets(run: Path) -> tuple[Path, Path]:
    """Where ``kiosk sync`` and ``kiosk screen`` listen for each other."""
    return run / "sync.sock", run / "screen.sock"
