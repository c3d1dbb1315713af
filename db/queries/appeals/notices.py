"""What letters about threads say, and to whom; which threads are over: the operator's."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, literal, or_, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Account, AccountAccess, Appeal, AppealEntry, Login, LoginContact, Organization

# of two workers with one job, one finds nothing to tell
_CLAIM = (
    update(AppealEntry)
    .where(
        AppealEntry.account_id == bindparam("account"),
        AppealEntry.id == bindparam("entry"),
        AppealEntry.told_at.is_(None),
    )
    .values(told_at=bindparam("now"))
    .returning(
        AppealEntry.id,
        AppealEntry.appeal_id,
        AppealEntry.kind,
        AppealEntry.side,
        AppealEntry.status,
        AppealEntry.body,
        AppealEntry.request_key,
    )
    .execution_options(synchronize_session=False)
)
_THREAD = (
    select(
        Appeal.id,
        Appeal.number,
        Appeal.kind,
        Appeal.topic,
        Appeal.organization_id,
        Appeal.assigned_to,
        Appeal.due_on,
        Appeal.request_key,
        Account.number.label("account"),
        Organization.name.label("organization"),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(Appeal.account_id == bindparam("account"), Appeal.id == bindparam("appeal"))
)
_CONTACT = (
    select(Login.id, LoginContact.first_name, LoginContact.email)
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.activated_at.is_not(None), Login.blocked_at.is_(None))
)
# whoever has written there, the first or later; who has lost the account is told nothing of it
_WRITERS = (
    _CONTACT.join(
        AccountAccess,
        (AccountAccess.login_id == Login.id) & (AccountAccess.account_id == bindparam("account")),
    )
    .where(
        Login.id.in_(
            select(AppealEntry.login_id).where(
                AppealEntry.account_id == bindparam("account"),
                AppealEntry.appeal_id == bindparam("appeal"),
                AppealEntry.side == "resident",
            )
        ),
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
    )
    .order_by(Login.id)
)
_STAFF = (
    _CONTACT.where(Login.role == "staff", Login.organization_id == bindparam("organization"))
    .order_by(Login.id)
    .limit(50)
)
_OVER = (
    select(Appeal)
    # a literal: by a parameter, a prepared plan could not use the index of those alone
    .where(Appeal.status == literal("completed", literal_execute=True))
    .where(Appeal.status_at < bindparam("before"))
    .order_by(Appeal.status_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def claim(session: Session, *, account_id: int, entry_id: int, now: dt.datetime) -> AnyRow | None:
    """Take the telling of a line upon oneself; None where it is told already."""
    values = {"account": account_id, "entry": entry_id, "now": now}
    return session.execute(_CLAIM, values).one_or_none()


def thread(session: Session, *, account_id: int, appeal_id: int) -> AnyRow:
    """Return what letters say of a thread."""
    return session.execute(_THREAD, {"account": account_id, "appeal": appeal_id}).one()


def writers(
    session: Session, *, account_id: int, appeal_id: int, now: dt.datetime
) -> Sequence[AnyRow]:
    """Return the residents who have written in a thread and still have the account."""
    values = {"account": account_id, "appeal": appeal_id, "now": now}
    return session.execute(_WRITERS, values).all()


def staff(session: Session, *, organization_id: int) -> Sequence[AnyRow]:
    """Return those who work for an organisation now."""
    return session.execute(_STAFF, {"organization": organization_id}).all()


def over(session: Session, *, before: dt.datetime, limit: int) -> Sequence[Appeal]:
    """Return threads that were answered before then and wait for nothing, holding their rows."""
    return session.scalars(_OVER, {"before": before, "limit": limit}).all()
