"""What kiosks sent, as it came."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from central.store.tables.columns import Moment, metadata

EMPTY = "{ }"
"""The details of a fact that was emptied: JSON that no fact comes with.

The row stays: a kiosk that brings the fact again gets the same receipt."""

fact = Table(
    "fact",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("about", Text),
    Column("elsewhere", String(64)),
    Column("at", Moment, nullable=False),
    Column("details", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", String(64)),
    Column("receipt", String(36), nullable=False, unique=True),
    Column("ordering", BigInteger, nullable=False),
    Column("clock", String(20), nullable=False),
    Column("offset_ms", BigInteger),
    Column("happened_at", Moment, nullable=False),
    Column("against", String(36)),
    Index("fact_by_subject", "site", "about"),
    Index("fact_by_kind", "kind", "happened_at"),
    Index("fact_by_place", "kiosk", "seq"),
)
"""``about`` is what the fact speaks of: the appointment of a check-in, the check-in of a print. ``elsewhere`` is
another site whom it concerns: the right one of a client who came to the wrong one. ``at`` is what the kiosk's wall
clock showed, ``clock``, ``offset_ms`` and ``ordering`` what it knew of that; ``happened_at`` is the centre's own word
on it. ``against`` is the fact that a conflict is in conflict with."""
Index(
    "fact_with_reason",
    *(fact.c.reason, fact.c.site),
    postgresql_where=fact.c.reason.is_not(None),
    sqlite_where=fact.c.reason.is_not(None),
)

parked = Table(
    "parked",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("seq", BigInteger),
    Index("parked_by_place", "kiosk", "seq"),
)
"""Refused facts as they came, with their place where it can be read. ``digest`` keeps one that is sent again from
piling up."""
