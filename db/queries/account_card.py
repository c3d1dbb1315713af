"""The card of an account for staff: its appeals, its logins and the parts seen before."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, DateTime, Text, bindparam, column, func, or_, select
from sqlalchemy.orm import Session

from db.models import AccountAccess, Appeal, Login, LoginContact
from db.rows import read_all


class AppealRow(NamedTuple):
    """An appeal of an account to the organisation."""

    id: int
    number: str
    kind: str
    topic: str
    status: str
    sent_at: dt.datetime
    due_on: dt.date | None


class LoginRow(NamedTuple):
    """A login that has access to an account; None as the end means no end."""

    username: str
    email: str
    last_name: str
    first_name: str
    valid_to: dt.datetime | None


_FOUND = func.office_accounts(bindparam("number", type_=Text)).table_valued(
    column("account_id", BigInteger), name="own"
)
_ACCOUNTS = select(_FOUND.c.account_id).order_by(_FOUND.c.account_id)
# one row for each part that was seen; the opening itself gives an empty one
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


def list_accounts(session: Session, *, number: str) -> Sequence[int]:
    """Return the keys of the accounts with this number in the viewer's organisation."""
    return session.scalars(_ACCOUNTS, {"number": number}).all()


def find_seen_parts(session: Session, *, account_id: int, since: dt.datetime) -> set[str] | None:
    """Return the parts that the viewer's login has seen since it opened the account.

    None if it has not opened the account since then.
    """
    values = {"account": account_id, "since": since}
    rows = session.scalars(_SEEN, values).all()
    return {part for part in rows if part} if rows else None


def list_appeals(
    session: Session, *, account_id: int, organization_id: int, limit: int
) -> Sequence[AppealRow]:
    """Return the appeals of an account to the organisation, the latest first."""
    values = {"account": account_id, "organization": organization_id, "limit": limit}
    return read_all(session.execute(_APPEALS, values), AppealRow)


def list_logins(session: Session, *, account_id: int, now: dt.datetime) -> Sequence[LoginRow]:
    """Return the logins that have access to an account; for the gate."""
    return read_all(session.execute(_LOGINS, {"account": account_id, "now": now}), LoginRow)
