"""What reception has done for those who are here."""

from sqlalchemy import Boolean, Column, Integer, String, Table

from central.store.tables.columns import Moment, metadata

care = Table(
    "care",
    metadata,
    Column("fact", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("seen_at", Moment),
    Column("seen_by", String(120)),
    Column("taken_in_at", Moment),
    Column("taken_in_by", String(120)),
)
"""By the fact that tells of somebody's coming: who has acknowledged it, and who has taken them in."""

matched = Table(
    "matched",
    metadata,
    Column("fact", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("check_in", String(36), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
)
"""Unmatched arrivals for whom a person has found the appointment, and the check-in that was made of it."""

no_show = Table(
    "no_show",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("appointment", String(64), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("had_arrived", Boolean, nullable=False),
)
"""Appointments to which, as a person says, nobody came. ``had_arrived`` where they said so in spite of a check-in."""

waiting_rule = Table(
    "waiting_rule",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("unseen_minutes", Integer, nullable=False),
    Column("overdue_minutes", Integer, nullable=False),
)
"""A site's own patience; without a row the usual one."""
