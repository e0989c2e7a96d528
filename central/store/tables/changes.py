"""The log of changes that kiosks follow."""

from sqlalchemy import BigInteger, Column, String, Table

from central.store.tables.columns import Moment, metadata

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
