"""The first schema: what a billing package carries, and who may sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accrual",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("tariff", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("volume_ind", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("volume_common", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("amount_ind", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("amount_common", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("opening", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("accrued", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("coefficient", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("coefficient_amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("recalculation", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("privilege", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("penalty", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("paid", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("total", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("closing", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("supplier_organization_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "account_id", "service_id", "period", "line", name=op.f("pk_accrual")
        ),
        postgresql_partition_by="RANGE (period)",
    )
    op.create_table(
        "bill",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("ipd", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("pdf_name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "period", name=op.f("pk_bill")),
        postgresql_partition_by="RANGE (period)",
    )
    op.create_table(
        "sender",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender")),
        sa.UniqueConstraint("code", name=op.f("uq_sender_code")),
    )
    op.create_table(
        "billing_period",
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'closed')", name=op.f("ck_billing_period_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_billing_period_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("sender_id", "period", name=op.f("pk_billing_period")),
    )
    op.create_table(
        "news_item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_news_item_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_item")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_news_item_sender_id_external_id")
        ),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("inn", sa.Text(), nullable=True),
        sa.Column("kpp", sa.Text(), nullable=True),
        sa.Column("ogrn", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("ads_phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("work_hours", sa.Text(), nullable=True),
        sa.Column("bank_name", sa.Text(), nullable=True),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("corr_account", sa.Text(), nullable=True),
        sa.Column("qr_encoding", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_organization_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_organization_sender_id_external_id")
        ),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_package_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_index("ix_package_sender_id_period", "package", ["sender_id", "period"], unique=False)
    op.create_table(
        "house",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("house", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("fias_guid", sa.Text(), nullable=True),
        sa.Column("floors", sa.Integer(), nullable=True),
        sa.Column("entrances", sa.Integer(), nullable=True),
        sa.Column("flats_count", sa.Integer(), nullable=True),
        sa.Column("total_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("living_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("common_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("year_built", sa.Integer(), nullable=True),
        sa.Column("has_lift", sa.Boolean(), nullable=True),
        sa.Column("stove", sa.Text(), nullable=True),
        sa.Column("heating_mode", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_house_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_house_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_house_sender_id_external_id")
        ),
    )
    op.create_table(
        "login",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('resident', 'staff', 'analyst', 'admin')", name=op.f("ck_login_role_known")
        ),
        sa.CheckConstraint("username = lower(username)", name=op.f("ck_login_username_lower")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_login_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login")),
        sa.UniqueConstraint("username", name=op.f("uq_login_username")),
    )
    op.create_table(
        "service_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("recipient_organization_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recipient_organization_id"],
            ["organization.id"],
            name=op.f("fk_service_group_recipient_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_service_group_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_group")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_service_group_sender_id_external_id")
        ),
    )
    op.create_table(
        "login_contact",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_login_contact_email_lower")),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_login_contact_login_id_login")
        ),
        sa.PrimaryKeyConstraint("login_id", name=op.f("pk_login_contact")),
        sa.UniqueConstraint("email", name=op.f("uq_login_contact_email")),
    )
    op.create_table(
        "premise",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("rooms", sa.Integer(), nullable=True),
        sa.Column("total_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("living_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("heated_area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("share", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name=op.f("fk_premise_house_id_house")),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_premise_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premise")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_premise_sender_id_external_id")
        ),
    )
    op.create_index(op.f("ix_premise_house_id"), "premise", ["house_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("gis_code", sa.Text(), nullable=True),
        sa.Column("meter_kind", sa.Text(), nullable=True),
        sa.Column("penalty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["service_group.id"], name=op.f("fk_service_group_id_service_group")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_service_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_service_sender_id_external_id")
        ),
    )
    op.create_table(
        "sign_in_ticket",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=False),
        sa.Column("visit_hash", sa.LargeBinary(), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_sign_in_ticket_login_id_login")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_ticket")),
        sa.UniqueConstraint("ticket_hash", name=op.f("uq_sign_in_ticket_ticket_hash")),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_web_session_login_id_login")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_session_token_hash")),
    )
    op.create_index(op.f("ix_web_session_login_id"), "web_session", ["login_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("premise_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("els", sa.Text(), nullable=True),
        sa.Column("ownership", sa.Text(), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=True),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column("area", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_account_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["premise_id"], ["premise.id"], name=op.f("fk_account_premise_id_premise")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_account_sender_id_sender")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_account_sender_id_external_id")
        ),
    )
    op.create_index("ix_account_number", "account", ["number"], unique=False)
    op.create_index(
        op.f("ix_account_organization_id"), "account", ["organization_id"], unique=False
    )
    op.create_index(op.f("ix_account_premise_id"), "account", ["premise_id"], unique=False)
    op.create_table(
        "house_meter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("zones", sa.Integer(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("next_verification_on", sa.Date(), nullable=True),
        sa.Column("interval_years", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.Numeric(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_house_meter_house_id_house")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_house_meter_sender_id_sender")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_house_meter_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_meter")),
        sa.UniqueConstraint(
            "sender_id", "external_id", name=op.f("uq_house_meter_sender_id_external_id")
        ),
    )
    op.create_index(op.f("ix_house_meter_house_id"), "house_meter", ["house_id"], unique=False)
    op.create_table(
        "house_volume",
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("odpu_volume", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("premises_volume", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("common_volume", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("odpu_reading", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_house_volume_house_id_house")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_house_volume_service_id_service")
        ),
        sa.PrimaryKeyConstraint("house_id", "service_id", "period", name=op.f("pk_house_volume")),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("price", sa.Numeric(precision=14, scale=6), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=True),
        sa.Column("norm", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.ForeignKeyConstraint(["house_id"], ["house.id"], name=op.f("fk_tariff_house_id_house")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_tariff_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint(
            "service_id",
            "house_id",
            "valid_from",
            "zone",
            name=op.f("uq_tariff_service_id_house_id_valid_from_zone"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "account_access",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "level IN ('view', 'submit', 'pay', 'owner')",
            name=op.f("ck_account_access_level_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_access_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login.id"], name=op.f("fk_account_access_login_id_login")
        ),
        sa.PrimaryKeyConstraint("login_id", "account_id", name=op.f("pk_account_access")),
    )
    op.create_index(
        op.f("ix_account_access_account_id"), "account_access", ["account_id"], unique=False
    )
    op.create_table(
        "house_reading",
        sa.Column("house_meter_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=15, scale=6), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("consumption", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["house_meter_id"],
            ["house_meter.id"],
            name=op.f("fk_house_reading_house_meter_id_house_meter"),
        ),
        sa.PrimaryKeyConstraint(
            "house_meter_id", "taken_on", "zone", name=op.f("pk_house_reading")
        ),
    )
    op.create_table(
        "meter",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("zones", sa.Integer(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("next_verification_on", sa.Date(), nullable=True),
        sa.Column("interval_years", sa.Integer(), nullable=True),
        sa.Column("ratio", sa.Numeric(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_meter_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_meter_service_id_service")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_meter")),
        sa.UniqueConstraint(
            "account_id", "external_id", name=op.f("uq_meter_account_id_external_id")
        ),
    )
    op.create_table(
        "payer",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_payer_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_payer")),
    )
    op.create_table(
        "payment",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("period", sa.Date(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("registry_no", sa.Text(), nullable=True),
        sa.Column("fee", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("is_reversal", sa.Boolean(), nullable=False),
        sa.Column("reversed_payment_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_payment_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "account_id", "external_id", name=op.f("uq_payment_account_id_external_id")
        ),
    )
    op.create_index(
        "ix_payment_account_id_period", "payment", ["account_id", "period"], unique=False
    )
    op.create_table(
        "penalty",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("opening", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("accrued", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("closing", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_penalty_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["service_group.id"], name=op.f("fk_penalty_group_id_service_group")
        ),
        sa.PrimaryKeyConstraint("account_id", "group_id", "period", name=op.f("pk_penalty")),
    )
    op.create_table(
        "recalculation",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("for_period_from", sa.Date(), nullable=True),
        sa.Column("for_period_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recalculation_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_recalculation_service_id_service")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_recalculation")),
        sa.UniqueConstraint(
            "account_id", "external_id", name=op.f("uq_recalculation_account_id_external_id")
        ),
    )
    op.create_table(
        "payment_part",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("payment_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "payment_id"],
            ["payment.account_id", "payment.id"],
            name=op.f("fk_payment_part_account_id_payment_id_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["service_group.id"], name=op.f("fk_payment_part_group_id_service_group")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_payment_part_service_id_service")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_payment_part")),
        sa.UniqueConstraint(
            "account_id",
            "payment_id",
            "group_id",
            "service_id",
            name=op.f("uq_payment_part_account_id_payment_id_group_id_service_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "reading",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=15, scale=6), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("consumption", sa.Numeric(precision=15, scale=6), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "meter_id"],
            ["meter.account_id", "meter.id"],
            name=op.f("fk_reading_account_id_meter_id_meter"),
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "meter_id", "taken_on", "zone", name=op.f("pk_reading")
        ),
    )


def downgrade() -> None:
    op.drop_table("reading")
    op.drop_table("payment_part")
    op.drop_table("recalculation")
    op.drop_table("penalty")
    op.drop_index("ix_payment_account_id_period", table_name="payment")
    op.drop_table("payment")
    op.drop_table("payer")
    op.drop_table("meter")
    op.drop_table("house_reading")
    op.drop_index(op.f("ix_account_access_account_id"), table_name="account_access")
    op.drop_table("account_access")
    op.drop_table("tariff")
    op.drop_table("house_volume")
    op.drop_index(op.f("ix_house_meter_house_id"), table_name="house_meter")
    op.drop_table("house_meter")
    op.drop_index(op.f("ix_account_premise_id"), table_name="account")
    op.drop_index(op.f("ix_account_organization_id"), table_name="account")
    op.drop_index("ix_account_number", table_name="account")
    op.drop_table("account")
    op.drop_index(op.f("ix_web_session_login_id"), table_name="web_session")
    op.drop_table("web_session")
    op.drop_table("sign_in_ticket")
    op.drop_table("service")
    op.drop_index(op.f("ix_premise_house_id"), table_name="premise")
    op.drop_table("premise")
    op.drop_table("login_contact")
    op.drop_table("service_group")
    op.drop_table("login")
    op.drop_table("house")
    op.drop_index("ix_package_sender_id_period", table_name="package")
    op.drop_table("package")
    op.drop_table("organization")
    op.drop_table("news_item")
    op.drop_table("billing_period")
    op.drop_table("sender")
    op.drop_table("bill")
    op.drop_table("accrual")
