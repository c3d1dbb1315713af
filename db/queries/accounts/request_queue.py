"""Requests for accounts as staff see and decide them."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from db.models import AccountRequest, House, Premise
from db.rows import read_all, read_one

_WAITING = (
    select(
        AccountRequest.id,
        AccountRequest.login_id,
        AccountRequest.account_number,
        AccountRequest.comment,
        AccountRequest.requested_at,
        func.own_account(AccountRequest.premise_id, AccountRequest.account_number).label("match"),
        func.count().over().label("all_waiting"),
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == AccountRequest.premise_id)
    .join(House, House.id == Premise.house_id)
    .where(
        AccountRequest.organization_id == bindparam("organization"), AccountRequest.status == "new"
    )
    .order_by(AccountRequest.requested_at, AccountRequest.id)
    .limit(bindparam("limit"))
)
_REQUEST = select(
    AccountRequest.login_id,
    AccountRequest.premise_id,
    AccountRequest.account_number,
    AccountRequest.photo,
    AccountRequest.status,
    AccountRequest.decided_at,
    AccountRequest.decision_key,
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
        decision_key=bindparam("key"),
        account_id=bindparam("account"),
    )
    .returning(AccountRequest.login_id)
)


class WaitingRow(NamedTuple):
    """A request as staff see it.

    Attributes:
        match: the account of the organisation that has this number in this premise.
        all_waiting: how many requests wait in all.
    """

    id: int
    login_id: int
    account_number: str
    comment: str
    requested_at: dt.datetime
    match: int | None
    all_waiting: int
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str


class RequestRow(NamedTuple):
    """A request as the decision about it needs it."""

    login_id: int
    premise_id: int
    account_number: str
    photo: str
    status: str
    decided_at: dt.datetime | None
    decision_key: str | None


class DecidedRow(NamedTuple):
    """A request that has been decided."""

    account_number: str
    status: str
    decided_at: dt.datetime


def list_waiting(session: Session, *, organization_id: int, limit: int) -> list[WaitingRow]:
    """Return an organisation's requests that wait, oldest first."""
    values = {"organization": organization_id, "limit": limit}
    return read_all(session.execute(_WAITING, values), WaitingRow)


def find_request(session: Session, *, request_id: int, organization_id: int) -> RequestRow | None:
    """Return one request of an organisation."""
    values = {"request": request_id, "organization": organization_id}
    return read_one(session.execute(_REQUEST, values), RequestRow)


def list_decided_by_others(
    session: Session, *, requests: Iterable[int], organization_id: int, login_id: int
) -> list[DecidedRow]:
    """Return those of an organisation's requests that other logins have decided."""
    values = {"requests": list(requests), "organization": organization_id, "login": login_id}
    return read_all(session.execute(_DECIDED, values), DecidedRow)


def find_own_account(session: Session, *, premise_id: int, number: str) -> int | None:
    """Return the account of the viewer's organisation in a premise."""
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
    request_key: str,
    now: dt.datetime,
) -> int | None:
    """Decide a request that waits and return its sender; None where it does not wait any more."""
    values = {
        "request": request_id,
        "organization": organization_id,
        "to": status,
        "why": reason,
        "account": account_id,
        "by": decided_by,
        "key": request_key,
        "now": now,
    }
    return session.execute(_DECIDE, values).scalar_one_or_none()
