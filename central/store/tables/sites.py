"""Sites."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from central.store.tables.columns import metadata

site = Table(
    "site",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("rules", Text, nullable=False),
    Column("series", String(2), nullable=False),
    Column("last_change", BigInteger, nullable=False, default=0),
)
