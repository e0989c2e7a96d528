"""Many rows in one statement, whose text is made once: SQLAlchemy's work for each row costs more than the database's.

SQLite takes the rows one by one, in one call. PostgreSQL takes rows of which none may be there yet by ``COPY``, and all
others with each column as one array, written out as text: to hand over each value for itself would cost the driver more
than the insert costs the server.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Table,
    Text,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import Boolean, Integer, String

from central.store.tables import Moment

Row = Mapping[str, Any]

_BETWEEN = "\x00"
"""Stands in no text of PostgreSQL's."""
_SPECIAL = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
"""What ``COPY`` reads as more than itself; the backslash first."""


_BY_INDEX = "SELECT " + ", ".join(
    f"set_config('enable_{one}', 'off', true)" for one in ("seqscan", "hashjoin", "mergejoin")
)


class TakenError(Exception):
    """One of the rows is there already, and nothing of the transaction may be committed."""


def by_index(connection: Connection) -> None:
    """Find the rows that this transaction asks for by their keys, and read no table from end to end.

    PostgreSQL keeps the plan that it made while a table was small, and reads all of one that has grown since.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_INDEX)


def among(connection: Connection, where: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether a column has one of the values. They are one parameter, however many there are."""
    if connection.dialect.name == "sqlite":
        text = msgspec.json.encode(list(values)).decode()
        return where.in_(select(func.json_each(text).table_valued("value").c.value))
    # Not "= ANY": PostgreSQL would read the array anew for every row that it looks at.
    told = func.unnest(cast(literal(array(sorted(values)), Text), ARRAY(Text))).table_valued(column("value", Text))
    return where.in_(select(told.render_derived().c.value))


def pairs(connection: Connection, first_and_second: Collection[tuple[str, str]]) -> FromClause:
    """Pairs of texts as the rows of a table with the columns ``first`` and ``second``, to be joined with."""
    told = sorted(first_and_second)
    if connection.dialect.name == "sqlite":
        each = func.json_each(msgspec.json.encode(told).decode()).table_valued("value")
        one, other = (func.json_extract(each.c.value, path, type_=Text) for path in ("$[0]", "$[1]"))
        return select(one.label("first"), other.label("second")).subquery()
    columns = [cast(literal(array([pair[place] for pair in told])), ARRAY(Text)) for place in (0, 1)]
    return func.unnest(*columns).table_valued(column("first", Text), column("second", Text)).render_derived()


