"""What staff have told of faults, and what of all that is wrong was published."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from central.store.tables.columns import Moment, metadata
from central.store.tables.guarded import only_added

report = Table(
    "report",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(300), nullable=False),
    Column("place", String(120), nullable=False),
    Column("by", String(120), nullable=False),
    Index("report_by_site", "site", "at"),
)
"""What somebody of the staff saw: a sentence, and where. No client stands in it."""

report_step = Table(
    "report_step",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("report", String(36), nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(120), nullable=False),
    Index("report_step_by_report", "report", "id"),
)
"""What became of it: ``mended``, or ``open`` again. The last one holds; one without any is open."""

published = Table(
    "published",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("item", String(32), nullable=False),
    Column("at", Moment, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("words", Text, nullable=False),
    Column("until", Moment),
    Column("by", String(120), nullable=False),
    Index("published_by_item", "item", "id"),
    Index("published_by_time", "at"),
)
"""What a person let the public read of one thing that is wrong; the last row of an item holds. ``shown`` is false where
it was taken back. ``words`` are what was written beside the sentence of the catalogue, by language."""

for _table in (report, report_step, published):
    only_added(_table)
