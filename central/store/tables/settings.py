"""What the centre keeps of itself."""

from sqlalchemy import Column, String, Table, Text

from central.store.tables.columns import metadata

setting = Table(
    "setting", metadata, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False)
)
