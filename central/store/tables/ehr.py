"""What passes between the centre and health record systems. Each has its name, ``ehr``, from ``central.toml``."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from central.store.tables.columns import Moment, metadata

_LETTER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts only what it calls INTEGER."""

ehr_link = Table(
    "ehr_link",
    metadata,
    Column("ehr", String(64), primary_key=True),
    Column("remote", String(255), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("version", String(128), nullable=False),
    Column("updated", Moment),
    Column("status", String(32), nullable=False),
    Column("sealed", Text),
    Index("ehr_link_by_appointment", "ehr", "site", "appointment"),
)
"""Which appointment here is which there, and what the record last said of it. ``sealed`` is what an answer to it must
repeat, such as the patient's number there, encrypted to the centre's key."""

ehr_refused = Table(
    "ehr_refused",
    metadata,
    Column("ehr", String(64), primary_key=True),
    Column("remote", String(255), primary_key=True),
    Column("reason", String(400), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Appointments of a record that could not be taken, and why: words that repeat nothing of what stood there."""

ehr_letter = Table(
    "ehr_letter",
    metadata,
    Column("id", _LETTER, primary_key=True, autoincrement=True),
    Column("ehr", String(64), nullable=False),
    Column("site", String(64), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("fact", String(36), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("number", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_by", String(64)),
    Column("leased_until", Moment),
    Column("reason", String(120)),
    Column("settled_at", Moment),
    Column("told", String(128)),
    Column("mended", Integer, nullable=False),
    Column("resolved_by", String(64)),
    Column("note", String(400)),
    UniqueConstraint("ehr", "fact", "kind", name="ehr_letter_once"),
    Index("ehr_letter_by_due", "ehr", "state", "due_at"),
    Index("ehr_letter_by_appointment", "ehr", "site", "appointment", "id"),
)
"""The outbox: each arrival, and each that was taken back, once for each record. ``told`` is the record's answer."""

ehr_place = Table(
    "ehr_place",
    metadata,
    Column("ehr", String(64), primary_key=True),
    Column("what", String(80), primary_key=True),
    Column("value", Text, nullable=False),
)
"""How far each side has been read: ``in`` for the record's changes, ``out:`` and a site for the arrivals of it."""

ehr_turn = Table(
    "ehr_turn",
    metadata,
    Column("ehr", String(64), primary_key=True),
    Column("what", String(80), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)
"""Work that only one process may do at a time, and until when it is whose."""

ehr_difference = Table(
    "ehr_difference",
    metadata,
    Column("ehr", String(64), primary_key=True),
    Column("fact", String(36), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("appointment", String(64), nullable=False),
    Column("there", String(64), nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", String(64)),
    Column("note", String(400)),
)
"""Where the record says otherwise than we told it."""
