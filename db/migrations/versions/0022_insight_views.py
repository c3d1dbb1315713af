"""Saved views of analysts, subscriptions to them, and the log of their letters.

Analysts read and write them in their own database role: a rule that tells colleagues by the
organisation alone would show the views of analysts of all organisations to each login without an
organisation, if residents' role could read them. The worker alone writes the log.

An analyst may belong to an organisation from now on: such a login sees the figures of that
organisation alone.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_LOGIN = "nullif(current_setting('app.login', true), '')::bigint"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_OWN = f"login_id = {_LOGIN}"
_OF_COLLEAGUES = f"organization_id IS NOT DISTINCT FROM {_ORGANIZATION}"
_TABLES = ("insight_view", "insight_subscription", "insight_delivery")
_GRANTS = (
    ("insight_view", "SELECT, INSERT, DELETE, UPDATE (name, is_shared, organization_id)"),
    (
        "insight_subscription",
        "SELECT, INSERT, DELETE, UPDATE (since, paused_at, known_month, is_beyond, seen)",
    ),
    ("insight_delivery", "SELECT"),
)
_POLICIES = (
    ("insight_view", "read", "SELECT", f"USING ({_OWN} OR (is_shared AND {_OF_COLLEAGUES}))"),
    ("insight_view", "add", "INSERT", f"WITH CHECK ({_OWN} AND {_OF_COLLEAGUES})"),
    (
        "insight_view",
        "change",
        "UPDATE",
        f"USING ({_OWN}) WITH CHECK ({_OWN} AND {_OF_COLLEAGUES})",
    ),
    ("insight_view", "remove", "DELETE", f"USING ({_OWN})"),
    ("insight_subscription", "own_login", "ALL", f"USING ({_OWN}) WITH CHECK ({_OWN})"),
    ("insight_delivery", "own_login", "SELECT", f"USING ({_OWN})"),
)
_STAFF_ALONE = "(role = 'staff') = (organization_id IS NOT NULL)"
_ANALYSTS_TOO = f"{_STAFF_ALONE} OR role = 'analyst'"


def upgrade() -> None:
    _create_views()
    _create_subscriptions()
    _create_deliveries()
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
    for table, rights in _GRANTS:
        op.execute(f"GRANT {rights} ON {table} TO kabinet_analyst")
    for table, name, command, rule in _POLICIES:
        op.execute(f"CREATE POLICY {name} ON {table} FOR {command} TO kabinet_analyst {rule}")
    op.execute("GRANT INSERT ON audit_event TO kabinet_analyst")
    op.execute(
        "CREATE POLICY analyst ON audit_event FOR INSERT TO kabinet_analyst WITH CHECK (true)"
    )
    _allow_organization(_ANALYSTS_TOO)


def downgrade() -> None:
    op.execute("UPDATE login SET organization_id = NULL WHERE role = 'analyst'")
    _allow_organization(_STAFF_ALONE)
    op.execute("DROP POLICY analyst ON audit_event")
    op.execute("REVOKE INSERT ON audit_event FROM kabinet_analyst")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _allow_organization(rule: str) -> None:
    for table in ("login", "invitation"):
        name = op.f(f"ck_{table}_staff_organization")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, rule)


def _create_views() -> None:
    op.create_table(
        "insight_view",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "octet_length(query::text) <= 24000", name=op.f("ck_insight_view_query_short")
        ),
        _refer_to_login("insight_view"),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_insight_view_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight_view")),
        sa.UniqueConstraint(
            "login_id", "request_key", name=op.f("uq_insight_view_login_id_request_key")
        ),
    )


def _create_subscriptions() -> None:
    table = "insight_subscription"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("view_id", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=True),
        sa.Column("figure_name", sa.Text(), nullable=True),
        sa.Column("figure_unit", sa.Text(), nullable=True),
        sa.Column("is_above", sa.Boolean(), nullable=True),
        sa.Column("bound", sa.Numeric(20, 6), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_month", sa.Date(), nullable=True),
        sa.Column("is_beyond", sa.Boolean(), nullable=True),
        sa.Column("seen", sa.Text(), nullable=True),
        sa.Column("pause_key", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "occasion IN ('weekly', 'monthly', 'closing', 'bound')",
            name=op.f(f"ck_{table}_occasion_known"),
        ),
        sa.CheckConstraint(
            "(occasion = 'bound') = (figure IS NOT NULL AND figure_name IS NOT NULL "
            "AND figure_unit IS NOT NULL AND is_above IS NOT NULL AND bound IS NOT NULL)",
            name=op.f(f"ck_{table}_bound_complete"),
        ),
        _refer_to_login(table),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["insight_view.id"],
            name=op.f(f"fk_{table}_view_id_insight_view"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "login_id", "request_key", name=op.f(f"uq_{table}_login_id_request_key")
        ),
    )
    op.create_index(f"ix_{table}_view_id", table, ["view_id"], unique=False)


def _create_deliveries() -> None:
    table = "insight_delivery"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('sent', 'not_sent', 'waiting')", name=op.f(f"ck_{table}_outcome_known")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["insight_subscription.id"],
            name=op.f(f"fk_{table}_subscription_id_insight_subscription"),
            ondelete="CASCADE",
        ),
        _refer_to_login(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(
            "subscription_id", "occasion", name=op.f(f"uq_{table}_subscription_id_occasion")
        ),
    )
    op.create_index(
        f"ix_{table}_login_id_happened_at", table, ["login_id", "happened_at"], unique=False
    )


def _refer_to_login(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["login_id"],
        ["login.id"],
        name=op.f(f"fk_{table}_login_id_login"),
        ondelete="CASCADE",
    )
