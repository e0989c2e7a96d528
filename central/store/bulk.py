"""Many rows in one statement, prepared once: SQLAlchemy's own work for each row would cost more than SQLite's."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, func, select
from sqlalchemy.dialects import sqlite

from central.store.database import insert
from central.store.tables import Moment

Row = Mapping[str, Any]


def among(connection: Connection, column: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a column has one of the values. SQLite takes them as one parameter, however many there are."""
    if connection.dialect.name != "sqlite":
        return column.in_(sorted(values))
    text = msgspec.json.encode(list(values)).decode()
    return column.in_(select(func.json_each(text).table_valued("value").c.value))


def write(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert what is not there yet; how many rows that were. Each row has a value for every column."""
    if not rows:
        return 0
    if connection.dialect.name != "sqlite":
        return connection.execute(insert(connection, table).on_conflict_do_nothing(), list(rows)).rowcount
    text, names, moments = _prepared(table)
    values = [[row[name] for name in names] for row in rows]
    for place in moments:
        before, written = None, None
        for one in values:
            # A batch was received at one moment.
            if one[place] is not before:
                before = one[place]
                written = _text(before)
            one[place] = written
    return connection.exec_driver_sql(text, [tuple(one) for one in values]).rowcount


@cache
def _prepared(table: Table) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The statement, the columns in the order of its parameters, and which of them are moments."""
    names = tuple(column.name for column in table.c)
    compiled = sqlite.insert(table).on_conflict_do_nothing().compile(dialect=sqlite.dialect(paramstyle="qmark"))
    assert compiled.positiontup == list(names)
    return str(compiled), names, tuple(place for place, one in enumerate(table.c) if isinstance(one.type, Moment))


def _text(moment: datetime | None) -> str | None:
    """As SQLAlchemy's ``DateTime`` keeps it in SQLite."""
    if moment is None:
        return None
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(" ", "microseconds")[:26]
