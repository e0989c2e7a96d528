"""Work of which only one process may do at a time, places that were read up to, and pokes that there is news."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from central.store.database import insert
from central.store.tables import ehr_place, ehr_turn

POKED = "poked"


def hold(connection: Connection, ehr: str, what: str, who: str, span: timedelta, now: datetime) -> bool:
    """Take or keep a turn till ``now + span``; ``False`` where it is another's."""
    statement = insert(connection, ehr_turn)
    free = (ehr_turn.c.holder == who) | (ehr_turn.c.until <= now)
    row = {"ehr": ehr, "what": what, "holder": who, "until": now + span}
    kept = statement.on_conflict_do_update(
        index_elements=list(ehr_turn.primary_key), set_={"holder": who, "until": now + span}, where=free
    )
    connection.execute(kept, row)
    there = select(ehr_turn.c.holder).where(ehr_turn.c.ehr == ehr, ehr_turn.c.what == what)
    return connection.execute(there).scalar() == who


def release(connection: Connection, ehr: str, who: str) -> None:
    """Give up every turn that one has."""
    connection.execute(delete(ehr_turn).where(ehr_turn.c.ehr == ehr, ehr_turn.c.holder == who))


def place(connection: Connection, ehr: str, what: str) -> str | None:
    """What was written there the last time."""
    statement = select(ehr_place.c.value).where(ehr_place.c.ehr == ehr, ehr_place.c.what == what)
    found: str | None = connection.execute(statement).scalar()
    return found


def put(connection: Connection, ehr: str, what: str, value: str) -> None:
    """Write it down."""
    statement = insert(connection, ehr_place)
    kept = statement.on_conflict_do_update(index_elements=list(ehr_place.primary_key), set_={"value": value})
    connection.execute(kept, {"ehr": ehr, "what": what, "value": value})


def poke(connection: Connection, ehr: str) -> None:
    """There is news in the record: whoever reads it shall look now."""
    put(connection, ehr, POKED, "yes")


def poked(connection: Connection, ehr: str) -> bool:
    """Whether there was a poke; it counts once."""
    there = (ehr_place.c.ehr == ehr) & (ehr_place.c.what == POKED)
    return connection.execute(delete(ehr_place).where(there)).rowcount > 0


def first(connection: Connection, ehr: str, what: str, value: str) -> bool:
    """Whether nobody has done this for ``value`` yet, such as the comparison of one hour; from now on somebody has."""
    if place(connection, ehr, what) == value:
        return False
    put(connection, ehr, what, value)
    return True
