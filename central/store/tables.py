"""The tables. Rows are keyed by site wherever they can be, so that they may one day be spread by site."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA = 1
"""Raised with every change of a table that an older program could not live with."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no type for it and would drop the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

setting = Table(
    "setting", metadata, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False)
)

site = Table(
    "site",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("rules", Text, nullable=False),
    Column("series", String(2), nullable=False),
    Column("last_change", BigInteger, nullable=False, default=0),
)

appointment = Table(
    "appointment",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("people", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("area", String(64), nullable=False),
    Column("starts", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Index("appointment_by_start", "site", "starts"),
)

fact = Table(
    "fact",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("about", Text),
    Column("at", Moment, nullable=False),
    Column("details", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", String(64)),
    Column("receipt", String(36), nullable=False, unique=True),
    Index("fact_by_subject", "site", "about"),
)
"""``about`` is what the fact speaks of: the appointment of a check-in, the check-in of a print."""

parked = Table(
    "parked",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("raw", LargeBinary, nullable=False),
)
"""Refused facts as they came. ``digest`` keeps one that is sent again from piling up."""

arrival = Table(
    "arrival",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("appointment", String(64), primary_key=True),
    Column("fact", String(36), nullable=False, unique=True),
    Column("number", String(64), nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(64), nullable=False),
    Column("was", Moment),
)
"""That something changed, not what it became: the reader gets the newest state, so the log never grows stale."""

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("reserve_series", String(2), nullable=False),
    Column("enrolled_at", Moment, nullable=False),
)

reserve = Table(
    "reserve",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("series", String(2), primary_key=True),
    Column("kiosk", String(64), nullable=False),
)
"""Reserve series ever given at a site. None is given twice: an old machine may still bring numbers of its own."""

code = Table(
    "code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", Text),
)

assertion = Table(
    "assertion",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("expires_at", Moment, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("series", String(2), primary_key=True),
    Column("last", Integer, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("series", String(2), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
