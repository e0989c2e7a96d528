"""The rules of sites as they were and are to be. Nothing of it is ever changed: who decides adds a row."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from central.store.tables.columns import Moment, metadata
from central.store.tables.guarded import only_added

site_version = Table(
    "site_version",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rules", Text, nullable=False),
    Column("series", String(2), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", String(400), nullable=False),
    Column("by", String(120), nullable=False),
    Column("by_name", String(120), nullable=False),
    Column("approved_by", String(120), nullable=False),
    Column("approved_name", String(120), nullable=False),
    Column("proposal", String(36), nullable=False),
)
"""Each state of a site's rules, numbered from 1. Who is empty where nobody had to approve."""

site_proposal = Table(
    "site_proposal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("base", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("rules", Text, nullable=False),
    Column("series", String(2), nullable=False),
    Column("at", Moment, nullable=False),
    Column("why", String(400), nullable=False),
    Column("by", String(120), nullable=False),
    Column("by_name", String(120), nullable=False),
    Index("site_proposal_by_site", "site", "id"),
)
"""What somebody wants changed: the change, and the whole rules with it as its author saw them."""

site_decision = Table(
    "site_decision",
    metadata,
    Column("proposal", String(36), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", String(400), nullable=False),
    Column("by", String(120), nullable=False),
    Column("by_name", String(120), nullable=False),
    Column("version", Integer),
)
"""What became of a proposal, once."""

for _table in (site_version, site_proposal, site_decision):
    only_added(_table)
