"""Appeals: what residents write to an organisation, its threads, files, notes and calendar.

A thread's lines are added and never changed. Staff see the appeals of their organisation by
its key; for a thread they take the one account's setting after the service has found the appeal
among their own. Notes are the organisation's alone: no resident has a way to them.
"""

import csv
import datetime as dt
from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_OWN = f"account_id = {_ACCOUNTS}"
_STAFF = f"organization_id = {_ORGANIZATION}"
_TABLES = (
    "answer_template",
    "appeal",
    "appeal_counter",
    "appeal_entry",
    "appeal_file",
    "appeal_note",
    "calendar_day",
    "incident",
)
_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
# table, and what residents and staff may do there; which rows, the policies say
_APP = {
    "answer_template": _RIGHTS,
    "appeal": "SELECT, INSERT, UPDATE",
    "appeal_entry": "SELECT, INSERT",
    "appeal_file": "SELECT, INSERT",
    "appeal_note": "SELECT, INSERT",
    "calendar_day": "SELECT",
    "incident": "SELECT, INSERT, UPDATE",
}
# table, the policy's name, for what, and the rule
_POLICIES = (
    ("answer_template", "own_organization", "ALL", _STAFF),
    ("appeal", "own_accounts", "ALL", _OWN),
    ("appeal", "own_organization", "SELECT", _STAFF),
    ("appeal", "work_on", "UPDATE", _STAFF),
    ("appeal_entry", "own_accounts", "SELECT", _OWN),
    # nobody without an organisation speaks for one
    (
        "appeal_entry",
        "say",
        "INSERT",
        f"{_OWN} AND (side <> 'staff' OR {_ORGANIZATION} IS NOT NULL)",
    ),
    ("appeal_file", "own_accounts", "ALL", _OWN),
    ("appeal_note", "own_organization", "ALL", _STAFF),
    ("calendar_day", "everybody", "SELECT", "true"),
    ("incident", "own_organization", "ALL", _STAFF),
)

# Numbers of one year follow one another: whoever takes one holds the counter until the end.
_NEXT_NUMBER = """
CREATE FUNCTION next_appeal_number(asked_year integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO appeal_counter (year, last) VALUES (asked_year, 1)
    ON CONFLICT (year) DO UPDATE SET last = appeal_counter.last + 1
    RETURNING last
$$
"""


# A login that goes leaves its name in no thread; what was written is kept three years without it.
_FORGET_AUTHOR = """
CREATE FUNCTION forget_author(asked_login bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE appeal_entry SET login_id = NULL, author = NULL
    WHERE login_id = asked_login
      AND NOT EXISTS (SELECT FROM login WHERE id = asked_login);
    UPDATE appeal_note SET login_id = NULL, author = 'Бывший сотрудник'
    WHERE login_id = asked_login
      AND NOT EXISTS (SELECT FROM login WHERE id = asked_login);
    UPDATE appeal SET login_id = NULL, contact = CASE
        WHEN status IN ('closed', 'declined') THEN '' ELSE contact END
    WHERE login_id = asked_login
      AND NOT EXISTS (SELECT FROM login WHERE id = asked_login);
    UPDATE appeal SET assigned_to = NULL
    WHERE assigned_to = asked_login
      AND NOT EXISTS (SELECT FROM login WHERE id = asked_login)
$$
"""

# frozen from the package `holidays`; what it lacks was added by hand (docs/appeals.md)
_CALENDAR = files("db.migrations") / "calendar_days.csv"


