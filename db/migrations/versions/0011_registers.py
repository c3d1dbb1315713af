"""Bank payment registers in, readings and payments out; a bank's format is rows, not code.

Rows and parts carry no foreign keys: see ``db.models.register``. Nothing of a file is ever
deleted; what a row becomes is its status.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_MONEY = sa.Numeric(precision=14, scale=2)
_MOMENT = sa.DateTime(timezone=True)
# table, and what the operator may do there besides reading
_TABLES = {
    "register_format": "",
    "register_format_column": "",
    "register": "",
    "register_row": "UPDATE",
    "register_part": "INSERT, UPDATE, DELETE",
    "carried_payment": "",
    "export_run": "INSERT",
    "exported_row": "INSERT",
}
# «лицевой счёт» in the purpose of a transfer, and our own codes' document number with its group
_ACCOUNT = r"(?i)(?:\bл/?с|лиц(?:евой|\.)?\s*сч[её]т)[^0-9a-zа-яё]{0,5}([0-9a-zа-яё-]{1,30})"
_DOCUMENT = r"([0-9]{4}-[0-9]{2}-[^\s,;|/]{1,40}(?:/[^\s,;|]{1,40})?)"
_FORMATS = (
    # DOMAIN §7.2, A
    {"code": "sber", "name": "Сбербанк, реестр с итоговой строкой", "bank": "sber",
     "encoding": "cp1251", "decimal_sign": ",", "date_format": "%d-%m-%Y", "trailer_mark": "="},
    # DOMAIN §7.2, B
    {"code": "sber-keys", "name": "Сбербанк, реестр с полями KEY:VALUE", "bank": "sber",
     "encoding": "cp1251", "decimal_sign": ".", "date_format": "%d/%m/%Y"},
    # DOMAIN §7.2, C: a municipal bank
    {"code": "municipal", "name": "Городской банк, реестр DOS", "bank": "municipal",
     "encoding": "cp866", "separator": "=", "decimal_sign": ".", "date_format": "%d.%m.%Y",
     "header_lines": 1, "trailer_mark": "999999999="},
    # the acquirer of payments made in the portal
    {"code": "yookassa", "name": "ЮKassa, реестр платежей портала", "bank": "yookassa",
     "channel": "online", "is_acquirer": True, "encoding": "utf-8", "is_quoted": True,
     "decimal_sign": ".", "date_format": "%d.%m.%Y", "header_lines": 1, "trailer_mark": "Итого"},
    # DOMAIN §7.3
    {"code": "1c", "name": "Выписка 1CClientBankExchange 1.03", "layout": "client_bank",
     "bank": "1c", "encoding": "cp1251", "separator": "=", "decimal_sign": ".",
     "date_format": "%d.%m.%Y", "account_pattern": _ACCOUNT, "document_pattern": _DOCUMENT},
)  # fmt: skip
_DEFAULTS = {
    "layout": "delimited",
    "channel": "bank",
    "is_acquirer": False,
    "separator": ";",
    "is_quoted": False,
    "header_lines": 0,
    "comment_mark": None,
    "trailer_mark": None,
    "account_pattern": None,
    "document_pattern": None,
}
# format, part: fields and where they are
_COLUMNS: dict[tuple[str, str], dict[str, int | str]] = {
    ("sber", "row"): {
        "paid_on": 1, "reference": 5, "account": 6, "payer": 7, "address": 8, "amount": 10,
        "transfer": 11, "fee": 12,
    },
    ("sber", "trailer"): {
        "count": 1, "amount": 2, "transfer": 3, "fee": 4, "registry_no": 5, "registry_on": 6,
    },
    ("sber-keys", "row"): {
        "reference": 4, "amount": 5, "fee": 6, "paid_on": 8, "account": "CLIENTNO:",
        "document": "CLIENTDOCNO:",
    },
    ("municipal", "header"): {"payee_account": 1, "registry_no": 2, "registry_on": 3},
    ("municipal", "row"): {"account": 1, "paid_on": 2, "amount": 3, "document": 4, "payer": 5},
    ("municipal", "trailer"): {"count": 2},
    ("yookassa", "row"): {
        "reference": 1, "paid_on": 2, "amount": 3, "fee": 4, "transfer": 5, "account": 6,
    },
    ("yookassa", "trailer"): {"count": 2, "amount": 3, "fee": 4, "transfer": 5},
}  # fmt: skip


def upgrade() -> None:
    _make_formats()
    _make_registers()
    _make_exports()
    # months come in order: this costs a load next to nothing
    op.create_index(
        "ix_payment_paid_on", "payment", ["paid_on"], unique=False, postgresql_using="brin"
    )
    _secure()


def _make_formats() -> None:
    formats = op.create_table(
        "register_format",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("is_acquirer", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("separator", sa.Text(), nullable=False),
        sa.Column("is_quoted", sa.Boolean(), nullable=False),
        sa.Column("decimal_sign", sa.Text(), nullable=False),
        sa.Column("date_format", sa.Text(), nullable=False),
        sa.Column("header_lines", sa.Integer(), nullable=False),
        sa.Column("comment_mark", sa.Text(), nullable=True),
        sa.Column("trailer_mark", sa.Text(), nullable=True),
        sa.Column("account_pattern", sa.Text(), nullable=True),
        sa.Column("document_pattern", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "layout IN ('delimited', 'client_bank')", name=op.f("ck_register_format_layout_known")
        ),
        sa.CheckConstraint(
            "encoding IN ('cp1251', 'cp866', 'koi8-r', 'utf-8')",
            name=op.f("ck_register_format_encoding_known"),
        ),
        sa.CheckConstraint(
            "length(separator) = 1", name=op.f("ck_register_format_separator_one_character")
        ),
        sa.CheckConstraint(
            "decimal_sign IN ('.', ',')", name=op.f("ck_register_format_decimal_sign_known")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_register_format")),
    )
    columns = op.create_table(
        "register_format_column",
        sa.Column("format_code", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "part IN ('header', 'row', 'trailer')",
            name=op.f("ck_register_format_column_part_known"),
        ),
        sa.CheckConstraint(
            "(position IS NULL) <> (label IS NULL)",
            name=op.f("ck_register_format_column_one_place"),
        ),
        sa.CheckConstraint(
            "position > 0", name=op.f("ck_register_format_column_position_counts_from_one")
        ),
        sa.ForeignKeyConstraint(
            ["format_code"],
            ["register_format.code"],
            name=op.f("fk_register_format_column_format_code_register_format"),
        ),
        sa.PrimaryKeyConstraint(
            "format_code", "part", "field", name=op.f("pk_register_format_column")
        ),
    )
    op.bulk_insert(formats, [_DEFAULTS | one for one in _FORMATS])
    op.bulk_insert(
        columns,
        [
            {"format_code": code, "part": part, "field": field}
            | {"position": place if isinstance(place, int) else None}
            | {"label": place if isinstance(place, str) else None}
            for (code, part), places in _COLUMNS.items()
            for field, place in places.items()
        ],
    )


def _make_registers() -> None:
    op.create_table(
        "register",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("format_code", sa.Text(), nullable=False),
        sa.Column("registry_no", sa.Text(), nullable=True),
        sa.Column("registry_on", sa.Date(), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("imported_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["format_code"],
            ["register_format.code"],
            name=op.f("fk_register_format_code_register_format"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_register_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register")),
        sa.UniqueConstraint("digest", name=op.f("uq_register_digest")),
    )
    op.create_table(
        "register_row",
        sa.Column("register_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("account_text", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("payee_account", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("fee", _MONEY, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "status IN ('posted', 'unmatched', 'known', 'dismissed')",
            name=op.f("ck_register_row_status_known"),
        ),
        sa.CheckConstraint(
            "(status = 'unmatched') = (reason IS NOT NULL)",
            name=op.f("ck_register_row_reason_given"),
        ),
        sa.CheckConstraint(
            "status <> 'posted' OR account_id IS NOT NULL",
            name=op.f("ck_register_row_posted_to_account"),
        ),
        sa.PrimaryKeyConstraint("register_id", "line", name=op.f("pk_register_row")),
        sa.UniqueConstraint("row_key", name=op.f("uq_register_row_row_key")),
    )
    op.create_index(
        "ix_register_row_waiting",
        "register_row",
        ["organization_id", "register_id", "line"],
        unique=False,
        postgresql_where=sa.text("status = 'unmatched'"),
    )
    op.create_index(
        "ix_register_row_uncarried",
        "register_row",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("status = 'posted' AND payment_id IS NULL"),
    )
    op.create_index(
        "uq_register_row_payment",
        "register_row",
        ["account_id", "payment_id"],
        unique=True,
        postgresql_where=sa.text("payment_id IS NOT NULL"),
    )
    op.create_table(
        "register_part",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("register_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", _MONEY, nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "register_id", "line", "group_id", name=op.f("pk_register_part")
        ),
    )
    op.create_table(
        "carried_payment",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("online_payment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "online_payment_id", name=op.f("pk_carried_payment")),
        sa.UniqueConstraint(
            "account_id", "payment_id", name=op.f("uq_carried_payment_account_id_payment_id")
        ),
    )


def _make_exports() -> None:
    op.create_table(
        "export_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "kind IN ('readings', 'payments')", name=op.f("ck_export_run_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_export_run_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_run")),
    )
    op.create_table(
        "exported_row",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["export_run.id"], name=op.f("fk_exported_row_run_id_export_run")
        ),
        sa.PrimaryKeyConstraint(
            "kind", "recipient", "sender_id", "row_key", name=op.f("pk_exported_row")
        ),
    )
    op.create_index("ix_exported_row_run_id", "exported_row", ["run_id"], unique=False)


def _secure() -> None:
    for table, rights in _TABLES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        granted = f"SELECT, {rights}" if rights else "SELECT"
        op.execute(f"GRANT {granted} ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
    for table in ("register", "register_row", "register_part", "carried_payment"):
        op.execute(f"GRANT SELECT ON {table} TO kabinet_app")
    for table in ("register_row", "register_part", "carried_payment"):
        op.execute(
            f"CREATE POLICY own_accounts ON {table} FOR SELECT TO kabinet_app "
            f"USING (account_id = {_ACCOUNTS})"
        )
    for table in ("register", "register_row"):
        op.execute(
            f"CREATE POLICY own_organization ON {table} FOR SELECT TO kabinet_app "
            f"USING (organization_id = {_ORGANIZATION})"
        )


def downgrade() -> None:
    op.drop_index("ix_payment_paid_on", table_name="payment")
    for table in reversed(_TABLES):
        op.drop_table(table)
