"""News: what is told to whom.

Whom a piece of news is for depends on organisation, house and billing of one's accounts, and a
policy may read settings alone (a sub-query in it turns an index look-up into a scan). So
residents have no way to the rows of `news` and `news_house` at all: they read through one
function, `visible_news`, which takes the accounts from the transaction's own setting - the same
that row security reads - and returns what is published and for them. Staff see and change the
rows of their organisation by its key. A house is named together with the organisation of the
news, and a foreign key holds both: nobody adds houses to the news of others. Who has read what
is the login's own.

The news that packages of billing carry (`news_item`) are copied here by the import, for the
residents of that billing, so that there is one list with one order and one mark of reading.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ACCOUNTS = "ANY (coalesce(nullif(current_setting('app.accounts', true), ''), '{}')::bigint[])"
_LOGIN = "nullif(current_setting('app.login', true), '')::bigint"
_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_STAFF = f"organization_id = {_ORGANIZATION}"
_TABLES = ("news", "news_house", "news_read")
_APP = {
    "news": "SELECT, INSERT, UPDATE",
    "news_house": "SELECT, INSERT, DELETE",
    "news_read": "SELECT, INSERT",
}
_POLICIES = (
    ("news", "own_organization", _STAFF),
    ("news_house", "own_organization", _STAFF),
    ("news_read", "own_login", f"login_id = {_LOGIN}"),
)
_SIGNATURE = "visible_news(timestamptz, bigint, integer, integer, boolean)"

# Outages that last or lie ahead stand on top, the next one first; the counts are of all that
# is visible, whatever part of it is asked for.
_VISIBLE_NEWS = f"""
CREATE FUNCTION visible_news(
    asked_at timestamptz, wanted bigint, most integer, skipped integer, just_outages boolean
) RETURNS TABLE (
    id bigint, organization text, kind text, title text, body text, is_plain boolean,
    begins_at timestamptz, ends_at timestamptz, published_at timestamptz,
    changed_at timestamptz, is_on_top boolean, is_read boolean, found bigint, unread bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH held AS (
        SELECT account.organization_id, account.sender_id, premise.house_id
        FROM account JOIN premise ON premise.id = account.premise_id
        WHERE account.id = {_ACCOUNTS}
    ), seen AS (
        SELECT item.id, item.published_at, item.begins_at, mark.news_id IS NOT NULL AS was_read,
            item.is_pinned AND coalesce(item.ends_at > asked_at, true) AS is_first
        FROM news AS item
        LEFT JOIN news_read AS mark ON mark.news_id = item.id AND mark.login_id = {_LOGIN}
        WHERE item.published_at <= asked_at AND item.withdrawn_at IS NULL
        -- before whom it is for: Главная asks for these alone, at every run
        AND (NOT just_outages OR item.kind = 'outage' AND item.ends_at > asked_at)
        AND EXISTS (
            SELECT FROM held
            WHERE item.audience = 'everybody'
            OR item.audience = 'organization' AND held.organization_id = item.organization_id
            OR item.audience = 'sender' AND held.sender_id = item.sender_id
            OR item.audience = 'houses' AND EXISTS (
                SELECT FROM news_house AS place
                WHERE place.news_id = item.id AND place.house_id = held.house_id
            )
        )
    ), counted AS (
        SELECT seen.*, count(*) OVER () AS all_of_it,
            count(*) FILTER (WHERE NOT seen.was_read) OVER () AS all_unread
        FROM seen
    ), chosen AS (
        SELECT * FROM counted
        WHERE wanted IS NULL OR counted.id = wanted
        ORDER BY is_first DESC, CASE WHEN is_first THEN begins_at END, published_at DESC, id DESC
        LIMIT most OFFSET skipped
    )
    -- the texts of those alone
    SELECT item.id, organization.name, item.kind, item.title, item.body,
        item.news_item_id IS NOT NULL, item.begins_at, item.ends_at, item.published_at,
        item.changed_at, chosen.is_first, chosen.was_read, chosen.all_of_it, chosen.all_unread
    FROM chosen
    JOIN news AS item ON item.id = chosen.id
    LEFT JOIN organization ON organization.id = item.organization_id
    ORDER BY chosen.is_first DESC, CASE WHEN chosen.is_first THEN item.begins_at END,
        item.published_at DESC, item.id DESC
$$
"""


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("sender_id", sa.BigInteger(), nullable=True),
        sa.Column("news_item_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_pinned", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_up_to", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('news', 'outage')", name=op.f("ck_news_kind_known")),
        sa.CheckConstraint(
            "audience IN ('everybody', 'organization', 'houses', 'sender')",
            name=op.f("ck_news_audience_known"),
        ),
        sa.CheckConstraint(
            "(kind = 'outage') = (begins_at IS NOT NULL AND ends_at IS NOT NULL)",
            name=op.f("ck_news_outage_lasts"),
        ),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_news_ends_later")),
        sa.CheckConstraint(
            "(audience = 'sender') = (news_item_id IS NOT NULL) AND "
            "(news_item_id IS NULL OR sender_id IS NOT NULL) AND "
            "(news_item_id IS NOT NULL OR organization_id IS NOT NULL)",
            name=op.f("ck_news_somebodys"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_news_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["sender.id"], name=op.f("fk_news_sender_id_sender")
        ),
        sa.ForeignKeyConstraint(
            ["news_item_id"], ["news_item.id"], name=op.f("fk_news_news_item_id_news_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("news_item_id", name=op.f("uq_news_news_item_id")),
        sa.UniqueConstraint("organization_id", "id", name=op.f("uq_news_organization_id_id")),
        sa.UniqueConstraint(
            "organization_id", "request_key", name=op.f("uq_news_organization_id_request_key")
        ),
    )
    op.create_index("ix_news_published_at", "news", ["published_at"], unique=False)
    op.create_index(
        "ix_news_untold",
        "news",
        ["published_at"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "news_house",
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("house_id", sa.BigInteger(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["house_id"], ["house.id"], name=op.f("fk_news_house_house_id_house")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id", "news_id"],
            ["news.organization_id", "news.id"],
            name=op.f("fk_news_house_organization_id_news_id_news"),
        ),
        sa.PrimaryKeyConstraint("news_id", "house_id", name=op.f("pk_news_house")),
    )
    op.create_index(
        "ix_news_house_organization_id_news_id",
        "news_house",
        ["organization_id", "news_id"],
        unique=False,
    )
    op.create_table(
        "news_read",
        sa.Column("login_id", sa.BigInteger(), nullable=False),
        sa.Column("news_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["login_id"],
            ["login.id"],
            name=op.f("fk_news_read_login_id_login"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["news_id"], ["news.id"], name=op.f("fk_news_read_news_id_news")),
        sa.PrimaryKeyConstraint("login_id", "news_id", name=op.f("pk_news_read")),
    )
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO kabinet_operator")
        op.execute(
            f"CREATE POLICY operator ON {table} TO kabinet_operator USING (true) WITH CHECK (true)"
        )
        op.execute(f"GRANT {_APP[table]} ON {table} TO kabinet_app")
    for table, name, rule in _POLICIES:
        op.execute(
            f"CREATE POLICY {name} ON {table} TO kabinet_app USING ({rule}) WITH CHECK ({rule})"
        )
    op.execute(_VISIBLE_NEWS)
    op.execute(f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO kabinet_app, kabinet_operator")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION {_SIGNATURE}")
    op.drop_table("news_read")
    op.drop_index("ix_news_house_organization_id_news_id", table_name="news_house")
    op.drop_table("news_house")
    op.drop_index("ix_news_untold", table_name="news", postgresql_where=sa.text("told_at IS NULL"))
    op.drop_index("ix_news_published_at", table_name="news")
    op.drop_table("news")
