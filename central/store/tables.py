"""The tables. Rows are keyed by site wherever they can be, so that they may one day be spread by site."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

SCHEMA = 3
"""Raised with every change of a table that an older program could not live with."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no type for it and would drop the offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Aware again."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

setting = Table(
    "setting", metadata, Column("name", String(32), primary_key=True), Column("value", Text, nullable=False)
)

site = Table(
    "site",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("rules", Text, nullable=False),
    Column("series", String(2), nullable=False),
    Column("last_change", BigInteger, nullable=False, default=0),
)

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

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("reserve_series", String(2), nullable=False),
    Column("enrolled_at", Moment, nullable=False),
)

kiosk_state = Table(
    "kiosk_state",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("heard_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
"""The last heartbeat of each kiosk, as it came."""

day_close = Table(
    "day_close",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("enrolled_at", Moment, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("site", String(64), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("signed", Text, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("answer", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)
"""What a kiosk said of a day, as it signed it, and the centre's answer. A kiosk that is enrolled anew may begin its
journal anew: ``enrolled_at`` keeps its days apart from those of the machine before."""

closed_difference = Table(
    "closed_difference",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("enrolled_at", Moment, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("difference", String(64), primary_key=True),
    Column("closed_at", Moment, nullable=False),
    Column("closed_by", String(64), nullable=False),
    Column("note", String(400), nullable=False),
)
"""Day closes that differ and that a person has looked into. ``difference`` is a hash of both sides' figures: where a
later close of the same day differs otherwise, nobody has looked into that yet."""

reserve = Table(
    "reserve",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("series", String(2), primary_key=True),
    Column("kiosk", String(64), nullable=False),
)
"""Reserve series ever given at a site. None is given twice: an old machine may still bring numbers of its own."""

code = Table(
    "code",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("kiosk", String(64), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_by", Text),
)

assertion = Table(
    "assertion",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("jti", String(128), primary_key=True),
    Column("expires_at", Moment, nullable=False),
)

series = Table(
    "series",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("series", String(2), primary_key=True),
    Column("last", Integer, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("series", String(2), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
