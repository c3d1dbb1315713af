"""Paying online: payments, how each is split, what the bank has said of them.

A resident's transaction begins a payment and changes none: what the bank says is written by
the operator's, after the bank has been asked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_MONEY = sa.Numeric(precision=14, scale=2)
_MOMENT = sa.DateTime(timezone=True)
# table, and what the operator may do there
_TABLES = {
    "online_payment": "SELECT, INSERT, UPDATE",
    "online_payment_part": "SELECT, INSERT, UPDATE",
    "online_payment_event": "SELECT, INSERT",
}
# what a resident's transaction may add: nothing that a bank has to say
_BEGUN = {
    "online_payment": "status = 'created' AND bank_id IS NULL AND refunded = 0",
    "online_payment_part": "refunded = 0",
}


def upgrade() -> None:
    op.create_table(
        "online_payment",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("request_key", sa.Uuid(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=True),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("fee", _MONEY, nullable=False),
        sa.Column("refunded", _MONEY, server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pay_url", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("paid_at", _MOMENT, nullable=True),
        sa.Column("check_at", _MOMENT, nullable=True),
        sa.Column("checks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND fee >= 0 AND refunded >= 0", name=op.f("ck_online_payment_amounts")
        ),
        sa.CheckConstraint(
            "status IN ('created', 'waiting', 'paid', 'declined', 'cancelled', 'disputed', "
            "'refunded')",
            name=op.f("ck_online_payment_status_known"),
        ),
        sa.CheckConstraint(
            "status <> 'paid' OR paid_at IS NOT NULL", name=op.f("ck_online_payment_paid_at")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_online_payment_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_online_payment_login_id_login"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_online_payment")),
        sa.UniqueConstraint(
            "account_id", "request_key", name=op.f("uq_online_payment_account_id_request_key")
        ),
        sa.UniqueConstraint(
            "account_id", "bank", "bank_id", name=op.f("uq_online_payment_account_id_bank_bank_id")
        ),
    )
    op.create_index("ix_online_payment_bank_id", "online_payment", ["bank_id"])
    op.create_index("ix_online_payment_paid_at", "online_payment", ["paid_at"])
    op.create_index("ix_online_payment_login_id", "online_payment", ["login_id"])
    op.create_index(
        "ix_online_payment_check_at",
        "online_payment",
        ["check_at"],
        postgresql_where=sa.text("check_at IS NOT NULL"),
    )
    op.create_table(
        "online_payment_part",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("refunded", _MONEY, server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND refunded BETWEEN 0 AND amount",
            name=op.f("ck_online_payment_part_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "payment_id"],
            ["online_payment.account_id", "online_payment.id"],
            name=op.f("fk_online_payment_part_account_id_payment_id_online_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["service_group.id"],
            name=op.f("fk_online_payment_part_group_id_service_group"),
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "payment_id", "group_id", name=op.f("pk_online_payment_part")
        ),
    )
    op.create_table(
        "online_payment_event",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("happened_at", _MOMENT, nullable=False),
        sa.Column("happening", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", _MONEY, nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("refunded", _MONEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "payment_id"],
            ["online_payment.account_id", "online_payment.id"],
            name=op.f("fk_online_payment_event_account_id_payment_id_online_payment"),
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_online_payment_event")),
    )
    op.create_index(
        "ix_online_payment_event_payment", "online_payment_event", ["account_id", "payment_id"]
    )
    for table, rights in _TABLES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT {rights} ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
    for table, begun in _BEGUN.items():
        op.execute(f"GRANT SELECT, INSERT ON {table} TO kabinet_app")
        op.execute(
            f"CREATE POLICY own_accounts ON {table} FOR SELECT TO kabinet_app "
            f"USING (account_id = {_ACCOUNTS})"
        )
        op.execute(
            f"CREATE POLICY begin_own ON {table} FOR INSERT TO kabinet_app "
            f"WITH CHECK (account_id = {_ACCOUNTS} AND {begun})"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
