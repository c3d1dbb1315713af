"""Requests for paid services: what a thread orders, with its online payments."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.orm import Session

from db.models import Account, Appeal, OnlinePayment, Organization, PaidRequest
from db.queries import scope
from db.rows import read_all, read_one
from db.session import Viewer


class RequestRow(NamedTuple):
    """A request with its thread and its online payments; amounts are in roubles."""

    account_id: int
    id: int
    number: str
    status: str
    reason: str | None
    contact: str
    sent_at: dt.datetime
    version: int
    account: str
    organization: str
    name: str
    unit: str
    list_price: Decimal | None
    wanted_on: dt.date
    offered: Decimal | None
    price: Decimal | None
    paid: Decimal
    refunded: Decimal
    is_returned: bool
    is_disputed: bool
    waiting: UUID | None


_OF_APPEAL = (OnlinePayment.account_id == Appeal.account_id) & (
    OnlinePayment.appeal_id == Appeal.id
)
_PAID = (
    select(func.coalesce(func.sum(OnlinePayment.amount), 0))
    .where(_OF_APPEAL, OnlinePayment.status == "paid")
    .scalar_subquery()
)
_REFUNDED = (
    select(func.coalesce(func.sum(OnlinePayment.refunded), 0)).where(_OF_APPEAL).scalar_subquery()
)
# the right amount was paid and then refunded; a refund of a wrong amount does not count
_IS_RETURNED = exists().where(
    _OF_APPEAL, OnlinePayment.paid_at.is_not(None), OnlinePayment.refunded > 0
)
# the bank holds an amount that differs from the price
_IS_DISPUTED = exists().where(_OF_APPEAL, OnlinePayment.status == "disputed")
# the payment that is under way; a unique index allows only one
_WAITING = (
    select(OnlinePayment.id)
    .where(_OF_APPEAL, OnlinePayment.status.in_(("created", "waiting")))
    .scalar_subquery()
)
_REQUESTS = (
    select(
        Appeal.account_id,
        Appeal.id,
        Appeal.number,
        Appeal.status,
        Appeal.reason,
        Appeal.contact,
        Appeal.sent_at,
        Appeal.version,
        Account.number.label("account"),
        Organization.name.label("organization"),
        PaidRequest.name,
        PaidRequest.unit,
        PaidRequest.list_price,
        PaidRequest.wanted_on,
        PaidRequest.offered,
        PaidRequest.price,
        _PAID.label("paid"),
        _REFUNDED.label("refunded"),
        _IS_RETURNED.label("is_returned"),
        _IS_DISPUTED.label("is_disputed"),
        _WAITING.label("waiting"),
    )
    .join(
        PaidRequest,
        (PaidRequest.account_id == Appeal.account_id) & (PaidRequest.appeal_id == Appeal.id),
    )
    .join(Account, Account.id == Appeal.account_id)
    .join(Organization, Organization.id == Appeal.organization_id)
    .where(scope.match_viewer(Appeal.account_id))
)
_OWN = _REQUESTS.order_by(Appeal.sent_at.desc(), Appeal.id.desc()).limit(bindparam("limit"))
_REQUEST = _REQUESTS.where(Appeal.id == bindparam("appeal"))
_REQUEST_OF_ORGANIZATION = _REQUEST.where(Appeal.organization_id == bindparam("organization"))


def add_request(
    session: Session,
    *,
    account_id: int,
    appeal_id: int,
    service_id: int,
    name: str,
    unit: str,
    list_price: Decimal | None,
    wanted_on: dt.date,
) -> None:
    """Add what a thread orders, with the price of the list as the resident saw it."""
    values = {
        "account_id": account_id,
        "appeal_id": appeal_id,
        "service_id": service_id,
        "name": name,
        "unit": unit,
        "list_price": list_price,
        "wanted_on": wanted_on,
    }
    session.execute(insert(PaidRequest).values(values).inline())


def lock_request(session: Session, *, account_id: int, appeal_id: int) -> PaidRequest | None:
    """Return what a thread orders and lock its row; None if it orders nothing."""
    return session.get(PaidRequest, (account_id, appeal_id), with_for_update=True)


def list_requests(session: Session, *, viewer: Viewer, limit: int) -> Sequence[RequestRow]:
    """Return the latest requests of the viewer's accounts, the latest first."""
    return read_all(session.execute(_OWN, {"limit": limit} | scope.bind_viewer(viewer)), RequestRow)


def find_request(session: Session, *, viewer: Viewer, appeal_id: int) -> RequestRow | None:
    """Return a request of one of the viewer's accounts, or None."""
    values = {"appeal": appeal_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_REQUEST, values), RequestRow)


def find_request_for_staff(
    session: Session, *, viewer: Viewer, appeal_id: int, organization_id: int
) -> RequestRow | None:
    """Return a request that the organisation answers, or None; the viewer has its account."""
    values = {"appeal": appeal_id, "organization": organization_id} | scope.bind_viewer(viewer)
    return read_one(session.execute(_REQUEST_OF_ORGANIZATION, values), RequestRow)
