"""Attaching an account to a login: attempts, proofs of possession, access. The gate's role."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, false, func, null, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import AccountAccess, AccountCode, Attempt, Login, LoginContact
from db.rows import get_one, read_all

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_OF_LOGIN = Attempt.login_id == bindparam("login")
_OF_SUBJECT = Attempt.subject_hash == bindparam("subject")
_OF_ADDRESS = Attempt.address == bindparam("address")
_FAILED = Attempt.succeeded.is_(False)
_COUNTS = select(
    func.count().filter(_FAILED, _OF_LOGIN).label("of_login"),
    func.count().filter(_FAILED, _OF_SUBJECT).label("of_subject"),
    func.count().filter(_FAILED, _OF_SUBJECT, _OF_LOGIN).label("of_both"),
    func.count().filter(_FAILED, _OF_ADDRESS).label("of_address"),
    func.max(Attempt.happened_at).filter(_FAILED, _OF_ADDRESS).label("of_address_last"),
    func.coalesce(
        func.bool_or(
            and_(
                Attempt.succeeded,
                _OF_LOGIN,
                _OF_SUBJECT,
                Attempt.request_key == bindparam("request"),
            )
        ),
        false(),
    ).label("has_succeeded"),
).where(
    Attempt.kind == bindparam("kind"),
    Attempt.happened_at > bindparam("since"),
    or_(_OF_LOGIN, _OF_SUBJECT, _OF_ADDRESS),
)
_PROVE_POSSESSION = text(
    "SELECT prove_possession(:organization, :premise, :number, :paid_on, :amount)"
)
_PROVE_RECEIPT = text("SELECT prove_receipt(:organization, :premise, :number, :period)")
_HOLDERS = (
    select(AccountAccess.login_id, LoginContact.email, LoginContact.first_name)
    .join(Login, Login.id == AccountAccess.login_id)
    .join(LoginContact, LoginContact.login_id == AccountAccess.login_id)
    .where(
        AccountAccess.account_id == bindparam("account"),
        or_(AccountAccess.valid_to.is_(None), AccountAccess.valid_to > bindparam("now")),
        Login.blocked_at.is_(None),
    )
    .order_by(AccountAccess.login_id)
)
_GRANT = insert(AccountAccess).values(
    login_id=bindparam("login"), account_id=bindparam("account"), level="owner", valid_to=null()
)
# an expired access is renewed; a valid one stays as it is
_GRANT_ONCE = _GRANT.on_conflict_do_update(
    index_elements=[AccountAccess.login_id, AccountAccess.account_id],
    set_={"level": _GRANT.excluded.level, "valid_to": _GRANT.excluded.valid_to},
    where=AccountAccess.valid_to <= bindparam("now"),
).returning(AccountAccess.login_id)
_ADD_ACCESS = (
    insert(AccountAccess)
    .values(
        login_id=bindparam("login"), account_id=bindparam("account"), level=bindparam("level_name")
    )
    .on_conflict_do_nothing()
)
_REMOVE_ACCESS = (
    delete(AccountAccess)
    .where(
        AccountAccess.login_id == bindparam("login"),
        AccountAccess.account_id == bindparam("account"),
    )
    .returning(AccountAccess.account_id)
)
_USE_CODE = (
    insert(AccountCode)
    .values(
        account_id=bindparam("account"),
        period=bindparam("period"),
        login_id=bindparam("login"),
        used_at=bindparam("now"),
    )
    .on_conflict_do_nothing()
    .returning(AccountCode.account_id)
)


class AttemptCounts(NamedTuple):
    """Attempts to attach: numbers of failures, the last failure, whether this form succeeded."""

    of_login: int
    of_subject: int
    of_both: int
    of_address: int
    of_address_last: dt.datetime | None
    has_succeeded: bool


class HolderRow(NamedTuple):
    """A login that may see an account."""

    login_id: int
    email: str
    first_name: str


def lock_names(session: Session, *names: str) -> None:
    """Take an advisory lock on each name, in this order, until the transaction ends."""
    for name in names:
        session.execute(_LOCK, {"name": name})


def count_attempts(
    session: Session,
    *,
    kind: str,
    login_id: int,
    subject: bytes,
    address: str,
    request_key: str,
    since: dt.datetime,
) -> AttemptCounts:
    """Count the attempts since a moment: by the login, at the account, from the address."""
    values = {
        "kind": kind,
        "login": login_id,
        "subject": subject,
        "address": address,
        "request": request_key,
        "since": since,
    }
    return get_one(session.execute(_COUNTS, values), AttemptCounts)


def find_account_by_payment(
    session: Session,
    *,
    organization_id: int,
    premise_id: int,
    number: str,
    paid_on: dt.date,
    amount: Decimal,
) -> int | None:
    """Return the account that has such a payment; None where any value is wrong."""
    values = {
        "organization": organization_id,
        "premise": premise_id,
        "number": number,
        "paid_on": paid_on,
        "amount": amount,
    }
    found: int | None = session.scalar(_PROVE_POSSESSION, values)
    return found


def find_account_by_receipt(
    session: Session, *, organization_id: int, premise_id: int, number: str, period: dt.date
) -> int | None:
    """Return the account whose latest closed month is ``period``; None where any value is wrong."""
    values = {
        "organization": organization_id,
        "premise": premise_id,
        "number": number,
        "period": period,
    }
    found: int | None = session.scalar(_PROVE_RECEIPT, values)
    return found


def list_holders(session: Session, *, account_id: int, now: dt.datetime) -> list[HolderRow]:
    """Return the logins that may see the account, with their e-mails."""
    return read_all(session.execute(_HOLDERS, {"account": account_id, "now": now}), HolderRow)


def grant_access(session: Session, *, login_id: int, account_id: int, now: dt.datetime) -> bool:
    """Let a login see an account as its owner; False where it may already."""
    values = {"login": login_id, "account": account_id, "now": now}
    return session.scalar(_GRANT_ONCE, values) is not None


def add_access(session: Session, *, login_id: int, account_id: int, level: str) -> None:
    """Add an access without an end; an existing one stays as it is. The operator's role."""
    values = {"login": login_id, "account": account_id, "level_name": level}
    session.execute(_ADD_ACCESS, values)


def remove_access(session: Session, *, login_id: int, account_id: int) -> bool:
    """Remove a login's access to an account; False where there was none."""
    values = {"login": login_id, "account": account_id}
    return session.scalar(_REMOVE_ACCESS, values) is not None


def use_code(
    session: Session, *, account_id: int, period: dt.date, login_id: int, now: dt.datetime
) -> bool:
    """Use up the code of an account's receipt; False where it was used before."""
    values = {"account": account_id, "period": period, "login": login_id, "now": now}
    return session.scalar(_USE_CODE, values) is not None
