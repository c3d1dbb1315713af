"""Requests for paid services as residents see them: how far they are, agreeing, withdrawing."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from db import session as database
from db.queries.paid_services import requests as queries
from db.queries.paid_services.requests import RequestRow
from lib import clock
from lib.access import AccessDenied, Actor, Permission
from lib.domain import formats
from lib.domain.appeals.rules import Side, Status
from lib.errors import PortalError
from lib.services.appeals import steps

_SHOWN = 50
_WITHDRAWN = "Житель отозвал заявку."
_AGREED = frozenset({Status.AGREED, Status.COMPLETED, Status.CLOSED})


class PriceChanged(PortalError):
    """The price that is agreed to is not the one that is asked for by now."""

    def __init__(self) -> None:
        super().__init__("Организация изменила цену. Посмотрите новую и решите ещё раз.")


class WithdrawRefused(PortalError):
    """Money has moved, or the work is done."""

    def __init__(self) -> None:
        super().__init__(
            "Отозвать можно заявку, которая не выполнена и за которую не платили. "
            "Напишите организации: она ответит здесь же."
        )


@dataclass(frozen=True, slots=True)
class PaidRequest:
    """What was ordered, and how far it has come; moments are by the centre's clocks.

    Attributes:
        account_id: for which account.
        appeal_id: key of the thread.
        number: of the request.
        account: the account's number.
        organization: who does it.
        name: what is done.
        unit: for what the price is.
        list_price: what the price list said then.
        wanted_on: the day asked for.
        contact: where the resident is to be reached.
        sent_at: when it was sent.
        status: how far it has come.
        reason: why it was declined.
        offered: the price that the organisation has named last.
        price: what both have agreed to.
        paid: paid online and not given back.
        refunded: given back in all.
        is_returned: what was paid has been given back, wholly or in part.
        is_disputed: the bank has taken another sum than was asked for, and holds it.
        waiting: the payment that has been begun.
        version: of the thread, for the next step.
    """

    account_id: int
    appeal_id: int
    number: str
    account: str
    organization: str
    name: str
    unit: str
    list_price: Decimal | None
    wanted_on: dt.date
    contact: str
    sent_at: dt.datetime
    status: Status
    reason: str | None
    offered: Decimal | None
    price: Decimal | None
    paid: Decimal
    refunded: Decimal
    is_returned: bool
    is_disputed: bool
    waiting: UUID | None
    version: int

    @property
    def is_paid(self) -> bool:
        """Tell whether the price has been paid online."""
        return self.paid > 0

    @property
    def is_payable(self) -> bool:
        """Tell whether it is agreed and not paid yet; what is done may be paid afterwards.

        What was given back is not asked for again; nobody pays while the bank holds a wrong sum.
        """
        is_settled = self.is_paid or self.is_returned or self.is_disputed
        return self.status in _AGREED and self.price is not None and not is_settled

    @property
    def is_withdrawable(self) -> bool:
        """Tell whether nothing was done for it yet: neither work nor a payment."""
        is_touched = self.is_paid or self.is_disputed or self.waiting is not None
        return self.status in {Status.NEW, Status.AGREED} and not is_touched

    @property
    def is_to_agree(self) -> bool:
        """Tell whether the organisation has named a price that waits for the resident."""
        return self.status is Status.NEW and self.offered is not None


def list_requests(*, actor: Actor) -> tuple[PaidRequest, ...]:
    """Return the latest requests of the actor's accounts, the latest first.

    Raises:
        AccessDenied: no permission.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    with database.transaction(actor.viewer) as session:
        rows = queries.list_requests(session, viewer=actor.viewer, limit=_SHOWN)
    return tuple(map(make_request, rows))


def get_request(*, actor: Actor, appeal_id: int) -> PaidRequest:
    """Return one request.

    Raises:
        AccessDenied: no permission, no such request, or not of the actor's accounts.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    with database.transaction(actor.viewer) as session:
        row = queries.find_request(session, viewer=actor.viewer, appeal_id=appeal_id)
    if row is None:
        raise AccessDenied
    return make_request(row)


def agree_price(
    *, actor: Actor, account_id: int, appeal_id: int, price: Decimal, request_key: str
) -> None:
    """Agree to the price that the organisation has named.

    Args:
        actor: the resident; needs ``paid_services:order``.
        account_id: one of the actor's accounts.
        appeal_id: the request.
        price: as the screen showed it.
        request_key: one value per rendered form, not per click.

    Raises:
        AccessDenied: no permission, no such request, or not of the actor's account.
        PriceChanged: the price is another one by now.
        MoveRefused: it is past agreeing to.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(account_id)
    with database.transaction(replace(actor.viewer, accounts=(account_id,))) as session:
        appeal = steps.lock_appeal(session, actor=actor, account_id=account_id, appeal_id=appeal_id)
        asked = queries.lock_request(session, account_id=account_id, appeal_id=appeal_id)
        if asked is None:
            raise AccessDenied
        if asked.price == price:
            return  # the second of two clicks
        if asked.offered != price:
            raise PriceChanged
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.RESIDENT,
            to=Status.AGREED,
            reason=f"Цена {formats.money(price)} ₽ согласована.",
            request_key=request_key,
        )
        asked.price = price


def withdraw_request(*, actor: Actor, account_id: int, appeal_id: int, request_key: str) -> None:
    """Take a request back for which nothing was done yet; the organisation is told.

    Args:
        actor: the resident; needs ``paid_services:order``.
        account_id: one of the actor's accounts.
        appeal_id: the request.
        request_key: one value per rendered form, not per click.

    Raises:
        AccessDenied: no permission, no such request, or not of the actor's account.
        WithdrawRefused: it is done, declined, paid, or being paid at this moment.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        # held, so that nobody begins to pay, marks as done or declines meanwhile
        appeal = steps.lock_appeal(session, actor=actor, account_id=account_id, appeal_id=appeal_id)
        if steps.has_entry(session, appeal=appeal, request_key=request_key):
            return  # the second of two clicks
        row = queries.find_request(session, viewer=viewer, appeal_id=appeal_id)
        if row is None:
            raise AccessDenied
        if not make_request(row).is_withdrawable:
            raise WithdrawRefused
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.RESIDENT,
            to=Status.DECLINED,
            reason=_WITHDRAWN,
            request_key=request_key,
        )


def make_request(row: RequestRow) -> PaidRequest:
    """Make a request of its row, for residents and staff alike."""
    return PaidRequest(
        account_id=row.account_id,
        appeal_id=row.id,
        number=row.number,
        account=row.account,
        organization=formats.quoted(row.organization),
        name=row.name,
        unit=row.unit,
        list_price=row.list_price,
        wanted_on=row.wanted_on,
        contact=row.contact,
        sent_at=clock.local(row.sent_at),
        status=Status(row.status),
        reason=row.reason,
        offered=row.offered,
        price=row.price,
        paid=row.paid,
        refunded=row.refunded,
        is_returned=row.is_returned,
        is_disputed=row.is_disputed,
        waiting=row.waiting,
        version=row.version,
    )
