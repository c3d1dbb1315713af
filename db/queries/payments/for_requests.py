"""Online payments for paid requests, as the account's residents see them."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.models import Appeal, OnlinePayment, PaidRequest
from db.queries import scope
from db.rows import get_one, read_one
from db.session import Viewer


class RequestPaymentRow(NamedTuple):
    """An online payment; ``appeal_id`` is None if it is for a debt."""

    id: UUID
    status: str
    pay_url: str | None
    appeal_id: int | None


class RequestRow(NamedTuple):
    """A paid request: its number and the name of the service."""

    number: str
    name: str


_PAYMENT = select(
    OnlinePayment.id, OnlinePayment.status, OnlinePayment.pay_url, OnlinePayment.appeal_id
).where(
    scope.match_viewer(OnlinePayment.account_id),
    OnlinePayment.account_id == bindparam("account"),
    OnlinePayment.id == bindparam("payment"),
)
_REQUEST = (
    select(Appeal.number, PaidRequest.name)
    .join(
        PaidRequest,
        (PaidRequest.account_id == Appeal.account_id) & (PaidRequest.appeal_id == Appeal.id),
    )
    .where(Appeal.account_id == bindparam("account"), Appeal.id == bindparam("appeal"))
)
_PAID = select(func.count()).where(
    OnlinePayment.account_id == bindparam("account"),
    OnlinePayment.appeal_id == bindparam("appeal"),
    OnlinePayment.status == "paid",
)


def find_payment(
    session: Session, *, viewer: Viewer, account_id: int, payment_id: UUID
) -> RequestPaymentRow | None:
    """Return a payment of an account that the viewer sees."""
    values = {"account": account_id, "payment": payment_id, **scope.bind_viewer(viewer)}
    return read_one(session.execute(_PAYMENT, values), RequestPaymentRow)


def get_request(session: Session, *, account_id: int, appeal_id: int) -> RequestRow:
    """Return the request that a payment is for."""
    values = {"account": account_id, "appeal": appeal_id}
    return get_one(session.execute(_REQUEST, values), RequestRow)


def count_paid(session: Session, *, account_id: int, appeal_id: int) -> int:
    """Count the payments received for a request: a second one is to be refunded."""
    return session.scalar(_PAID, {"account": account_id, "appeal": appeal_id}) or 0
