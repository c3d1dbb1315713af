"""An account of an organisation, found by its number, and what its card shows besides a bill."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import BigInteger, DateTime, Text, bindparam, column, func, or_, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import AccountAccess, Appeal, Login, LoginContact

_FOUND = func.office_accounts(bindparam("number", type_=Text)).table_valued(
    column("account_id", BigInteger), name="own"
)
_ACCOUNTS = select(_FOUND.c.account_id).order_by(_FOUND.c.account_id)
# one row a part; the opening itself, with its reason, is none
_SEEN = select(
    func.seen_of_account(
        bindparam("account", type_=BigInteger),
        bindparam("since", type_=DateTime(timezone=True)),
    ).column_valued("part")
)
_APPEALS = (
    select(
        Appeal.id,
        Appeal.number,
        Appeal.kind,
        Appeal.topic,
        Appeal.status,
        Appeal.sent_at,
        Appeal.due_on,
    )
    .where(
        Appeal.account_id == bindparam("account"),
        Appeal.organization_id == bindparam("organization"),
    )
    .order_by(Appeal.sent_at.desc())
    .limit(bindparam("limit"))
)
_LOGINS = (
    select(
        Login.username,
        LoginContact.email,
        LoginContact.last_name,
        LoginContact.first_name,
        AccountAccess.level,
        AccountAccess.valid_to,
    )
    .join(Login, Login.id == AccountAccess.login_id)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        AccountAccess.account_id == bindparam("account"),
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
    )
    .order_by(Login.id)
)


def accounts(session: Session, *, number: str) -> Sequence[AnyRow]:
    """Return the accounts of a number that the viewer's organisation has."""
    return session.execute(_ACCOUNTS, {"number": number}).all()


def seen(session: Session, *, account_id: int, since: dt.datetime) -> set[str] | None:
    """Return what parts the viewer's login saw since it opened an account; None if it did not."""
    values = {"account": account_id, "since": since}
    rows = session.scalars(_SEEN, values).all()
    return {part for part in rows if part} if rows else None


def appeals(
    session: Session, *, account_id: int, organization_id: int, limit: int
) -> Sequence[AnyRow]:
    """Return what an account wrote to the organisation, the latest first."""
    values = {"account": account_id, "organization": organization_id, "limit": limit}
    return session.execute(_APPEALS, values).all()


def logins(session: Session, *, account_id: int, now: dt.datetime) -> Sequence[AnyRow]:
    """Return who sees an account in the portal; the gate's."""
    return session.execute(_LOGINS, {"account": account_id, "now": now}).all()
