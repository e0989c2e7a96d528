"""Appointments, who can find them, and the queues of walk-ins."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from central.store.tables.columns import Moment, metadata

appointment = Table(
    "appointment",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("area", String(64), nullable=False),
    Column("starts", Moment, nullable=False),
    Column("status", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("moved_to", Moment),
    Column("desk_first", Boolean, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("practitioner", String(80), nullable=False),
    Column("reminder_unit", String(64), nullable=False),
    Column("phone", String(20), nullable=False),
)

roster = Table(
    "roster",
    metadata,
    Column("reader", String(64), primary_key=True),
    Column("site", String(64), primary_key=True),
    Column("appointment", String(64), primary_key=True),
    Column("people", Text, nullable=False),
    Column("starts", Moment, nullable=False),
    Index("roster_by_reader", "reader", "appointment", "site", "starts"),
    Index("roster_by_appointment", "site", "appointment"),
)
"""Who can find an appointment: each site whose kiosks read it has the hashes under its own key."""

queue = Table(
    "queue",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("service", String(64), primary_key=True),
    Column("waiting", Integer, nullable=False),
    Column("minutes", Integer),
    Column("as_of", Moment, nullable=False),
)
