"""Centre."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "admin_link",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index("alarm_by_time", ["opened_at"], unique=False)
        batch_op.create_index(
            "alarm_open_once",
            ["kind", "site", "subject"],
            unique=True,
            postgresql_where=sa.text("closed_at IS NULL"),
            sqlite_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "alarm_letter",
        sa.Column("alarm", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("alarm", "event", "channel"),
    )
    with op.batch_alter_table("alarm_letter", schema=None) as batch_op:
        batch_op.create_index("alarm_letter_by_due", ["channel", "state", "due_at"], unique=False)

    op.create_table(
        "call",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("fact", sa.String(length=36), nullable=True),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ring", sa.String(length=32), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("site", "day", "number"),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("call_by_ring", ["ring"], unique=False)

    op.create_table(
        "calling_room",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=12), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "room"),
    )
    op.create_table(
        "calling_seat",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("room", sa.String(length=12), nullable=False),
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("session", "site"),
    )
    op.create_table(
        "care",
        sa.Column("fact", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=120), nullable=True),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_in_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_table(
        "ehr_difference",
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("there", sa.String(length=64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("ehr", "fact", "kind"),
    )
    op.create_table(
        "ehr_letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.String(length=128), nullable=True),
        sa.Column("mended", sa.Integer(), nullable=False),
        sa.Column("resolved_by", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ehr", "fact", "kind", name="ehr_letter_once"),
    )
    with op.batch_alter_table("ehr_letter", schema=None) as batch_op:
        batch_op.create_index("ehr_letter_by_appointment", ["ehr", "site", "appointment", "id"], unique=False)
        batch_op.create_index("ehr_letter_by_due", ["ehr", "state", "due_at"], unique=False)

    op.create_table(
        "ehr_link",
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("remote", sa.String(length=255), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=128), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ehr", "remote"),
    )
    with op.batch_alter_table("ehr_link", schema=None) as batch_op:
        batch_op.create_index("ehr_link_by_appointment", ["ehr", "site", "appointment"], unique=False)

    op.create_table(
        "ehr_place",
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ehr", "what"),
    )
    op.create_table(
        "ehr_refused",
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("remote", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ehr", "remote"),
    )
    op.create_table(
        "ehr_turn",
        sa.Column("ehr", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ehr", "what"),
    )
    op.create_table(
        "incident",
        sa.Column("kiosk", sa.String(length=64), nullable=False),
        sa.Column("fault", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "fault", "since"),
    )
    op.create_table(
        "kiosk_history",
        sa.Column("kiosk", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("light", sa.String(length=10), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("program", sa.String(length=40), nullable=False),
        sa.Column("schema", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "at"),
    )
    with op.batch_alter_table("kiosk_history", schema=None) as batch_op:
        batch_op.create_index("kiosk_history_by_time", ["at"], unique=False)

    op.create_table(
        "matched",
        sa.Column("fact", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("check_in", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_table(
        "no_show",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("appointment", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("had_arrived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "appointment"),
    )
    op.create_table(
        "published",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("published", schema=None) as batch_op:
        batch_op.create_index("published_by_item", ["item", "id"], unique=False)
        batch_op.create_index("published_by_time", ["at"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("report_by_site", ["site", "at"], unique=False)

    op.create_table(
        "report_step",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("report", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("report_step", schema=None) as batch_op:
        batch_op.create_index("report_step_by_report", ["report", "id"], unique=False)

    op.create_table(
        "session",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "sign_in",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("onward", sa.String(length=400), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "site_decision",
        sa.Column("proposal", sa.String(length=36), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("proposal"),
    )
    op.create_table(
        "site_proposal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("series", sa.String(length=2), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("site_proposal", schema=None) as batch_op:
        batch_op.create_index("site_proposal_by_site", ["site", "id"], unique=False)

    op.create_table(
        "site_version",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("series", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("approved_name", sa.String(length=120), nullable=False),
        sa.Column("proposal", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("site", "number"),
    )
    op.create_table(
        "staff_action",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("subject", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("staff_action", schema=None) as batch_op:
        batch_op.create_index("staff_action_by_time", ["at", "id"], unique=False)

    op.create_table(
        "step_count",
        sa.Column("kiosk", sa.String(length=64), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "hour", "step"),
    )
    with op.batch_alter_table("step_count", schema=None) as batch_op:
        batch_op.create_index("step_count_by_hour", ["hour"], unique=False)

    op.create_table(
        "waiting_rule",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("unseen_minutes", sa.Integer(), nullable=False),
        sa.Column("overdue_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site"),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(
            "fact_with_reason",
            ["reason", "site"],
            unique=False,
            postgresql_where=sa.text("reason IS NOT NULL"),
            sqlite_where=sa.text("reason IS NOT NULL"),
        )

    with op.batch_alter_table("kiosk", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("next_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("last_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=True))

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION published_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'published is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER published_kept BEFORE UPDATE OR DELETE ON published FOR EACH ROW EXECUTE FUNCTION published_kept()"
        )
        op.execute(
            "CREATE FUNCTION report_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'report is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER report_kept BEFORE UPDATE OR DELETE ON report FOR EACH ROW EXECUTE FUNCTION report_kept()"
        )
        op.execute(
            "CREATE FUNCTION report_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'report_step is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER report_step_kept BEFORE UPDATE OR DELETE ON report_step FOR EACH ROW EXECUTE FUNCTION report_step_kept()"
        )
        op.execute(
            "CREATE FUNCTION site_decision_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'site_decision is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER site_decision_kept BEFORE UPDATE OR DELETE ON site_decision FOR EACH ROW EXECUTE FUNCTION site_decision_kept()"
        )
        op.execute(
            "CREATE FUNCTION site_proposal_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'site_proposal is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER site_proposal_kept BEFORE UPDATE OR DELETE ON site_proposal FOR EACH ROW EXECUTE FUNCTION site_proposal_kept()"
        )
        op.execute(
            "CREATE FUNCTION site_version_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'site_version is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER site_version_kept BEFORE UPDATE OR DELETE ON site_version FOR EACH ROW EXECUTE FUNCTION site_version_kept()"
        )
        op.execute(
            "CREATE FUNCTION staff_action_kept() RETURNS trigger LANGUAGE plpgsql AS\n        $$ BEGIN RAISE EXCEPTION 'the log of staff is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER staff_action_kept BEFORE UPDATE OR DELETE ON staff_action\n        FOR EACH ROW EXECUTE FUNCTION staff_action_kept()"
        )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER published_kept BEFORE DELETE ON published BEGIN SELECT RAISE(ABORT, 'published is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER published_unchanged BEFORE UPDATE ON published BEGIN SELECT RAISE(ABORT, 'published is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER report_kept BEFORE DELETE ON report BEGIN SELECT RAISE(ABORT, 'report is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER report_unchanged BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'report is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER report_step_kept BEFORE DELETE ON report_step BEGIN SELECT RAISE(ABORT, 'report_step is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER report_step_unchanged BEFORE UPDATE ON report_step BEGIN SELECT RAISE(ABORT, 'report_step is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_decision_kept BEFORE DELETE ON site_decision BEGIN SELECT RAISE(ABORT, 'site_decision is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_decision_unchanged BEFORE UPDATE ON site_decision BEGIN SELECT RAISE(ABORT, 'site_decision is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_proposal_kept BEFORE DELETE ON site_proposal BEGIN SELECT RAISE(ABORT, 'site_proposal is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_proposal_unchanged BEFORE UPDATE ON site_proposal BEGIN SELECT RAISE(ABORT, 'site_proposal is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_version_kept BEFORE DELETE ON site_version BEGIN SELECT RAISE(ABORT, 'site_version is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER site_version_unchanged BEFORE UPDATE ON site_version BEGIN SELECT RAISE(ABORT, 'site_version is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER staff_action_kept BEFORE DELETE ON staff_action BEGIN SELECT RAISE(ABORT, 'the log of staff is only added to'); END"
        )
        op.execute(
            "CREATE TRIGGER staff_action_unchanged BEFORE UPDATE ON staff_action BEGIN SELECT RAISE(ABORT, 'the log of staff is only added to'); END"
        )
