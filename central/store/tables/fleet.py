"""How the kiosks have been, and what somebody must be told of."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from central.store.tables.columns import Moment, metadata

kiosk_history = Table(
    "kiosk_history",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("light", String(10), nullable=False),
    Column("faults", Text, nullable=False),
    Column("program", String(40), nullable=False),
    Column("schema", String(40), nullable=False),
    Index("kiosk_history_by_time", "at"),
)
"""How a kiosk was from then on: a row where a heartbeat differs from the one before. ``faults`` are blank-separated."""

incident = Table(
    "incident",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("fault", String(64), primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("seen_at", Moment, nullable=False),
    Column("seen_by", String(120), nullable=False),
    Column("note", String(400), nullable=False),
)
"""Faults that somebody has taken up, each from when it came."""

step_count = Table(
    "step_count",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("step", String(8), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("good", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Index("step_count_by_hour", "hour"),
)
"""How often each step of a check-in went well, and not, within the hour that begins then."""

alarm = Table(
    "alarm",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("site", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("data", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("seen_at", Moment),
    Column("seen_by", String(120)),
    Index("alarm_by_time", "opened_at"),
)
"""What somebody must look into. ``site`` is empty where it concerns the whole centre."""
Index(
    "alarm_open_once",
    *(alarm.c.kind, alarm.c.site, alarm.c.subject),
    unique=True,
    postgresql_where=alarm.c.closed_at.is_(None),
    sqlite_where=alarm.c.closed_at.is_(None),
)

alarm_letter = Table(
    "alarm_letter",
    metadata,
    Column("alarm", String(36), primary_key=True),
    Column("event", String(8), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_until", Moment),
    Column("reason", String(64), nullable=False),
    Index("alarm_letter_by_due", "channel", "state", "due_at"),
)
"""An alarm that opened or closed, to be told on one channel: ``waiting``, ``sent`` or ``given-up``."""
