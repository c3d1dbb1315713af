"""Letters and the job queue: what is to be sent, and who is to do it.

The queue's tables are the library's own. They carry no policy: no application role but the
operator has a right on them, and everybody else posts and defers through the two functions
below, which let nobody read what is waiting.

The schema is the one of procrastinate 3.10; a library with another one comes with a migration
of ours (a test holds the two together).
"""

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_QUEUE = (
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_jobs",
    "procrastinate_workers",
)
_TYPES = (
    "procrastinate_job_to_defer_v1",
    "procrastinate_job_event_type",
    "procrastinate_job_status",
)
_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"

# Whoever does something leaves work for later in the same transaction: a name and keys.
# The keys are numbers or short words, so that no text of a person gets into the queue.
_DEFER_JOB = """
CREATE FUNCTION defer_job(asked_name text, asked_ids jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_each(asked_ids) AS given
               WHERE jsonb_typeof(given.value) NOT IN ('number', 'string')
                  OR length(given.value #>> '{}') > 64) THEN
        RAISE 'a job carries keys alone';
    END IF;
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    VALUES ('default', asked_name, asked_ids);
END $$
"""
_POST_LETTER = """
CREATE FUNCTION post_letter(
    asked_recipient text, asked_subject text, asked_text text, asked_html text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted bigint;
BEGIN
    INSERT INTO letter (recipient, subject, body_text, body_html)
    VALUES (asked_recipient, asked_subject, asked_text, asked_html) RETURNING id INTO posted;
    PERFORM defer_job('send_letter', jsonb_build_object('letter_id', posted));
END $$
"""
_POSTING = ("defer_job(text, jsonb)", "post_letter(text, text, text, text)")


def upgrade() -> None:
    # by the driver: the text has colons and per cent signs of its own
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
    op.create_table(
        "letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index("ix_letter_sent_at", "letter", ["sent_at"], unique=False)
    op.execute("ALTER TABLE letter ENABLE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY operator ON letter TO kabinet_operator USING (true) WITH CHECK (true)"
    )
    for table in ("letter", *_QUEUE):
        op.execute(f"GRANT {_RIGHTS} ON {table} TO kabinet_operator")
    for table in _QUEUE[:3]:
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO kabinet_operator")
    _to_every_function("REVOKE ALL ON FUNCTION %s FROM PUBLIC")
    _to_every_function("GRANT EXECUTE ON FUNCTION %s TO kabinet_operator")
    op.execute(_DEFER_JOB)
    op.execute(_POST_LETTER)
    for function in _POSTING:
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        op.execute(
            f"GRANT EXECUTE ON FUNCTION {function} TO kabinet_app, kabinet_gate, kabinet_operator"
        )


def _to_every_function(statement: str) -> None:
    """Run a statement for each function of the queue."""
    op.execute(
        "DO $$ DECLARE f regprocedure; BEGIN FOR f IN SELECT oid FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate%' "
        f"LOOP EXECUTE format('{statement}', f); END LOOP; END $$"
    )


def downgrade() -> None:
    for function in reversed(_POSTING):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_index("ix_letter_sent_at", table_name="letter")
    op.drop_table("letter")
    for table in _QUEUE:
        op.execute(f"DROP TABLE {table} CASCADE")  # with functions that return its rows
    _to_every_function("DROP FUNCTION %s")
    for name in _TYPES:
        op.execute(f"DROP TYPE {name}")
