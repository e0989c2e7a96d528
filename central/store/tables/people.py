"""Who has come in, and what they did."""

from sqlalchemy import DDL, Column, Index, String, Table, Text, event

from central.store.tables.columns import Moment, metadata

session = Table(
    "session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("subject", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("grants", Text, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("told", Text, nullable=False),
)
"""Somebody who is signed in in one browser. ``told`` is what the next page has to say, once."""

admin_link = Table(
    "admin_link",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("grants", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("onward", String(400), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""Somebody who is at the provider's page now."""

staff_action = Table(
    "staff_action",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person", String(120), nullable=False),
    Column("name", String(120), nullable=False),
    Column("what", String(40), nullable=False),
    Column("site", String(64)),
    Column("subject", String(120)),
    Index("staff_action_by_time", "at", "id"),
)
"""What people did and looked at. Rows are added and never changed: the database itself refuses it."""

GUARD = {
    "sqlite": tuple(
        f"CREATE TRIGGER staff_action_{name} BEFORE {when} ON staff_action "
        "BEGIN SELECT RAISE(ABORT, 'the log of staff is only added to'); END"
        for name, when in (("kept", "DELETE"), ("unchanged", "UPDATE"))
    ),
    "postgresql": (
        """CREATE FUNCTION staff_action_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the log of staff is only added to'; END $$""",
        """CREATE TRIGGER staff_action_kept BEFORE UPDATE OR DELETE ON staff_action
        FOR EACH ROW EXECUTE FUNCTION staff_action_kept()""",
    ),
}
"""What holds that, by dialect; a revision that makes the table runs the same."""

for _dialect, _statements in GUARD.items():
    for _statement in _statements:
        _ddl = DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(staff_action, "after_create", _ddl)
