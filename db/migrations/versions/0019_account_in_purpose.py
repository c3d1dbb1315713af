"""A better pattern of the account in the purpose of a transfer; one changed by hand stays."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# as 0011 wrote it
_OLD = r"(?i)(?:\bл/?с|лиц(?:евой|\.)?\s*сч[её]т)[^0-9a-zа-яё]{0,5}([0-9a-zа-яё-]{1,30})"
# «лицевому счёту», «лиц. сч.», «л/сч», «ЛС» in any case, and no longer word that begins so;
# then what has a digit in it: «лицевому счёту за октябрь» names no account
_NEW = (
    r"(?i)\b(?:л/?с(?:ч(?:[её]т[а-яё]{0,2})?)?|лиц(?:ев[а-яё]{2,3})?[\s./]*сч(?:[её]т[а-яё]{0,2})?)"
    r"(?![a-zа-яё])[^0-9a-zа-яё]{0,5}(?:(?:n|no|номер)[^0-9a-zа-яё]{1,5})?"
    r"((?=[a-zа-яё-]{0,29}[0-9])[0-9a-zа-яё-]{1,30})"
)
_FORMAT = sa.table("register_format", sa.column("account_pattern", sa.Text()))


def upgrade() -> None:
    _replace(_OLD, _NEW)


def downgrade() -> None:
    _replace(_NEW, _OLD)


def _replace(old: str, new: str) -> None:
    op.execute(
        sa.update(_FORMAT).where(_FORMAT.c.account_pattern == old).values(account_pattern=new)
    )
