"""People: registration, recovery, attaching accounts, profiles, invitations, the audit log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LOGIN = "nullif(current_setting('app.login', true), '')::bigint"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"

# before there is an actor: table, and what the gate may do there
_GATE = {
    "login_token": "SELECT, INSERT, UPDATE, DELETE",
    "invitation": "SELECT, INSERT, UPDATE, DELETE",
    "captcha": "SELECT, INSERT, UPDATE, DELETE",
    "attempt": "SELECT, INSERT, UPDATE, DELETE",
    "account_code": "SELECT, INSERT",
    "account_request": "SELECT, UPDATE",
    "consent": "SELECT, INSERT, DELETE",
    "audit_event": "INSERT",
}
# there before, read alone so far
_GATE_MORE = {
    "login": "INSERT, UPDATE, DELETE",
    "login_contact": "INSERT, UPDATE, DELETE",
    "sign_in_ticket": "DELETE",
    "web_session": "DELETE",
    "account_access": "SELECT, INSERT, UPDATE, DELETE",
}
# rows of a login
_OWN = {
    "consent": "SELECT, INSERT, UPDATE",
    "subscription": "SELECT, INSERT, UPDATE, DELETE",
    "data_export": "SELECT, INSERT",
    "account_request": "SELECT, INSERT",
}
_NEW = (*_GATE, "subscription", "data_export")

# Whether somebody knows an account's last payment: to the kopeck, three months back from
# the latest. The gate reads no account and no payment: it learns a key for a right answer alone.
# A house may be served by one organisation and billed by another; a resident may name either.
_PROVE_POSSESSION = """
CREATE FUNCTION prove_possession(
    asked_organization bigint, asked_premise bigint, asked_number text,
    asked_paid_on date, asked_amount numeric
) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM account a
    JOIN premise r ON r.id = a.premise_id
    JOIN house h ON h.id = r.house_id
    JOIN payment p ON p.account_id = a.id
    WHERE asked_organization IN (a.organization_id, h.organization_id)
      AND a.premise_id = asked_premise AND a.number = asked_number
      AND p.paid_on = asked_paid_on AND p.amount = asked_amount
      AND p.paid_on >= (SELECT max(latest.paid_on) FROM payment latest
                        WHERE latest.account_id = a.id) - interval '3 months'
    ORDER BY a.id LIMIT 1
$$
"""

# Whether a month is the latest closed one of an account: no other receipt's code counts.
_PROVE_RECEIPT = """
CREATE FUNCTION prove_receipt(
    asked_organization bigint, asked_premise bigint, asked_number text, asked_period date
) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM account a
    JOIN premise r ON r.id = a.premise_id
    JOIN house h ON h.id = r.house_id
    WHERE asked_organization IN (a.organization_id, h.organization_id)
      AND a.premise_id = asked_premise AND a.number = asked_number
      AND asked_period = (
          SELECT max(b.period) FROM bill b JOIN billing_period m
            ON m.sender_id = a.sender_id AND m.period = b.period
          WHERE b.account_id = a.id AND b.line_count > 0 AND m.status = 'closed')
    ORDER BY a.id LIMIT 1
$$
"""

# Staff learn whether their own organisation has an account in a premise, and nothing else of it.
_OWN_ACCOUNT = f"""
CREATE FUNCTION own_account(asked_premise bigint, asked_number text)
RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM account a
    WHERE a.organization_id = {_ORGANIZATION}
      AND a.premise_id = asked_premise AND a.number = asked_number
    ORDER BY a.id LIMIT 1
