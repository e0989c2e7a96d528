"""Whether the database can be worked with: it answers, its tables are of this program, and it takes what is written."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from central.store import schema
from central.store.database import insert
from central.store.tables import setting

_NAME = "ready"


def prove(connection: Connection, moments: Sequence[datetime]) -> list[bool]:
    """Write the last moment down, and tell each time whether the tables are as this program knows them."""
    settled = schema.marked(connection) == schema.HEAD
    row = insert(connection, setting).values(name=_NAME, value=moments[-1].isoformat())
    connection.execute(row.on_conflict_do_update(index_elements=[setting.c.name], set_={"value": row.excluded.value}))
    return [settled] * len(moments)
