"""Requests for accounts as residents make them."""

import datetime as dt
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Account,
    AccountRequest,
    House,
    Organization,
    Premise,
)
from db.queries import scope
from db.rows import get_one, read_all
from db.session import Viewer

_OWN = (
    select(
        AccountRequest.account_number,
        Organization.name.label("organization"),
        AccountRequest.requested_at,
        AccountRequest.status,
        AccountRequest.reason,
        House.city,
        House.street,
        House.house,
        House.building,
        Premise.number.label("premise"),
        Premise.kind.label("premise_kind"),
    )
    .join(Premise, Premise.id == AccountRequest.premise_id)
    .join(House, House.id == Premise.house_id)
    .join(Organization, Organization.id == AccountRequest.organization_id)
    .where(
        AccountRequest.login_id == bindparam("login"),
        or_(AccountRequest.status == "new", AccountRequest.decided_at > bindparam("since")),
    )
    .order_by(AccountRequest.requested_at.desc(), AccountRequest.id.desc())
    .limit(bindparam("limit"))
)
_COUNTS = select(
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
_HAS_ACCOUNT = select(
    exists().where(
        Account.premise_id == bindparam("premise"),
        Account.number == bindparam("number"),
        scope.match_viewer(Account.id),
    )
)


class OwnRow(NamedTuple):
    """A request as its sender sees it."""

    account_number: str
    organization: str
    requested_at: dt.datetime
    status: str
    reason: str | None
    city: str
    street: str | None
    house: str
    building: str | None
    premise: str
    premise_kind: str


class RequestCounts(NamedTuple):
    """A login's requests: waiting, made since a moment, waiting for the same account."""

    waiting: int
    today: int
    same: int


def list_own(session: Session, *, login_id: int, since: dt.datetime, limit: int) -> list[OwnRow]:
    """Return a login's requests that wait or were decided after ``since``, latest first."""
    values = {"login": login_id, "since": since, "limit": limit}
    return read_all(session.execute(_OWN, values), OwnRow)


def count_requests(
    session: Session, *, login_id: int, premise_id: int, number: str, since: dt.datetime
) -> RequestCounts:
    """Count a login's requests."""
    values = {"login": login_id, "premise": premise_id, "number": number, "since": since}
    return get_one(session.execute(_COUNTS, values), RequestCounts)


def is_served(session: Session, *, organization_id: int, premise_id: int) -> bool:
    """Tell whether a premise is in a house of the organisation."""
    return bool(session.scalar(_SERVES, {"organization": organization_id, "premise": premise_id}))


def has_account(session: Session, *, viewer: Viewer, premise_id: int, number: str) -> bool:
    """Tell whether the viewer may see the account already."""
    values = {"premise": premise_id, "number": number, **scope.bind_viewer(viewer)}
    return bool(session.scalar(_HAS_ACCOUNT, values))


def add_request(
    session: Session,
    *,
    login_id: int,
    organization_id: int,
    premise_id: int,
    account_number: str,
    comment: str,
    photo: str,
    requested_at: dt.datetime,
) -> int:
    """Add a request that waits and return its key; ``photo`` is a key of the storage."""
    statement = insert(AccountRequest).values(
        status="new",
        login_id=login_id,
        organization_id=organization_id,
        premise_id=premise_id,
        account_number=account_number,
        comment=comment,
        photo=photo,
        requested_at=requested_at,
    )
    return session.execute(statement.returning(AccountRequest.id)).scalar_one()