$$
"""
# function, and who may ask it
_ASKED_BY = {
    "prove_possession": "kabinet_gate",
    "prove_receipt": "kabinet_gate",
    "own_account": "kabinet_app",
}

# The log is never changed but for this: a login that is gone leaves its name nowhere.
# What it did stays, and the name of a login that lives cannot be taken out.
_FORGET_NAME = """
CREATE FUNCTION forget_name(asked_login bigint, asked_username text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE audit_event SET username = NULL
    WHERE login_id = asked_login AND username IS NOT NULL
      AND NOT EXISTS (SELECT FROM login WHERE id = asked_login);
    UPDATE audit_event SET details = details - 'login'
    WHERE details ->> 'login' = asked_username
      AND NOT EXISTS (SELECT FROM login WHERE username = asked_username)
$$
"""


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sign_in', 'registration', 'recovery', 'attachment', 'attachment_code', "
            "'password')",
            name=op.f("ck_attempt_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(
        "ix_attempt_kind_address_happened_at",
        "attempt",
        ["kind", "address", "happened_at"],
        unique=False,
    )
    op.create_index(
        "ix_attempt_kind_login_id_happened_at",
        "attempt",
        ["kind", "login_id", "happened_at"],
        unique=False,
        postgresql_where=sa.text("login_id IS NOT NULL"),
    )
    op.create_index(
        "ix_attempt_kind_subject_hash_happened_at",
        "attempt",
        ["kind", "subject_hash", "happened_at"],
        unique=False,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(
        "ix_audit_event_account_id_happened_at",
        "audit_event",
        ["account_id", "happened_at"],
        unique=False,
    )
    op.create_index(
        "ix_audit_event_action_happened_at", "audit_event", ["action", "happened_at"], unique=False
    )
    op.create_index("ix_audit_event_happened_at", "audit_event", ["happened_at"], unique=False)
    op.create_index(
        "ix_audit_event_login_id_happened_at",
        "audit_event",
        ["login_id", "happened_at"],
        unique=False,
    )
    op.create_index(
        "ix_audit_event_username_happened_at",
        "audit_event",
        ["username", "happened_at"],
        unique=False,
    )
    op.create_index(
        "ix_audit_event_subject_happened_at",
        "audit_event",
        [sa.text("(details ->> 'login')"), "happened_at"],
        unique=False,
    )
    op.create_table(
        "captcha",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("visit_hash", sa.LargeBinary(), nullable=False),
        sa.Column("digits", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captcha")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('terms', 'news', 'analytics')", name=op.f("ck_consent_purpose_known")
        ),
        sa.ForeignKeyConstraint(["login_id"], ["login.id"], name=op.f("fk_consent_login_id_login")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_login_id"), "consent", ["login_id"], unique=False)
    op.create_table(
        "data_export",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'ready', 'failed')", name=op.f("ck_data_export_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_data_export_login_id_login"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    op.create_index(
        "ix_data_export_login_id_requested_at",
        "data_export",
        ["login_id", "requested_at"],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('staff', 'analyst', 'admin')", name=op.f("ck_invitation_role_known")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower")),
        sa.CheckConstraint(
            "(role = 'staff') = (organization_id IS NOT NULL)",
            name=op.f("ck_invitation_staff_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["login.id"],
            name=op.f("fk_invitation_invited_by_login"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_invitation_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(
        "uq_invitation_waiting",
        "invitation",
        ["email"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_table(
        "login_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('activation', 'recovery', 'email_old', 'email_new')",
            name=op.f("ck_login_token_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_login_token_login_id_login")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_token_token_hash")),
    )
    op.create_index(op.f("ix_login_token_login_id"), "login_token", ["login_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('receipts', 'readings', 'verification', 'due_date')",
            name=op.f("ck_subscription_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_subscription_login_id_login"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("login_id", "purpose", name=op.f("pk_subscription")),
    )
    op.create_table(
        "account_code",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "period", name=op.f("pk_account_code")),
    )
    op.create_table(
        "account_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("premise_id", sa.BigInteger(), nullable=False),
        sa.Column("account_number", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('new', 'approved', 'declined')",
            name=op.f("ck_account_request_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_request_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_account_request_login_id_login"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_account_request_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"], ["premise.id"], name=op.f("fk_account_request_premise_id_premise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    op.create_index("ix_account_request_login_id", "account_request", ["login_id"], unique=False)
    op.create_index(
        "ix_account_request_organization_id_status_requested_at",
        "account_request",
        ["organization_id", "status", "requested_at"],
        unique=False,
    )
    op.create_index(
        "uq_account_request_waiting",
        "account_request",
        ["login_id", "premise_id", "account_number"],
        unique=True,
        postgresql_where=sa.text("status = 'new'"),
    )
    op.create_index(
        "ix_house_organization_id_street_house",
        "house",
        ["organization_id", "street", "house"],
        unique=False,
    )
    op.add_column(
        "login",
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    op.add_column("login", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("web_session", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("web_session", sa.Column("browser", sa.Text(), nullable=True))
    op.execute("UPDATE login SET activated_at = created_at")
    op.create_check_constraint(
        "staff_organization", "login", "(role = 'staff') = (organization_id IS NOT NULL)"
    )
    _secure()


def _secure() -> None:
    for table in _NEW:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
        # the log is added to and never changed
        rights = "SELECT, INSERT" if table == "audit_event" else "SELECT, INSERT, UPDATE, DELETE"
        op.execute(f"GRANT {rights} ON {table} TO kabinet_operator")
    for table, rights in (_GATE | _GATE_MORE).items():
        op.execute(f"GRANT {rights} ON {table} TO kabinet_gate")
    for table in (*_GATE, "account_access"):
        op.execute(f"CREATE POLICY gate ON {table} TO kabinet_gate USING (true) WITH CHECK (true)")
    for table, rights in _OWN.items():
        op.execute(f"GRANT {rights} ON {table} TO kabinet_app")
        op.execute(
            f"CREATE POLICY own_login ON {table} TO kabinet_app "
            f"USING (login_id = {_LOGIN}) WITH CHECK (login_id = {_LOGIN})"
        )
    op.execute(
        "CREATE POLICY own_organization ON account_request FOR SELECT TO kabinet_app "
        f"USING (organization_id = {_ORGANIZATION})"
    )
    op.execute("GRANT INSERT ON audit_event TO kabinet_app")
    op.execute("CREATE POLICY anybody ON audit_event FOR INSERT TO kabinet_app WITH CHECK (true)")
    for made in (_PROVE_POSSESSION, _PROVE_RECEIPT, _OWN_ACCOUNT):
        op.execute(made)
    for function, role in _ASKED_BY.items():
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")
    op.execute(_FORGET_NAME)
    op.execute("REVOKE ALL ON FUNCTION forget_name FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION forget_name TO kabinet_gate")


def downgrade() -> None:
    op.execute("DROP FUNCTION forget_name")
    for function in _ASKED_BY:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP POLICY gate ON account_access")
    for table, rights in _GATE_MORE.items():
        op.execute(f"REVOKE {rights} ON {table} FROM kabinet_gate")
    op.drop_index("ix_house_organization_id_street_house", table_name="house")
    op.drop_column("web_session", "browser")
    op.drop_column("web_session", "address")
    op.drop_constraint(op.f("ck_login_staff_organization"), "login", type_="check")
    op.drop_column("login", "activated_at")
    op.drop_column("login", "created_at")
    op.drop_index(
        "uq_account_request_waiting",
        table_name="account_request",
        postgresql_where=sa.text("status = 'new'"),
    )
    op.drop_index(
        "ix_account_request_organization_id_status_requested_at", table_name="account_request"
    )
    op.drop_index("ix_account_request_login_id", table_name="account_request")
    op.drop_table("account_request")
    op.drop_table("account_code")
    op.drop_table("subscription")
    op.drop_index(op.f("ix_login_token_login_id"), table_name="login_token")
    op.drop_table("login_token")
    op.drop_index(
        "uq_invitation_waiting",
        table_name="invitation",
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.drop_table("invitation")
    op.drop_index("ix_data_export_login_id_requested_at", table_name="data_export")
    op.drop_table("data_export")
    op.drop_index(op.f("ix_consent_login_id"), table_name="consent")
    op.drop_table("consent")
    op.drop_table("captcha")
    op.drop_index("ix_audit_event_subject_happened_at", table_name="audit_event")
    op.drop_index("ix_audit_event_username_happened_at", table_name="audit_event")
    op.drop_index("ix_audit_event_login_id_happened_at", table_name="audit_event")
    op.drop_index("ix_audit_event_happened_at", table_name="audit_event")
    op.drop_index("ix_audit_event_action_happened_at", table_name="audit_event")
    op.drop_index("ix_audit_event_account_id_happened_at", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index("ix_attempt_kind_subject_hash_happened_at", table_name="attempt")
    op.drop_index(
        "ix_attempt_kind_login_id_happened_at",
        table_name="attempt",
        postgresql_where=sa.text("login_id IS NOT NULL"),
    )
    op.drop_index("ix_attempt_kind_address_happened_at", table_name="attempt")
    op.drop_table("attempt")
