"""Requests for paid services for residents: list them, agree to a price, withdraw."""

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
    """The organisation has offered another price meanwhile."""

    def __init__(self) -> None:
        super().__init__("Организация изменила цену. Посмотрите новую и решите ещё раз.")


class WithdrawRefused(PortalError):
    """The request is paid, being paid, done or declined."""

    def __init__(self) -> None:
        super().__init__(
            "Отозвать можно заявку, которая не выполнена и за которую не платили. "
            "Напишите организации: она ответит здесь же."
        )


@dataclass(frozen=True, slots=True)
class PaidRequest:
    """A request for a paid service; amounts are in roubles, moments in the centre's time zone.

    Attributes:
        account_id: the account.
        appeal_id: the key of the thread.
        number: of the request.
        account: the number of the account.
        organization: the organisation that does the work.
        name: of the service.
        unit: the unit that the price is for.
        list_price: the price of the list when it was ordered; None if it is agreed each time.
        wanted_on: the day that the resident asked for.
        contact: how to reach the resident.
        sent_at: when it was sent.
        status: its status.
        reason: why it was declined.
        offered: the last price that the organisation has offered.
        price: the price that both sides have agreed to.
        paid: the amount paid online and not refunded.
        refunded: the amount refunded in all.
        is_returned: whether a correct payment was refunded, in full or in part.
        is_disputed: whether the bank holds an amount that differs from the price.
        waiting: the key of the payment that is under way.
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
        """Tell whether it is agreed and not paid yet; a completed request may be paid, too.

        A refunded request is not paid again, nor is one while the bank holds a wrong amount.
        """
        is_settled = self.is_paid or self.is_returned or self.is_disputed
        return self.status in _AGREED and self.price is not None and not is_settled

    @property
    def is_withdrawable(self) -> bool:
        """Tell whether neither work nor a payment has been done for it."""
        is_touched = self.is_paid or self.is_disputed or self.waiting is not None
        return self.status in {Status.NEW, Status.AGREED} and not is_touched

    @property
    def is_to_agree(self) -> bool:
        """Tell whether an offered price waits for the resident's consent."""
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
    """Return a request of the actor's accounts.

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
    """Agree to the price that the organisation has offered.

    Args:
        actor: the resident; needs ``paid_services:order``.
        account_id: one of the actor's accounts.
        appeal_id: the request.
        price: the price that the screen showed, in roubles.
        request_key: one value for a rendered form, not for a click.

    Raises:
        AccessDenied: no permission, no such request, or not of the actor's account.
        PriceChanged: another price is offered now.
        StatusChangeRefused: the request is agreed, completed, closed or declined.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(account_id)
    with database.transaction(replace(actor.viewer, accounts=(account_id,))) as session:
        appeal = steps.lock_appeal(session, actor=actor, account_id=account_id, appeal_id=appeal_id)
        ordered = queries.lock_request(session, account_id=account_id, appeal_id=appeal_id)
        if ordered is None:
            raise AccessDenied
        if ordered.price == price:
            return  # the second of two clicks
        if ordered.offered != price:
            raise PriceChanged
        steps.change_status(
            session,
            appeal=appeal,
            actor=actor,
            side=Side.RESIDENT,
            to=Status.AGREED,
            reason=f"Цена {formats.format_money(price)} ₽ согласована.",
            request_key=request_key,
        )
        ordered.price = price


def withdraw_request(*, actor: Actor, account_id: int, appeal_id: int, request_key: str) -> None:
    """Withdraw a request for which nothing was done yet; the organisation gets a letter.

    Args:
        actor: the resident; needs ``paid_services:order``.
        account_id: one of the actor's accounts.
        appeal_id: the request.
        request_key: one value for a rendered form, not for a click.

    Raises:
        AccessDenied: no permission, no such request, or not of the actor's account.
        WithdrawRefused: it is done, declined or paid, or a payment is under way.
    """
    actor.demand(Permission.PAID_SERVICES_ORDER)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        # locked, so that nobody begins a payment, completes or declines it at the same time
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
    """Make a request from its row."""
    return PaidRequest(
        account_id=row.account_id,
        appeal_id=row.id,
        number=row.number,
        account=row.account,
        organization=formats.quote_name(row.organization),
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
