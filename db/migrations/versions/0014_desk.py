"""The service desk: what staff search and sort by, and an account found by its number.

Row security lets no condition that might leak reach an index, and a search by words is one. So
words are looked for by a function of the owner's, which keeps to the organisation itself and
gives back keys, of which each is read under row security again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ORGANIZATION = "nullif(current_setting('app.organization', true), '')::bigint"
_OPEN = "status IN ('new', 'in_progress', 'deferred', 'agreed')"
_CLOSED = "status IN ('completed', 'closed', 'declined')"
# name, columns, which rows
_INDEXES = (
    ("ix_appeal_organization_id_topic_due_on", ("organization_id", "topic", "due_on"), _OPEN),
    ("ix_appeal_organization_id_kind_due_on", ("organization_id", "kind", "due_on"), _OPEN),
    (
        "ix_appeal_organization_id_unassigned",
        ("organization_id", "due_on"),
        f"{_OPEN} AND assigned_to IS NULL",
    ),
    ("ix_appeal_assigned_to_due_on", ("assigned_to", "due_on"), _OPEN),
    ("ix_appeal_organization_id_status_at", ("organization_id", "status_at"), _CLOSED),
    (
        "ix_appeal_organization_id_topic_status_at",
        ("organization_id", "topic", "status_at"),
        _CLOSED,
    ),
    ("ix_appeal_organization_id_kind_status_at", ("organization_id", "kind", "status_at"), _CLOSED),
    ("ix_appeal_organization_id_sent_at", ("organization_id", "sent_at"), None),
    ("ix_appeal_id", ("id",), None),
    ("ix_appeal_incident_id", ("incident_id",), "incident_id IS NOT NULL"),
)

# planned for the words that are asked for: a rare one is looked up, a common one is met on the way
_SEARCH = f"""
CREATE FUNCTION search_appeals(
    asked text, asked_view text, asked_topic text, asked_kind text, asked_today date, most integer
)
RETURNS TABLE (account_id bigint, id bigint, place bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    office CONSTANT bigint := {_ORGANIZATION};
    me CONSTANT bigint := nullif(current_setting('app.login', true), '')::bigint;
    wanted CONSTANT tsquery := websearch_to_tsquery('russian', left(asked, 200));
    bound CONSTANT integer := least(most, 1000);
BEGIN
    IF office IS NULL OR numnode(wanted) = 0 THEN
        RETURN;
    ELSIF asked_view = 'closed' THEN
        RETURN QUERY SELECT f.account_id, f.id, row_number() OVER () FROM (
            SELECT a.account_id, a.id FROM appeal a
            WHERE a.organization_id = office AND a.{_CLOSED} AND a.words @@ wanted
              AND (asked_topic IS NULL OR a.topic = asked_topic)
              AND (asked_kind IS NULL OR a.kind = asked_kind)
            ORDER BY a.status_at DESC LIMIT bound) f;
    ELSIF asked_view = 'all' THEN
        RETURN QUERY SELECT f.account_id, f.id, row_number() OVER () FROM (
            SELECT a.account_id, a.id FROM appeal a
            WHERE a.organization_id = office AND a.words @@ wanted
              AND (asked_topic IS NULL OR a.topic = asked_topic)
              AND (asked_kind IS NULL OR a.kind = asked_kind)
            ORDER BY a.sent_at DESC LIMIT bound) f;
    ELSIF asked_view = 'mine' THEN  -- one's own are few, the words of all may be many
        RETURN QUERY WITH own AS MATERIALIZED (
            SELECT a.account_id, a.id, a.due_on, a.words FROM appeal a
            WHERE a.organization_id = office AND a.{_OPEN} AND a.assigned_to = me
              AND (asked_topic IS NULL OR a.topic = asked_topic)
              AND (asked_kind IS NULL OR a.kind = asked_kind))
        SELECT f.account_id, f.id, row_number() OVER () FROM (
            SELECT own.account_id, own.id FROM own WHERE own.words @@ wanted
            ORDER BY own.due_on LIMIT bound) f;
    ELSE
        RETURN QUERY SELECT f.account_id, f.id, row_number() OVER () FROM (
            SELECT a.account_id, a.id FROM appeal a
            WHERE a.organization_id = office AND a.{_OPEN} AND a.words @@ wanted
              AND (asked_topic IS NULL OR a.topic = asked_topic)
              AND (asked_kind IS NULL OR a.kind = asked_kind)
              AND (asked_view <> 'overdue' OR a.due_on < asked_today)
              AND (asked_view <> 'unassigned' OR a.assigned_to IS NULL)
            ORDER BY a.due_on LIMIT bound) f;
    END IF;
END
$$
"""
_ACCOUNTS = f"""
CREATE FUNCTION office_accounts(asked_number text)
RETURNS TABLE (account_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM account a
    WHERE a.number = asked_number AND a.organization_id = {_ORGANIZATION}
    ORDER BY a.id LIMIT 20
$$
"""
# the log is read by nobody here: a login learns what it has itself opened and seen since
_SEEN = """
CREATE FUNCTION seen_of_account(asked_account bigint, since timestamptz)
RETURNS TABLE (part text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH viewed AS (
        SELECT e.id, e.details FROM audit_event e
        WHERE e.account_id = asked_account AND e.happened_at >= since
          AND e.action = 'account_viewed'
          AND e.login_id = nullif(current_setting('app.login', true), '')::bigint
    )
    SELECT coalesce(v.details ->> 'part', '') FROM viewed v
    WHERE v.id >= (SELECT max(o.id) FROM viewed o WHERE o.details ? 'reason')
$$
"""
_FUNCTIONS = {
    "search_appeals(text, text, text, text, date, integer)": _SEARCH,
    "office_accounts(text)": _ACCOUNTS,
    "seen_of_account(bigint, timestamptz)": _SEEN,
}


def upgrade() -> None:
    for name, columns, rows in _INDEXES:
        where = sa.text(rows) if rows else None
        op.create_index(name, "appeal", list(columns), unique=False, postgresql_where=where)
    for name, made in _FUNCTIONS.items():
        op.execute(made)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO kabinet_app")


def downgrade() -> None:
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    for name, _, _ in reversed(_INDEXES):
        op.drop_index(name, table_name="appeal")
