"""What the facts amount to: arrivals, and what a person has to look into."""

from sqlalchemy import Boolean, Column, Index, String, Table

from central.store.tables.columns import Moment, metadata

arrival = Table(
    "arrival",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("appointment", String(64), primary_key=True),
    Column("fact", String(36), nullable=False, unique=True),
    Column("number", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("at_trusted", Boolean, nullable=False),
    Column("at_fact", String(36), nullable=False),
)
"""``fact`` is the check-in that came in first and gave the number; ``at`` is the earliest trusted time of all of them,
from ``at_fact``."""

closed_conflict = Table(
    "closed_conflict",
    metadata,
    Column("fact", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("closed_by", String(64), nullable=False),
    Column("note", String(400), nullable=False),
)
"""Conflicts that a person has looked into. The facts stay, and so does the verdict."""

annulled = Table(
    "annulled",
    metadata,
    Column("fact", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Index("annulled_by_appointment", "site", "appointment"),
)
"""Check-ins that staff took back. Their facts stay."""

call_back = Table(
    "call_back",
    metadata,
    Column("fact", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("service", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("done_at", Moment),
)
"""Requests to be called. ``person`` is a keyed hash, and empty once nobody needs to tell two requests apart."""
Index(
    "one_open_call_back",
    *(call_back.c.person, call_back.c.service, call_back.c.site),
    unique=True,
    postgresql_where=call_back.c.done_at.is_(None),
    sqlite_where=call_back.c.done_at.is_(None),
)