def upgrade() -> None:
    op.create_table(
        "appeal_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_appeal_counter")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "answer_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_answer_template_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_template")),
        sa.UniqueConstraint(
            "organization_id", "name", name=op.f("uq_answer_template_organization_id_name")
        ),
    )
    op.create_index(
        op.f("ix_answer_template_organization_id"),
        "answer_template",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_incident_house_id_house")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_incident_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(
        "ix_incident_organization_id_house_id_topic",
        "incident",
        ["organization_id", "house_id", "topic"],
        unique=False,
    )
    op.create_table(
        "appeal",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("about_link", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_rule", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_to", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=True),
        sa.Column("incident_id", sa.BigInteger(), nullable=True),
        sa.Column("entries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column(
            "words",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('russian'::regconfig, searched)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("kind IN ('appeal', 'paid_service')", name=op.f("ck_appeal_kind_known")),
        sa.CheckConstraint(
            "status IN ('new', 'in_progress', 'deferred', 'completed', 'closed', 'declined', "
            "'agreed')",
            name=op.f("ck_appeal_status_known"),
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_appeal_rating_range")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_appeal_account_id_account")
        ),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name=op.f("fk_appeal_house_id_house")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_appeal_incident_id_incident")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_appeal_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_appeal_account_id_number")),
        sa.UniqueConstraint(
            "account_id", "request_key", name=op.f("uq_appeal_account_id_request_key")
        ),
    )
    op.create_index(
        "ix_appeal_house_id_topic_sent_at", "appeal", ["house_id", "topic", "sent_at"], unique=False
    )
    op.create_index("ix_appeal_login_id_sent_at", "appeal", ["login_id", "sent_at"], unique=False)
    op.create_index(
        "ix_appeal_organization_id_due_on",
        "appeal",
        ["organization_id", "due_on"],
        unique=False,
        postgresql_where=sa.text("status IN ('new', 'in_progress', 'deferred', 'agreed')"),
    )
    op.create_index(
        "ix_appeal_organization_id_number", "appeal", ["organization_id", "number"], unique=False
    )
    op.create_index(
        "ix_appeal_organization_id_status_sent_at",
        "appeal",
        ["organization_id", "status", "sent_at"],
        unique=False,
    )
    op.create_index(
        "ix_appeal_completed_status_at",
        "appeal",
        ["status_at"],
        unique=False,
        postgresql_where=sa.text("status = 'completed'"),
    )
    op.create_index(
        "ix_appeal_assigned_to",
        "appeal",
        ["assigned_to"],
        unique=False,
        postgresql_where=sa.text("assigned_to IS NOT NULL"),
    )
    op.create_index("ix_appeal_words", "appeal", ["words"], unique=False, postgresql_using="gin")
    op.create_table(
        "appeal_entry",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('message', 'answer', 'question', 'status', 'rating', 'redirect', 'price', "
            "'extension')",
            name=op.f("ck_appeal_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "side IN ('resident', 'staff', 'portal')", name=op.f("ck_appeal_entry_side_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "appeal_id"],
            ["appeal.account_id", "appeal.id"],
            name=op.f("fk_appeal_entry_account_id_appeal_id_appeal"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_appeal_entry")),
        sa.UniqueConstraint(
            "account_id", "request_key", name=op.f("uq_appeal_entry_account_id_request_key")
        ),
    )
    op.create_index(
        "ix_appeal_entry_account_id_appeal_id_id",
        "appeal_entry",
        ["account_id", "appeal_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_appeal_entry_login_id_happened_at",
        "appeal_entry",
        ["login_id", "happened_at"],
        unique=False,
    )
    op.create_table(
        "appeal_note",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "appeal_id"],
            ["appeal.account_id", "appeal.id"],
            name=op.f("fk_appeal_note_account_id_appeal_id_appeal"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_appeal_note_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_appeal_note")),
        sa.UniqueConstraint(
            "account_id", "request_key", name=op.f("uq_appeal_note_account_id_request_key")
        ),
    )
    op.create_index(
        "ix_appeal_note_account_id_appeal_id",
        "appeal_note",
        ["account_id", "appeal_id"],
        unique=False,
    )
    op.create_index("ix_appeal_note_login_id", "appeal_note", ["login_id"], unique=False)
    op.create_table(
        "appeal_file",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "appeal_id"],
            ["appeal.account_id", "appeal.id"],
            name=op.f("fk_appeal_file_account_id_appeal_id_appeal"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "entry_id"],
            ["appeal_entry.account_id", "appeal_entry.id"],
            name=op.f("fk_appeal_file_account_id_entry_id_appeal_entry"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_appeal_file")),
    )
    op.create_index(
        "ix_appeal_file_account_id_appeal_id",
        "appeal_file",
        ["account_id", "appeal_id"],
        unique=False,
    )
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT {_RIGHTS} ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
    for table, rights in _APP.items():
        op.execute(f"GRANT {rights} ON {table} TO kabinet_app")
    for table, name, verb, rule in _POLICIES:
        clause = f"WITH CHECK ({rule})" if verb == "INSERT" else f"USING ({rule})"
        op.execute(f"CREATE POLICY {name} ON {table} FOR {verb} TO kabinet_app {clause}")
    _load_calendar()
    op.execute(_NEXT_NUMBER)
    op.execute(_FORGET_AUTHOR)
    op.execute("REVOKE ALL ON FUNCTION forget_author(bigint) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_author(bigint) TO kabinet_gate")
    op.execute("REVOKE ALL ON FUNCTION next_appeal_number(integer) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION next_appeal_number(integer) TO kabinet_app, kabinet_operator"
    )


def _load_calendar() -> None:
    """Load the days that differ from the week's course; a year without any is not known."""
    table = sa.table(
        "calendar_day",
        sa.column("day", sa.Date()),
        sa.column("is_working", sa.Boolean()),
        sa.column("name", sa.Text()),
    )
    lines = _CALENDAR.read_text(encoding="utf-8").splitlines()
    rows = [
        {
            "day": dt.date.fromisoformat(row["day"]),
            "is_working": row["is_working"] == "1",
            "name": row["name"] or None,
        }
        for row in csv.DictReader(lines, delimiter=";")
    ]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    op.execute("DROP FUNCTION next_appeal_number(integer)")
    op.execute("DROP FUNCTION forget_author(bigint)")
    op.drop_index("ix_appeal_file_account_id_appeal_id", table_name="appeal_file")
    op.drop_table("appeal_file")
    op.drop_index("ix_appeal_note_login_id", table_name="appeal_note")
    op.drop_index("ix_appeal_note_account_id_appeal_id", table_name="appeal_note")
    op.drop_table("appeal_note")
    op.drop_index("ix_appeal_entry_account_id_appeal_id_id", table_name="appeal_entry")
    op.drop_index("ix_appeal_entry_login_id_happened_at", table_name="appeal_entry")
    op.drop_table("appeal_entry")
    op.drop_index("ix_appeal_assigned_to", table_name="appeal")
    op.drop_index("ix_appeal_completed_status_at", table_name="appeal")
    op.drop_index("ix_appeal_words", table_name="appeal", postgresql_using="gin")
    op.drop_index("ix_appeal_organization_id_status_sent_at", table_name="appeal")
    op.drop_index("ix_appeal_organization_id_number", table_name="appeal")
    op.drop_index(
        "ix_appeal_organization_id_due_on",
        table_name="appeal",
        postgresql_where=sa.text("status IN ('new', 'in_progress', 'deferred', 'agreed')"),
    )
    op.drop_index("ix_appeal_login_id_sent_at", table_name="appeal")
    op.drop_index("ix_appeal_house_id_topic_sent_at", table_name="appeal")
    op.drop_table("appeal")
    op.drop_index("ix_incident_organization_id_house_id_topic", table_name="incident")
    op.drop_table("incident")
    op.drop_index(op.f("ix_answer_template_organization_id"), table_name="answer_template")
    op.drop_table("answer_template")
    op.drop_table("calendar_day")
    op.drop_table("appeal_counter")
