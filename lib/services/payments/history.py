"""Payments of an account, their allocation, and the movement of its balances."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby

from sqlalchemy.orm import Session

from db import session as database
from db.queries.payments import history as came_in
from db.queries.payments import movements as queries
from db.queries.payments.history import WaitingPartRow
from db.queries.payments.movements import MovementRow, PaymentPartRow
from db.session import Viewer
from lib import clock
from lib.access import Actor, Permission
from lib.domain.payments import movement, payment
from lib.domain.payments.movement import GroupMovement, Movement
from lib.domain.payments.payment import Payment


def list_movements(
    *, actor: Actor, account_id: int, since: dt.date, until: dt.date
) -> tuple[GroupMovement, ...]:
    """Return the movement of an account's money by group and closed month.

    Args:
        actor: the user; needs ``payments:read``.
        account_id: one of the actor's accounts.
        since: the first month.
        until: the last month, included.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.PAYMENTS_READ)
    actor.demand_account(account_id)
    with database.transaction(actor.viewer) as session:
        return load_movements(
            session, viewer=actor.viewer, account_id=account_id, since=since, until=until
        )


def list_payments(
    *, actor: Actor, account_id: int, since: dt.date | None, until: dt.date | None
) -> tuple[Payment, ...]:
    """Return the payments that billing counts in some months, oldest first.

    Args:
        actor: the user; needs ``payments:read``.
        account_id: one of the actor's accounts.
        since: the first month; None for no limit.
        until: the last month; None for no limit: open months and payments that billing has not
            delivered yet are included.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.PAYMENTS_READ)
    actor.demand_account(account_id)
    viewer = actor.viewer
    with database.transaction(viewer) as session:
        counted = load_payments(
            session,
            viewer=viewer,
            account_id=account_id,
            since=since or dt.date.min,
            until=until or dt.date.max,
        )
        if until is not None:
            return counted
        return counted + tuple(
            _waiting(came_in.list_waiting_parts(session, viewer=viewer, account_id=account_id))
        )


def load_movements(
    session: Session, *, viewer: Viewer, account_id: int, since: dt.date, until: dt.date
) -> tuple[GroupMovement, ...]:
    """Return the same as ``list_movements``, within the caller's transaction."""
    rows = queries.list_movements(
        session, viewer=viewer, account_id=account_id, since=since, until=until
    )
    return movement.group_movements((row.group_id, row.group, _movement(row)) for row in rows)


def load_payments(
    session: Session, *, viewer: Viewer, account_id: int, since: dt.date, until: dt.date
) -> tuple[Payment, ...]:
    """Return the same as ``list_payments``, within the caller's transaction."""
    rows = queries.list_payment_parts(
        session, viewer=viewer, account_id=account_id, since=since, until=until
    )
    return tuple(_payments(rows))


def _movement(row: MovementRow) -> Movement:
    return Movement(
        period=row.period,
        opening=row.opening,
        charged=row.charged,
        coefficient=row.coefficient,
        recalculated=row.recalculated,
        privilege=row.privilege,
        penalty=row.penalty,
        received=row.received,
        closing=row.closing,
    )


def _payments(rows: Iterable[PaymentPartRow]) -> Iterator[Payment]:
    """Join the rows of parts into payments."""
    for _, parts in groupby(rows, key=lambda row: row.id):
        first, *rest = parts
        yield Payment(
            paid_on=first.paid_on,
            month=first.month,
            amount=first.amount,
            channel=first.channel,
            source=first.source,
            is_reversal=first.is_reversal,
            reverses=first.reverses,
            returned=first.returned,
            shares=payment.sum_shares((row.group, row.part) for row in (first, *rest)),
        )


def _waiting(rows: Iterable[WaitingPartRow]) -> Iterator[Payment]:
    """Join the rows of parts that billing has not delivered yet into payments."""
    for _, parts in groupby(rows, key=lambda row: row.key):
        first, *rest = parts
        yield Payment(
            paid_on=_paid_on(first),
            month=None,
            amount=first.amount,
            channel=first.channel,
            source=None,
            is_reversal=False,
            reverses=None,
            returned=None,
            shares=payment.sum_shares((row.group, row.part) for row in (first, *rest)),
        )


def _paid_on(row: WaitingPartRow) -> dt.date:
    if row.paid_on is not None:
        return row.paid_on
    assert row.paid_at is not None  # noqa: S101 - set together with the status «paid»
    return clock.local(row.paid_at).date()
