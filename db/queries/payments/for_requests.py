"""Online payments for paid requests, as the holder of the account sees them."""

from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.base import AnyRow
from db.models import Appeal, OnlinePayment, PaidRequest
from db.queries import scope
from db.session import Viewer

_ONE = select(
    OnlinePayment.id, OnlinePayment.status, OnlinePayment.pay_url, OnlinePayment.appeal_id
).where(
    scope.visible(OnlinePayment.account_id),
    OnlinePayment.account_id == bindparam("account"),
    OnlinePayment.id == bindparam("payment"),
)
_WHAT_FOR = (
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


def one(session: Session, *, viewer: Viewer, account_id: int, payment_id: UUID) -> AnyRow | None:
    """Return a payment of an account that the viewer sees."""
    given = {"account": account_id, "payment": payment_id} | scope.values(viewer)
    return session.execute(_ONE, given).one_or_none()


def what_for(session: Session, *, account_id: int, appeal_id: int) -> AnyRow:
    """Return number and name of the request that is paid for."""
    return session.execute(_WHAT_FOR, {"account": account_id, "appeal": appeal_id}).one()


def paid(session: Session, *, account_id: int, appeal_id: int) -> int:
    """Count the payments that have come in for a request: two are one too many."""
    return session.scalar(_PAID, {"account": account_id, "appeal": appeal_id}) or 0
