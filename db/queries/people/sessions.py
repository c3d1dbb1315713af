"""Sessions and tickets of sign-in: found by hash, claimed by conditional update."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db import session as database
from db.models import AccountAccess, Login, LoginContact, SignInTicket, WebSession
from db.rows import read_one
from db.session import Viewer

# read in the gate's role: the accounts that the app role may see follow from this list
_ACCOUNTS = (
    select(func.array_agg(aggregate_order_by(AccountAccess.account_id, AccountAccess.account_id)))
    .where(
        AccountAccess.login_id == Login.id,
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
    )
    .correlate(Login)
    .scalar_subquery()
)
_HOLDER = (
    select(
        Login.id,
        Login.username,
        Login.role,
        Login.organization_id,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        _ACCOUNTS.label("accounts"),
    )
    .select_from(WebSession)
    .join(Login, Login.id == WebSession.login_id)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(
        WebSession.token_hash == bindparam("token_hash"),
        WebSession.ended_at.is_(None),
        WebSession.expires_at > bindparam("now"),
        Login.blocked_at.is_(None),
    )
)
_CLAIM = (
    update(SignInTicket)
    .where(
        SignInTicket.ticket_hash == bindparam("hash"),
        SignInTicket.visit_hash == bindparam("visit"),
        SignInTicket.used_at.is_(None),
        SignInTicket.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(
        SignInTicket.login_id,
        SignInTicket.remember,
        select(Login.username)
        .where(Login.id == SignInTicket.login_id)
        .scalar_subquery()
        .label("username"),
    )
)
_END = (
    update(WebSession)
    .where(WebSession.token_hash == bindparam("hash"), WebSession.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
    .returning(
        WebSession.login_id,
        select(Login.username)
        .where(Login.id == WebSession.login_id)
        .scalar_subquery()
        .label("username"),
    )
)


class HolderRow(NamedTuple):
    """The login of an open session; ``accounts`` is None where it has none."""

    id: int
    username: str
    role: str
    organization_id: int | None
    last_name: str
    first_name: str
    middle_name: str | None
    accounts: list[int] | None


class TicketRow(NamedTuple):
    """A ticket that was just used."""

    login_id: int
    remember: bool
    username: str


class EndedRow(NamedTuple):
    """A session that was just ended."""

    login_id: int
    username: str


def find_holder(viewer: Viewer, *, token_hash: bytes, now: dt.datetime) -> HolderRow | None:
    """Return the login of an open session. Runs at each run of each screen."""
    found = database.read_once(viewer, _HOLDER, {"token_hash": token_hash, "now": now})
    return HolderRow._make(found[0]) if found else None


def claim_ticket(
    session: Session, *, ticket_hash: bytes, visit_hash: bytes, now: dt.datetime
) -> TicketRow | None:
    """Use up a ticket; None if it is used, expired or another visit's."""
    values = {"hash": ticket_hash, "visit": visit_hash, "now": now}
    return read_one(session.execute(_CLAIM, values), TicketRow)


def end_session(session: Session, *, token_hash: bytes, now: dt.datetime) -> EndedRow | None:
    """End a session; None if it is not open."""
    return read_one(session.execute(_END, {"hash": token_hash, "now": now}), EndedRow)
