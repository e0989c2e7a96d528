"""Spans of time in SQL, where the two databases differ."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Interval, cast, extract, func, literal


def later(connection: Connection, moment: Any, span: timedelta) -> Any:
    """A moment, a span after another one; to be compared with moments."""
    if connection.dialect.name == "postgresql":
        return moment.op("+")(literal(span, Interval()))
    # SQLite keeps moments as texts of one length, which compare as the moments do.
    added = func.strftime("%Y-%m-%d %H:%M:%f", moment, f"+{int(span.total_seconds())} seconds")
    return added.concat("000")


def minutes(connection: Connection, since: Any, until: Any) -> Any:
    """The whole minutes from one moment to another; none where the clocks disagree on which came first."""
    if connection.dialect.name == "postgresql":
        return func.greatest(0, func.floor(extract("epoch", until - since) / 60))
    # A second is some 1e-5 of a day, and a day since 4714 BC is kept to some 1e-10 of one.
    whole = cast((func.julianday(until) - func.julianday(since)) * 1440 + 1e-4, Integer)
    return func.max(0, whole)
