"""Requests for accounts: as residents, staff and the gate see them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import (
    Account,
    AccountRequest,
    House,
    Login,
    LoginContact,
    Organization,
    Premise,
)
from db.queries import scope
from db.session import Viewer

_PLACE = (
    House.city,
    House.street,
    House.house,
    House.building,
    Premise.number.label("premise"),
    Premise.kind.label("premise_kind"),
)
_PLACED = (
    select(
        AccountRequest.id,
        AccountRequest.login_id,
        AccountRequest.premise_id,
        AccountRequest.account_number,
        AccountRequest.comment,
        AccountRequest.photo,
        AccountRequest.status,
        AccountRequest.reason,
        AccountRequest.requested_at,
        AccountRequest.decided_at,
        AccountRequest.decided_by,
        *_PLACE,
    )
    .join(Premise, Premise.id == AccountRequest.premise_id)
    .join(House, House.id == Premise.house_id)
)
_OWN = (
    _PLACED.add_columns(Organization.name.label("organization"))
    .join(Organization, Organization.id == AccountRequest.organization_id)
    .where(
        AccountRequest.login_id == bindparam("login"),
        or_(AccountRequest.status == "new", AccountRequest.decided_at > bindparam("since")),
    )
    .order_by(AccountRequest.requested_at.desc(), AccountRequest.id.desc())
    .limit(bindparam("limit"))
)
_WAITING = (
    _PLACED.add_columns(
        func.own_account(AccountRequest.premise_id, AccountRequest.account_number).label("match"),
        func.count().over().label("all_waiting"),
    )
    .where(
        AccountRequest.organization_id == bindparam("organization"), AccountRequest.status == "new"
    )
    .order_by(AccountRequest.requested_at, AccountRequest.id)
    .limit(bindparam("limit"))
)
_ONE = select(
    AccountRequest.login_id,
    AccountRequest.premise_id,
    AccountRequest.account_number,
    AccountRequest.photo,
    AccountRequest.status,
    AccountRequest.decided_at,
    AccountRequest.decided_by,
).where(
    AccountRequest.id == bindparam("request"),
    AccountRequest.organization_id == bindparam("organization"),
)
_DECIDED = (
    select(
        AccountRequest.account_number,
        AccountRequest.status,
        AccountRequest.decided_at,
    )
    .where(
        AccountRequest.id.in_(bindparam("requests", expanding=True)),
        AccountRequest.organization_id == bindparam("organization"),
        AccountRequest.status != "new",
        AccountRequest.decided_by != bindparam("login"),
    )
    .order_by(AccountRequest.decided_at)
)
_MADE = select(
    func.count().filter(AccountRequest.status == "new").label("waiting"),
    func.count().filter(AccountRequest.requested_at > bindparam("since")).label("today"),
    func.count()
    .filter(
        AccountRequest.status == "new",
        AccountRequest.premise_id == bindparam("premise"),
        AccountRequest.account_number == bindparam("number"),
    )
    .label("same"),
).where(AccountRequest.login_id == bindparam("login"))
_SERVES = select(
    exists().where(
        Premise.id == bindparam("premise"),
        House.id == Premise.house_id,
        House.organization_id == bindparam("organization"),
    )
)
_HOLDS = select(
    exists().where(
        Account.premise_id == bindparam("premise"),
        Account.number == bindparam("number"),
        scope.visible(Account.id),
    )
)
_OWN_ACCOUNT = select(func.own_account(bindparam("premise"), bindparam("number")))
_DECIDE = (
    update(AccountRequest)
    .where(
        AccountRequest.id == bindparam("request"),
        AccountRequest.organization_id == bindparam("organization"),
        AccountRequest.status == "new",
    )
    .values(
        status=bindparam("to"),
        reason=bindparam("why"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        account_id=bindparam("account"),
    )
    .returning(AccountRequest.login_id, AccountRequest.account_number)
)
_CONTACTS = (
    select(
        Login.id,
        Login.username,
        LoginContact.last_name,
        LoginContact.first_name,
        LoginContact.middle_name,
        LoginContact.email,
    )
    .join(LoginContact, LoginContact.login_id == Login.id)
    .where(Login.id.in_(bindparam("logins", expanding=True)))
)


def list_own(
    session: Session, *, login_id: int, since: dt.datetime, limit: int
) -> Sequence[AnyRow]:
    """Return a login's requests that wait or were decided lately, the latest first."""
    return session.execute(_OWN, {"login": login_id, "since": since, "limit": limit}).all()


def list_waiting(session: Session, *, organization_id: int, limit: int) -> Sequence[AnyRow]:
    """Return an organisation's requests that wait, the oldest first, and whose accounts match."""
    return session.execute(_WAITING, {"organization": organization_id, "limit": limit}).all()


def find_request(session: Session, *, request_id: int, organization_id: int) -> AnyRow | None:
    """Return one request of an organisation, or None."""
    values = {"request": request_id, "organization": organization_id}
    return session.execute(_ONE, values).one_or_none()


def list_decided_by_others(
    session: Session, *, requests: Iterable[int], organization_id: int, login_id: int
) -> Sequence[AnyRow]:
    """Return which of an organisation's requests somebody but the login has decided."""
    values = {"requests": list(requests), "organization": organization_id, "login": login_id}
    return session.execute(_DECIDED, values).all()


def count_requests(
    session: Session, *, login_id: int, premise_id: int, number: str, since: dt.datetime
) -> AnyRow:
    """Count a login's requests: ``waiting``, made ``today``, and for the ``same`` account."""
    values = {"login": login_id, "premise": premise_id, "number": number, "since": since}
    return session.execute(_MADE, values).one()


def is_served(session: Session, *, organization_id: int, premise_id: int) -> bool:
    """Tell whether a premise is in a house of the organisation."""
    return bool(session.scalar(_SERVES, {"organization": organization_id, "premise": premise_id}))


def has_account(session: Session, *, viewer: Viewer, premise_id: int, number: str) -> bool:
    """Tell whether the viewer sees the account already."""
    values = {"premise": premise_id, "number": number, **scope.values(viewer)}
    return bool(session.scalar(_HOLDS, values))


def add_request(session: Session, **values: Any) -> int:
    """Add a request that waits and return its key."""
    made_row = insert(AccountRequest).values(status="new", **values).returning(AccountRequest.id)
    return int(session.execute(made_row).scalar_one())


def find_own_account(session: Session, *, premise_id: int, number: str) -> int | None:
    """Return the account of the viewer's organisation in a premise, or None."""
    return session.scalar(_OWN_ACCOUNT, {"premise": premise_id, "number": number})


def decide_request(
    session: Session,
    *,
    request_id: int,
    organization_id: int,
    status: str,
    reason: str | None,
    account_id: int | None,
    decided_by: int,
    now: dt.datetime,
) -> AnyRow | None:
    """Decide a request that waits; None where somebody was faster."""
    values = {
        "request": request_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "account": account_id,
        "by": decided_by,
        "now": now,
    }
    return session.execute(_DECIDE, values).one_or_none()


def find_contacts(session: Session, *, logins: Iterable[int]) -> dict[int, AnyRow]:
    """Return names and e-mails of logins, by key; the gate's."""
    return {row.id: row for row in session.execute(_CONTACTS, {"logins": list(logins)})}
