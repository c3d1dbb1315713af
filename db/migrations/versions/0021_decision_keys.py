"""Keep the key of the form with which something was decided, so that a double click decides once.

Before, the second click was known by coming from the same person within ten seconds.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_DECIDED = ("account_request", "mistake", "register_row", "submitted_reading")


def upgrade() -> None:
    for table in _DECIDED:
        op.add_column(table, sa.Column("decision_key", sa.Text(), nullable=True))
    op.add_column("attempt", sa.Column("request_key", sa.Text(), nullable=True))
    # what was submitted stays as it was: only what became of it changes
    op.execute("GRANT UPDATE (decision_key) ON submitted_reading TO kabinet_app")


def downgrade() -> None:
    op.drop_column("attempt", "request_key")
    for table in _DECIDED:
        op.drop_column(table, "decision_key")
