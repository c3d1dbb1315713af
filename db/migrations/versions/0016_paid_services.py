"""Paid services: price lists, what was ordered, and which payment is for it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_OWN = f"account_id = {_ACCOUNTS}"
_STAFF = f"organization_id = {_ORGANIZATION}"
_MONEY = sa.Numeric(precision=14, scale=2)
_APP = {"paid_service": "SELECT, INSERT, UPDATE", "paid_request": "SELECT, INSERT, UPDATE"}
# a price list is read by everybody and written by its organisation
_POLICIES = (
    ("paid_service", "everybody", "SELECT", "true"),
    ("paid_service", "add_own", "INSERT", _STAFF),
    ("paid_service", "change_own", "UPDATE", _STAFF),
    ("paid_request", "own_accounts", "ALL", _OWN),
)


def upgrade() -> None:
    op.create_table(
        "paid_service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price", _MONEY, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("ck_paid_service_price_above_zero")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_paid_service_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paid_service")),
    )
    op.create_index(
        "ix_paid_service_organization_id_name",
        "paid_service",
        ["organization_id", "name"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "paid_request",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("appeal_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("list_price", _MONEY, nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("offered", _MONEY, nullable=True),
        sa.Column("price", _MONEY, nullable=True),
        sa.CheckConstraint(
            "list_price > 0 AND offered > 0 AND price > 0",
            name=op.f("ck_paid_request_prices_above_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "appeal_id"],
            ["appeal.account_id", "appeal.id"],
            name=op.f("fk_paid_request_account_id_appeal_id_appeal"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["paid_service.id"],
            name=op.f("fk_paid_request_service_id_paid_service"),
        ),
        sa.PrimaryKeyConstraint("account_id", "appeal_id", name=op.f("pk_paid_request")),
    )
    op.create_index("ix_paid_request_service_id", "paid_request", ["service_id"])
    _mark_payments()
    for table, rights in _APP.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
        op.execute(f"GRANT {rights} ON {table} TO kabinet_app")
    for table, name, verb, rule in _POLICIES:
        clause = f"WITH CHECK ({rule})" if verb == "INSERT" else f"USING ({rule})"
        op.execute(f"CREATE POLICY {name} ON {table} FOR {verb} TO kabinet_app {clause}")


def _mark_payments() -> None:
    """Let a payment be for a request: it has no parts, so that no debt is lessened by it."""
    op.add_column("online_payment", sa.Column("appeal_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_online_payment_account_id_appeal_id_appeal"),
        "online_payment",
        "appeal",
        ["account_id", "appeal_id"],
        ["account_id", "id"],
    )
    op.create_index(
        "ix_online_payment_account_id_appeal_id",
        "online_payment",
        ["account_id", "appeal_id"],
        postgresql_where=sa.text("appeal_id IS NOT NULL"),
    )
    # nobody pays for one request twice at once; disputed ones are none of it: nothing may
    # stand in the way of the bank's late word, and the service begins no other beside them
    op.create_index(
        "ix_online_payment_unfinished_of_appeal",
        "online_payment",
        ["account_id", "appeal_id"],
        unique=True,
        postgresql_where=sa.text("appeal_id IS NOT NULL AND status IN ('created', 'waiting')"),
    )


def downgrade() -> None:
    op.drop_index("ix_online_payment_unfinished_of_appeal", table_name="online_payment")
    op.drop_index("ix_online_payment_account_id_appeal_id", table_name="online_payment")
    op.drop_constraint(op.f("fk_online_payment_account_id_appeal_id_appeal"), "online_payment")
    op.drop_column("online_payment", "appeal_id")
    op.drop_index("ix_paid_request_service_id", table_name="paid_request")
    op.drop_table("paid_request")
    op.drop_index("ix_paid_service_organization_id_name", table_name="paid_service")
    op.drop_table("paid_service")