def write(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert what is not there yet; how many rows that were. Each row has a value for every column."""
    return _put(connection, _prepared(table, connection.dialect.name, replacing=False), rows)


def add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows none of which may be there. Each has a value for every column.

    Raises ``TakenError`` where one is there all the same: another process was faster.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        if write(connection, table, rows) != len(rows):
            raise TakenError(table.name)
    else:
        _copy(connection, _copying(table), rows)


def replace(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or put them in the place of those with the same primary key, which may stand here once."""
    _put(connection, _prepared(table, connection.dialect.name, replacing=True), rows)


def array(values: Sequence[str | None]) -> str:
    """An array of texts, as PostgreSQL writes it (its manual, 8.15.2). Raises ``ValueError`` for a text with a NUL."""
    if None in values:
        return "{" + ",".join("NULL" if one is None else _quoted(one) for one in values) + "}"
    joined = _joined(values)  # type: ignore[arg-type]
    return '{"' + _escaped(joined).replace(_BETWEEN, '","') + '"}' if values else "{}"


@dataclass(frozen=True)
class _Statement:
    """``columns`` are the names of the columns in the order of the parameters; ``written`` tells how one is written.

    Of ``COPY`` they tell only how its values become texts.
    """

    text: str
    columns: tuple[str, ...]
    written: tuple[Callable[[Sequence[Any]], Any] | None, ...]
    by_column: bool


def _put(connection: Connection, statement: _Statement, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    columns = [[row[name] for row in rows] for name in statement.columns]
    given = [
        values if write is None else write(values) for write, values in zip(statement.written, columns, strict=True)
    ]
    parameters = tuple(given) if statement.by_column else list(zip(*given, strict=True))
    return connection.exec_driver_sql(statement.text, parameters).rowcount


def _copy(connection: Connection, statement: _Statement, rows: Sequence[Row]) -> None:
    dbapi = connection.dialect.loaded_dbapi
    text = _lines(statement, rows)
    try:
        with connection.connection.cursor() as cursor, cursor.copy(statement.text) as copy:  # type: ignore[attr-defined]
            copy.write(text)
    except dbapi.IntegrityError as error:
        # Not the error itself: it quotes the row.
        raise TakenError(type(error).__name__) from None
    except dbapi.OperationalError as error:
        raise OperationalError(statement.text, None, error) from error


def _lines(statement: _Statement, rows: Sequence[Row]) -> str:
    """The rows as ``COPY`` reads them: a line for each, tabs between the values (PostgreSQL's manual, COPY)."""
    columns = zip(*map(itemgetter(*statement.columns), rows), strict=True)
    told = [
        _in_lines(values if write is None else write(values))
        for values, write in zip(columns, statement.written, strict=True)
    ]
    return "\n".join([*map("\t".join, zip(*told, strict=True)), ""])


def _in_lines(values: Sequence[str | None]) -> Sequence[str]:
    if None in values:
        return ["\\N" if one is None else _in_lines([one])[0] for one in values]
    joined = _joined(values)  # type: ignore[arg-type]
    for one, instead in _SPECIAL.items():
        joined = joined.replace(one, instead)
    return joined.split(_BETWEEN)


def _joined(values: Sequence[str]) -> str:
    joined = _BETWEEN.join(values)
    if joined.count(_BETWEEN) != max(0, len(values) - 1):
        raise ValueError("no text may hold a NUL")
    return joined


@cache
def _prepared(table: Table, dialect: str, *, replacing: bool) -> _Statement:
    return _for_sqlite(table, replacing) if dialect == "sqlite" else _for_postgresql(table, replacing)


def _for_sqlite(table: Table, replacing: bool) -> _Statement:
    names = tuple(column.name for column in table.c)
    inserting = sqlite.insert(table)
    put = (
        inserting.on_conflict_do_update(**_instead(table, inserting))
        if replacing
        else inserting.on_conflict_do_nothing()
    )
    compiled = put.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    assert compiled.positiontup == list(names)
    written = tuple(_texts if isinstance(one.type, Moment) else None for one in table.c)
    return _Statement(str(compiled), names, written, by_column=False)


def _for_postgresql(table: Table, replacing: bool) -> _Statement:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    quoted = dialect.identifier_preparer.quote
    names = [column.name for column in table.c]
    # Not as character varying(64): a cast to that would cut a longer text short instead of refusing it.
    kinds = ["text" if isinstance(one.type, String) else one.type.compile(dialect) for one in table.c]
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    text = f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, names))}) SELECT * FROM unnest({arrays})"  # noqa: S608
    if replacing:
        keys = ", ".join(quoted(column.name) for column in table.primary_key)
        rest = [quoted(column.name) for column in table.c if not column.primary_key]
        text += f" ON CONFLICT ({keys}) DO UPDATE SET {', '.join(f'{one} = EXCLUDED.{one}' for one in rest)}"
    else:
        text += " ON CONFLICT DO NOTHING"
    return _Statement(text, tuple(names), tuple(_how(column) for column in table.c), by_column=True)


@cache
def _copying(table: Table) -> _Statement:
    quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
    names = tuple(column.name for column in table.c)
    text = f"COPY {quoted(table.name)} ({', '.join(map(quoted, names))}) FROM STDIN"
    return _Statement(text, names, tuple(_told(column) for column in table.c), by_column=True)


def _instead(table: Table, inserting: sqlite.Insert) -> dict[str, Any]:
    rest = {column.name: inserting.excluded[column.name] for column in table.c if not column.primary_key}
    return {"index_elements": list(table.primary_key), "set_": rest}


def _how(column: Column[Any]) -> Callable[[Sequence[Any]], str]:
    told = _told(column)
    return array if told is None else lambda values: array(told(values))


def _told(column: Column[Any]) -> Callable[[Sequence[Any]], list[str | None]] | None:
    """How PostgreSQL reads the values of a column; ``None`` where they are texts already."""
    if isinstance(column.type, String):
        return None
    # Without its offset a moment would be a time of the session's own zone.
    return _as_json if isinstance(column.type, (Moment, Integer, Boolean)) else lambda values: [*map(_plain, values)]


def _plain(value: object) -> str | None:
    """A number, a truth value, a date or bytes, as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return None if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _as_json(values: Sequence[Any]) -> list[str | None]:
    """Moments, whole numbers or truth values: PostgreSQL reads them as JSON has them, which is written in no time."""
    if None in values:
        return [None if one is None else _as_json([one])[0] for one in values]
    return [*msgspec.json.encode(values).decode()[1:-1].replace('"', "").split(",")] if values else []


def _texts(moments: Sequence[datetime | None]) -> list[str | None]:
    """Moments in UTC, as SQLAlchemy's ``DateTime`` keeps them in SQLite."""
    before, text = None, None
    written: list[str | None] = []
    for moment in moments:
        # A batch was received at one moment.
        if moment is not before:
            before, text = moment, None if moment is None else _text(moment)
        written.append(text)
    return written


def _text(moment: datetime) -> str:
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(" ", "microseconds")[:26]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
