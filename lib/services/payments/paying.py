"""Pay online: begin once for each form, and ask the bank until the state is final."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID, uuid4

import structlog
from sqlalchemy.orm import Session

from db import session as database
from db.queries.payments import online as queries
from db.queries.payments.online import NewPayment, TryRow
from db.session import Viewer
from lib import acquiring, clock
from lib.access import AccessDenied, Actor, Permission
from lib.acquiring.bank import BankUnavailable, Method
from lib.domain import formats
from lib.domain.payments.online import MAX_AMOUNT, MIN_AMOUNT, UNFINISHED, State
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.billing import account_cards
from lib.services.payments import quotes, settlement
from lib.services.payments.quotes import SumRefused

_LOG = structlog.get_logger("payments")
_SHOWN = 10
_MOST_UNFINISHED = 5
_FIRST_CHECK = dt.timedelta(seconds=30)
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class OnlineTry:
    """An attempt to pay online, as the resident sees it; moments are in UTC.

    Attributes:
        payment_id: its key.
        amount: for the account, without the fee.
        fee: the fee, paid in addition.
        refunded: refunded in all.
        state: its state.
        method: by card or by СБП.
        pay_url: the bank's page, while it may be paid.
        created_at: when it was begun.
        paid_at: when the bank reported that it was paid.
        parts: amount by group's key.
    """

    payment_id: UUID
    amount: Decimal
    fee: Decimal
    refunded: Decimal
    state: State
    method: Method
    pay_url: str | None
    created_at: dt.datetime
    paid_at: dt.datetime | None
    parts: dict[int, Decimal]

    @property
    def is_unfinished(self) -> bool:
        """Tell whether it may still be paid or cancelled."""
        return self.state in UNFINISHED


def is_online_available() -> bool:
    """Tell whether there is a bank for online payments."""
    return acquiring.find_bank() is not None


def list_tries(*, actor: Actor, account_id: int) -> tuple[OnlineTry, ...]:
    """Return the latest attempts to pay for an account online, the latest first.

    Raises:
        AccessDenied: no permission, or not the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    return _tries(actor, account_id)


def begin_payment(
    *,
    actor: Actor,
    account_id: int,
    sums: Mapping[int, Decimal],
    method: Method,
    request_key: UUID,
) -> OnlineTry:
    """Begin an online payment; a form begins only one, however often it is sent.

    The payment is stored before the bank gets it. If the bank does not answer, the payment waits,
    and the bank is asked again with the same key.

    Args:
        actor: the payer; needs ``payments:make``.
        account_id: one of the actor's accounts.
        sums: by group's key; zero sums are left out.
        method: by card or by СБП.
        request_key: one value for a rendered form, not for a click.

    Raises:
        AccessDenied: no permission, not the actor's account, or online payments are not available.
        SumRefused: there is nothing to pay, a sum is invalid, or too many payments are unfinished.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    bank = acquiring.find_bank()
    if bank is None:
        raise AccessDenied
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        payment_id = _find_begun(session, viewer, account_id, request_key)
        if payment_id is None:
            parts = _check_sums(session, viewer, account_id, sums)
            total, now = sum(parts.values(), _NOTHING), clock.now()
            new = NewPayment(
                id=uuid4(),
                account_id=account_id,
                login_id=actor.login_id,
                request_key=request_key,
                bank=bank.name,
                method=method.value,
                amount=total,
                fee=quotes.calculate_fee(total),
                status=State.CREATED.value,
                created_at=now,
                check_at=now + _FIRST_CHECK,
            )
            queries.add_payment(session, new=new, parts=parts)
            # another click on the same form may have added its payment first
            payment_id = _find_begun(session, viewer, account_id, request_key)
    assert payment_id is not None  # noqa: S101 - one of the clicks has added it
    return _ask_bank(actor, account_id, payment_id)


def refresh_payment(*, actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    """Ask the bank about an unfinished payment, and return the payment as it is then.

    Raises:
        AccessDenied: no permission, or not a payment of the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    found = _get_try(actor, account_id, payment_id)
    return _ask_bank(actor, account_id, payment_id) if found.is_unfinished else found


def cancel_payment(*, actor: Actor, account_id: int, payment_id: UUID, address: str) -> OnlineTry:
    """Cancel an unpaid payment, and return the payment as it is then.

    Args:
        actor: the payer; needs ``payments:make``.
        account_id: one of the actor's accounts.
        payment_id: the payment.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or not a payment of the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    _get_try(actor, account_id, payment_id)

    def record(session: Session) -> None:
        trail.record_event(
            session,
            action=Action.PAYMENT_CANCELLED,
            actor=actor,
            account_id=account_id,
            address=address,
            payment=str(payment_id),
        )

    settlement.cancel_payment(account_id=account_id, payment_id=payment_id, record=record)
    return _get_try(actor, account_id, payment_id)


def _find_begun(
    session: Session, viewer: Viewer, account_id: int, request_key: UUID
) -> UUID | None:
    return queries.find_by_request(
        session, viewer=viewer, account_id=account_id, request_key=request_key
    )


def _check_sums(
    session: Session, viewer: Viewer, account_id: int, sums: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """Return the sums to be paid; refuse sums that cannot be paid online."""
    (card,) = account_cards.load_cards(session, viewer=viewer)
    checked = quotes.check_sums(card, sums)
    if not MIN_AMOUNT <= sum(checked.values(), _NOTHING) <= MAX_AMOUNT:
        raise SumRefused(
            f"Онлайн можно оплатить от {formats.format_money(MIN_AMOUNT)} "
            f"до {formats.format_money(MAX_AMOUNT)} ₽ за один раз. "
            "Измените суммы или оплатите по QR-коду."
        )
    if queries.count_unfinished(session, viewer=viewer, account_id=account_id) >= _MOST_UNFINISHED:
        raise SumRefused(
            "По этому счёту уже начато несколько онлайн-платежей. Оплатите или отмените их, "
            "потом начните новый."
        )
    return checked


def _ask_bank(actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    """Ask the bank, and return the payment even if the bank does not answer."""
    try:
        settlement.check_payment(account_id=account_id, payment_id=payment_id)
    except BankUnavailable:
        _LOG.warning("bank away, asked again later", payment=str(payment_id))
    return _get_try(actor, account_id, payment_id)


def _get_try(actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    found = [attempt for attempt in _tries(actor, account_id) if attempt.payment_id == payment_id]
    if not found:
        raise AccessDenied
    return found[0]


def _tries(actor: Actor, account_id: int) -> tuple[OnlineTry, ...]:
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        rows = queries.list_tries(session, viewer=viewer, account_id=account_id, limit=_SHOWN)
    return tuple(map(_try, rows))


def _try(row: TryRow) -> OnlineTry:
    return OnlineTry(
        payment_id=row.id,
        amount=row.amount,
        fee=row.fee,
        refunded=row.refunded,
        state=State(row.status),
        method=Method(row.method),
        pay_url=row.pay_url,
        created_at=row.created_at,
        paid_at=row.paid_at,
        parts=dict(zip(row.groups, row.amounts, strict=True)),
    )
