"""Row security: who may see which rows, on every table.

Policies read settings of the transaction and never a sub-query: a sub-query in
a policy turns an index look-up into a scan. Without a viewer the list of
accounts is empty and no account's row is seen. Partitions inherit no policy,
so the application roles get no right on them (see db.loading).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_LOGIN = "nullif(current_setting('app.login', true), '')::bigint"

# rows of an account, by the column that names it
_OWN = {
    "account": "id",
    "accrual": "account_id",
    "bill": "account_id",
    "meter": "account_id",
    "payer": "account_id",
    "payment": "account_id",
    "payment_part": "account_id",
    "penalty": "account_id",
    "reading": "account_id",
    "recalculation": "account_id",
}
# what everybody may know
_REFERENCE = (
    "billing_period",
    "house",
    "house_volume",
    "organization",
    "premise",
    "service",
    "service_group",
    "tariff",
)
_IDENTITY_READ = ("login", "login_contact")
_IDENTITY_WRITE = ("sign_in_ticket", "web_session")
# read by commands alone so far
_INNER = ("house_meter", "house_reading", "news_item", "package", "sender")
# what commands may change
_OPERATED = ("account_access", "login", "login_contact", "web_session")
_ALL = (*_OWN, *_REFERENCE, *_IDENTITY_READ, *_IDENTITY_WRITE, *_INNER, "account_access")


def upgrade() -> None:
    for table in _ALL:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
    for table in _OPERATED:
        op.execute(f"GRANT INSERT, UPDATE, DELETE ON {table} TO kabinet_operator")
    for table, column in _OWN.items():
        _let_read(table, name="own_accounts", condition=f"{column} = {_ACCOUNTS}")
    _let_read("account_access", name="own_login", condition=f"login_id = {_LOGIN}")
    for table in _REFERENCE:
        _let_read(table, name="everybody", condition="true")
    for table in _IDENTITY_READ:
        _let_gate(table, rights="SELECT")
    for table in _IDENTITY_WRITE:
        _let_gate(table, rights="SELECT, INSERT, UPDATE")
    op.execute("GRANT SELECT ON alembic_version TO kabinet_gate")


def _let_read(table: str, *, name: str, condition: str) -> None:
    op.execute(f"GRANT SELECT ON {table} TO kabinet_app")
    op.execute(f"CREATE POLICY {name} ON {table} FOR SELECT TO kabinet_app USING ({condition})")


def _let_gate(table: str, *, rights: str) -> None:
    op.execute(f"GRANT {rights} ON {table} TO kabinet_gate")
    op.execute(f"CREATE POLICY gate ON {table} TO kabinet_gate USING (true) WITH CHECK (true)")


def downgrade() -> None:
    for table in _ALL:
        op.execute(
            "DO $$ DECLARE p record; BEGIN FOR p IN SELECT policyname FROM pg_policies "
            f"WHERE tablename = '{table}' LOOP "
            f"EXECUTE format('DROP POLICY %I ON {table}', p.policyname); END LOOP; END $$"
        )
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(
            f"REVOKE ALL ON {table} FROM "
            "kabinet_app, kabinet_gate, kabinet_operator, kabinet_analyst"
        )
    op.execute("REVOKE ALL ON alembic_version FROM kabinet_gate")
