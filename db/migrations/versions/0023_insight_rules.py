"""Keep targets of collection and ages of debts as rows with dates: the past keeps its own."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = ("collection_target", "debt_age_bound")
_BOUNDS = (30, 90, 365)


def upgrade() -> None:
    op.create_table(
        "collection_target",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("share", sa.Numeric(precision=5, scale=4), nullable=False),
        sa.CheckConstraint(
            "share > 0 AND share <= 2", name=op.f("ck_collection_target_share_in_range")
        ),
        sa.CheckConstraint(
            "valid_from = date_trunc('month', valid_from)",
            name=op.f("ck_collection_target_from_a_month"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_collection_target_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("organization_id", "valid_from", name=op.f("pk_collection_target")),
    )
    op.create_table(
        "debt_age_bound",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 395", name=op.f("ck_debt_age_bound_days_in_range")),
        sa.PrimaryKeyConstraint("valid_from", "days", name=op.f("pk_debt_age_bound")),
    )
    for days in _BOUNDS:
        op.execute(f"INSERT INTO debt_age_bound VALUES ('2000-01-01', {days})")
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
