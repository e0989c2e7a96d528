"""Kiosks, how they enrolled and how they are."""

from sqlalchemy import Column, String, Table, Text

from central.store.tables.columns import Moment, metadata

kiosk = Table(
    "kiosk",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("public_key", Text, nullable=False),
    Column("reserve_series", String(2), nullable=False),
    Column("enrolled_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("next_key", Text),
    Column("last_key", Text),
    Column("keyed_at", Moment),
)
"""``next_key`` is the key that a kiosk has told of and not used yet, ``last_key`` the one that it had before: what it
signed by then may still be on its way. ``keyed_at`` is since when it has the one that it uses, where that is not the
one that it was enrolled with."""

kiosk_state = Table(
    "kiosk_state",
    metadata,
    Column("kiosk", String(64), primary_key=True),
    Column("heard_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
"""The last heartbeat of each kiosk, as it came."""

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
