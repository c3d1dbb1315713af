"""For jobs: the contents and the recipients of letters about threads, and threads to close."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, literal, or_, select, update
from sqlalchemy.orm import Session

from db.models import Account, AccountAccess, Appeal, AppealEntry, Login, LoginContact, Organization
from db.rows import get_one, read_all, read_one


class ClaimedEntry(NamedTuple):
    """A line of a thread whose letters are to be posted now."""

    appeal_id: int
    kind: str
    side: str
    status: str | None
    body: str
    request_key: str | None


class LetterThread(NamedTuple):
    """What letters say of a thread."""

    id: int
    number: str
    kind: str
    topic: str
    organization_id: int
    assigned_to: int | None
    due_on: dt.date | None
    request_key: str
    account: str
    organization: str


class Recipient(NamedTuple):
    """A login that gets a letter."""

    id: int
    first_name: str
    email: str


# of two workers that have the same job, only one gets the line
_CLAIM = (
    update(AppealEntry)
    .where(
        AppealEntry.account_id == bindparam("account"),
        AppealEntry.id == bindparam("entry"),
        AppealEntry.told_at.is_(None),
    )
    .values(told_at=bindparam("now"))
    .returning(
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
# all residents who have written in the thread and still have access to the account
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
_ANSWERED = (
    select(Appeal)
    # a literal: with a parameter, a prepared plan could not use the partial index
    .where(Appeal.status == literal("completed", literal_execute=True))
    .where(Appeal.status_at < bindparam("before"))
    .order_by(Appeal.status_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def claim_entry(
    session: Session, *, account_id: int, entry_id: int, now: dt.datetime
) -> ClaimedEntry | None:
    """Mark the letters about a line as posted and return the line; None if they were already."""
    values = {"account": account_id, "entry": entry_id, "now": now}
    return read_one(session.execute(_CLAIM, values), ClaimedEntry)


def get_thread(session: Session, *, account_id: int, appeal_id: int) -> LetterThread:
    """Return what letters say of a thread."""
    values = {"account": account_id, "appeal": appeal_id}
    return get_one(session.execute(_THREAD, values), LetterThread)


def list_writers(
    session: Session, *, account_id: int, appeal_id: int, now: dt.datetime
) -> Sequence[Recipient]:
    """Return the residents who have written in a thread and still have access to the account."""
    values = {"account": account_id, "appeal": appeal_id, "now": now}
    return read_all(session.execute(_WRITERS, values), Recipient)


def list_staff(session: Session, *, organization_id: int) -> Sequence[Recipient]:
    """Return the staff of an organisation who may sign in now."""
    return read_all(session.execute(_STAFF, {"organization": organization_id}), Recipient)


def lock_answered(session: Session, *, before: dt.datetime, limit: int) -> Sequence[Appeal]:
    """Return appeals that have been answered since before a moment and lock their rows."""
    return session.scalars(_ANSWERED, {"before": before, "limit": limit}).all()
