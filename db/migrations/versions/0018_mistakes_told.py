"""When those who decide were told of a mistake in the text; what waits already is known to them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mistake", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE mistake SET told_at = reported_at")


def downgrade() -> None:
    op.drop_column("mistake", "told_at")
