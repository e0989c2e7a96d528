"""Closes of days."""

from sqlalchemy import BigInteger, Boolean, Column, Date, String, Table, Text

from central.store.tables.columns import Moment, metadata

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
