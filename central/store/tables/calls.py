"""Who is called where, and from which room somebody calls."""

from sqlalchemy import Column, Date, Index, Integer, String, Table

from central.store.tables.columns import Moment, metadata

call = Table(
    "call",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("number", String(16), primary_key=True),
    Column("fact", String(36)),
    Column("area", String(64), nullable=False),
    Column("room", String(12), nullable=False),
    Column("language", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("ring", String(32), nullable=False),
    Column("rings", Integer, nullable=False),
    Column("rang_at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", String(120)),
    Index("call_by_ring", "ring"),
)
"""One row for a number of a day, so that two callers cannot both have it. ``fact`` tells of the client's coming, where
the centre knows of it; ``area`` is empty where every display shows it. ``ring`` is new each time that it rings."""

calling_room = Table(
    "calling_room",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("room", String(12), primary_key=True),
    Column("turn", Integer, nullable=False),
)
"""``turn`` moves with each client called next to a room: a second press of the same button finds it moved."""

calling_seat = Table(
    "calling_seat",
    metadata,
    Column("session", String(64), primary_key=True),
    Column("site", String(64), primary_key=True),
    Column("room", String(12), nullable=False),
    Column("line", String(300), nullable=False),
    Column("rule", String(16), nullable=False),
)
"""Where the person of a session sits, and whom they call. It goes with the session."""
