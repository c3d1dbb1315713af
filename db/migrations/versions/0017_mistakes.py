"""Mistakes in the text, as readers reported them.

The gate adds a report - a stranger may have made it - and reads none: it counts the attempts
of its network in the same transaction. Staff see the reports of their organisation; those of
nobody's are the administrators', who look as the operator does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KINDS = "'sign_in', 'registration', 'recovery', 'attachment', 'attachment_code', 'password'"
_OWN = "organization_id = nullif(current_setting('app.organization', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "mistake",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("screen", sa.Text(), nullable=False),
        sa.Column("selected", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('new', 'fixed', 'declined')", name=op.f("ck_mistake_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_mistake_login_id_login"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_mistake_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mistake")),
        sa.UniqueConstraint("request_key", name=op.f("uq_mistake_request_key")),
    )
    op.create_index("ix_mistake_login_id", "mistake", ["login_id"], unique=False)
    op.create_index(
        "ix_mistake_organization_id_reported_at",
        "mistake",
        ["organization_id", "reported_at"],
        unique=False,
        postgresql_where=sa.text("status = 'new'"),
    )
    op.execute("ALTER TABLE mistake ENABLE ROW LEVEL SECURITY")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON mistake TO kabinet_operator")
    op.execute(
        "CREATE POLICY operator ON mistake TO kabinet_operator USING (true) WITH CHECK (true)"
    )
    op.execute("GRANT SELECT, UPDATE ON mistake TO kabinet_app")
    for name, verb in (("own_organization", "SELECT"), ("decide", "UPDATE")):
        op.execute(f"CREATE POLICY {name} ON mistake FOR {verb} TO kabinet_app USING ({_OWN})")
    op.execute("GRANT INSERT ON mistake TO kabinet_gate")
    op.execute(
        "CREATE POLICY report ON mistake FOR INSERT TO kabinet_gate WITH CHECK (status = 'new')"
    )
    _allow_kinds(f"{_KINDS}, 'mistake'")


def downgrade() -> None:
    op.execute("DELETE FROM attempt WHERE kind = 'mistake'")
    _allow_kinds(_KINDS)
    op.drop_index("ix_mistake_organization_id_reported_at", table_name="mistake")
    op.drop_index("ix_mistake_login_id", table_name="mistake")
    op.drop_table("mistake")


def _allow_kinds(kinds: str) -> None:
    op.drop_constraint(op.f("ck_attempt_kind_known"), "attempt", type_="check")
    op.create_check_constraint(op.f("ck_attempt_kind_known"), "attempt", f"kind IN ({kinds})")
