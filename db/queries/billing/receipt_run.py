"""Print run: which accounts get a receipt of a month, and when data last changed."""

import datetime as dt

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.models import Account, Bill, BillingPeriod, Package

_CLOSED = (
    select(Bill.account_id)
    .join(Account, Account.id == Bill.account_id)
    .join(
        BillingPeriod,
        (BillingPeriod.sender_id == Account.sender_id) & (BillingPeriod.period == Bill.period),
    )
    .where(Bill.period == bindparam("period"), Bill.line_count > 0)
    .where(BillingPeriod.status == "closed")
    .order_by(Bill.account_id)
)
_STATUSES = select(BillingPeriod.status).where(BillingPeriod.period == bindparam("period"))
_LAST_IMPORT = select(func.max(Package.imported_at))


def list_billed_accounts(session: Session, *, period: dt.date) -> list[int]:
    """Return the keys of the accounts with a closed bill of the month, in order."""
    return list(session.scalars(_CLOSED, {"period": period}))


def list_period_statuses(session: Session, *, period: dt.date) -> set[str]:
    """Return the statuses that senders have given to the month."""
    return set(session.scalars(_STATUSES, {"period": period}))


def find_last_import(session: Session) -> dt.datetime | None:
    """Return when the last package was imported; None before the first."""
    return session.scalar(_LAST_IMPORT)
