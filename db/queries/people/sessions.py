"""Sessions and tickets of sign-in: found by hash, claimed by conditional update."""

import datetime as dt

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from db import session as database
from db.base import AnyRow
from db.models import AccountAccess, Login, LoginContact, SignInTicket, WebSession
from db.session import Viewer

# the accounts too: the policy for which the app role would ask is on the login, not on them
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


def find_holder(viewer: Viewer, *, token_hash: bytes, now: dt.datetime) -> AnyRow | None:
    """Return the login that holds the live session, or None; asked at each run of each screen."""
    found = database.read_once(viewer, _HOLDER, {"token_hash": token_hash, "now": now})
    return found[0] if found else None


def claim_ticket(
    session: Session, *, ticket_hash: bytes, visit_hash: bytes, now: dt.datetime
) -> AnyRow | None:
    """Use up the ticket and return whose it is; None if it was used, is late or another's."""
    values = {"hash": ticket_hash, "visit": visit_hash, "now": now}
    return session.execute(_CLAIM, values).one_or_none()


def end_session(session: Session, *, token_hash: bytes, now: dt.datetime) -> AnyRow | None:
    """End the session, if it is still open, and return whose it was."""
    return session.execute(_END, {"hash": token_hash, "now": now}).one_or_none()
