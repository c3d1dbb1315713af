"""Let news of an organisation reach the houses it manages, whoever the accounts there belong to.

An account may belong to one organisation (a supplier that bills by itself) and its house be
managed by another: both are the resident's own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_FUNCTION = "visible_news(timestamptz, bigint, integer, integer, boolean)"
_OF_ACCOUNT = (
    (
        "SELECT account.organization_id, account.sender_id, premise.house_id\n"
        "        FROM account JOIN premise ON premise.id = account.premise_id\n"
    ),
    "item.audience = 'organization' AND held.organization_id = item.organization_id",
)
_OF_HOUSE_TOO = (
    (
        "SELECT ARRAY[account.organization_id, house.organization_id] AS organizations,\n"
        "            account.sender_id, premise.house_id\n"
        "        FROM account JOIN premise ON premise.id = account.premise_id\n"
        "        JOIN house ON house.id = premise.house_id\n"
    ),
    "item.audience = 'organization' AND item.organization_id = ANY (held.organizations)",
)


def upgrade() -> None:
    _replace(_OF_ACCOUNT, _OF_HOUSE_TOO)


def downgrade() -> None:
    _replace(_OF_HOUSE_TOO, _OF_ACCOUNT)


def _replace(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Change lines of the function and keep the rest of it as it stands."""
    wanted = sa.text("SELECT pg_get_functiondef(cast(:name AS regprocedure))")
    body = op.get_bind().execute(wanted, {"name": _FUNCTION}).scalar_one()
    for before, after in zip(old, new, strict=True):
        if before not in body:
            raise ValueError(f"visible_news is not what 0015 made: {before!r} is not in it")
        body = body.replace(before, after)
    op.get_bind().exec_driver_sql(body)
