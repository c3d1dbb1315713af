"""Readings of the portal's own, when they are taken in, and how much is believed at once.

Billing's readings stay its own: what a resident submits waits beside them until a package
brings it back. A value is never changed: a correction is a row that supersedes another.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_ALL = ("submitted_reading", "reading_window", "reading_limit")
# resource, most a day, a month that is asked about, a month that is refused, places
_LIMITS = (
    ("cold_water", 5, 50, 100, 3),
    ("hot_water", 5, 30, 100, 3),
    ("electricity", 200, 2000, 5000, 3),
    ("gas", None, None, None, 3),
    ("heat", None, None, None, 4),
)


def upgrade() -> None:
    op.create_table(
        "submitted_reading",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(15, 6), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("doubts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("previous", sa.Numeric(15, 6), nullable=True),
        sa.Column("used", sa.Numeric(15, 6), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('accepted', 'doubtful', 'returned', 'superseded')",
            name=op.f("ck_submitted_reading_status_known"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_submitted_reading_value_positive")),
        sa.ForeignKeyConstraint(
            ["account_id", "meter_id"],
            ["meter.account_id", "meter.id"],
            name=op.f("fk_submitted_reading_account_id_meter_id_meter"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_submitted_reading_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_submitted_reading")),
        sa.UniqueConstraint(
            "account_id",
            "meter_id",
            "zone",
            "request_key",
            name=op.f("uq_submitted_reading_account_id_meter_id_zone_request_key"),
        ),
    )
    # one that counts for each month: the second lock on the door
    op.create_index(
        "uq_submitted_reading_counts",
        "submitted_reading",
        ["account_id", "meter_id", "zone", "period"],
        unique=True,
        postgresql_where=sa.text("status IN ('accepted', 'doubtful')"),
    )
    op.create_index(
        "ix_submitted_reading_doubtful",
        "submitted_reading",
        ["organization_id", "submitted_at"],
        unique=False,
        postgresql_where=sa.text("status = 'doubtful'"),
    )
    op.create_table(
        "reading_window",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Text(), nullable=False),
        sa.Column("accepts_expired", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "1 <= first_day AND first_day <= last_day AND last_day <= 31",
            name=op.f("ck_reading_window_days_in_order"),
        ),
        sa.CheckConstraint(
            "outside IN ('refuse', 'next_period')", name=op.f("ck_reading_window_outside_known")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_reading_window_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_reading_window_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_window")),
        sa.UniqueConstraint(
            "organization_id",
            "service_id",
            "valid_from",
            name=op.f("uq_reading_window_organization_id_service_id_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    limits = op.create_table(
        "reading_limit",
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("per_day", sa.Numeric(15, 6), nullable=True),
        sa.Column("soft", sa.Numeric(15, 6), nullable=True),
        sa.Column("hard", sa.Numeric(15, 6), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("resource", "valid_from", name=op.f("pk_reading_limit")),
    )
    names = ("resource", "per_day", "soft", "hard", "decimals")
    rows = [dict(zip(names, one, strict=True)) for one in _LIMITS]
    op.bulk_insert(limits, [row | {"valid_from": dt.date(2000, 1, 1)} for row in rows])
    _secure()


def _secure() -> None:
    for table in _ALL:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kabinet_operator")
        op.execute(f"GRANT SELECT ON {table} TO kabinet_app")
    for table in ("reading_window", "reading_limit"):
        op.execute(f"CREATE POLICY everybody ON {table} FOR SELECT TO kabinet_app USING (true)")
    op.execute("GRANT INSERT ON submitted_reading TO kabinet_app")
    # what was submitted stays as it was: only what became of it changes
    op.execute(
        "GRANT UPDATE (status, reason, decided_at, decided_by, superseded_by) "
        "ON submitted_reading TO kabinet_app"
    )
    op.execute(
        "CREATE POLICY own_accounts ON submitted_reading TO kabinet_app "
        f"USING (account_id = {_ACCOUNTS}) WITH CHECK (account_id = {_ACCOUNTS})"
    )
    own = f"(organization_id = {_ORGANIZATION})"
    op.execute(
        "CREATE POLICY own_organization ON submitted_reading FOR SELECT TO kabinet_app USING " + own
    )
    op.execute(
        "CREATE POLICY own_organization_decides ON submitted_reading FOR UPDATE TO kabinet_app "
        f"USING {own} WITH CHECK {own}"
    )


def downgrade() -> None:
    for table in _ALL:
        op.drop_table(table)
