"""Paying online: begun once for each form, followed until the bank has said its last word."""

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
_FIRST_QUESTION = dt.timedelta(seconds=30)
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class OnlineTry:
    """One try to pay online, as the resident sees it; moments are in UTC.

    Attributes:
        payment_id: its key.
        amount: for the account, without the fee.
        fee: what was to be paid on top.
        refunded: given back in all.
        state: how far it has come.
        method: by card or by СБП.
        pay_url: the bank's page, while there is something to pay.
        created_at: when it was begun.
        paid_at: when the bank said that it had been paid.
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
    """Tell whether there is a bank to pay to online."""
    return acquiring.find_bank() is not None


def list_tries(*, actor: Actor, account_id: int) -> tuple[OnlineTry, ...]:
    """Return the latest tries to pay for an account online, the latest first.

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
    """Begin to pay online; the same form begins one payment, however often it is sent.

    The payment is written down before the bank hears of it. Where the bank does not answer, it
    waits, and the bank is asked again with the same key.

    Args:
        actor: who pays; needs ``payments:make``.
        account_id: one of the actor's accounts.
        sums: by group's key; those of nothing are left out.
        method: by card or by СБП.
        request_key: one value per rendered form, not per click.

    Raises:
        AccessDenied: no permission, not the actor's account, or nobody pays online here.
        SumRefused: there is nothing to pay, a sum that cannot be, or too many wait.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    bank = acquiring.find_bank()
    if bank is None:
        raise AccessDenied
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        payment_id = _begun(session, viewer, account_id, request_key)
        if payment_id is None:
            wanted = _wanted(session, viewer, account_id, sums)
            total, now = sum(wanted.values(), _NOTHING), clock.now()
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
                check_at=now + _FIRST_QUESTION,
            )
            queries.add_payment(session, new=new, parts=wanted)
            # another click may have been faster: its payment is this one's
            payment_id = _begun(session, viewer, account_id, request_key)
    assert payment_id is not None  # noqa: S101 - one of the clicks has added it
    return _asked(actor, account_id, payment_id)


def refresh_payment(*, actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    """Ask the bank about a payment that is not finished, and return it as it is then.

    Raises:
        AccessDenied: no permission, or not a payment of the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    found = _own(actor, account_id, payment_id)
    return _asked(actor, account_id, payment_id) if found.is_unfinished else found


def cancel_payment(*, actor: Actor, account_id: int, payment_id: UUID, address: str) -> OnlineTry:
    """Cancel a payment that has not been paid, and return what has become of it.

    Args:
        actor: who changed their mind; needs ``payments:make``.
        account_id: one of the actor's accounts.
        payment_id: the payment.
        address: the client's address.

    Raises:
        AccessDenied: no permission, or not a payment of the actor's account.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    _own(actor, account_id, payment_id)

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
    return _own(actor, account_id, payment_id)


def _begun(session: Session, viewer: Viewer, account_id: int, request_key: UUID) -> UUID | None:
    return queries.find_by_request(
        session, viewer=viewer, account_id=account_id, request_key=request_key
    )


def _wanted(
    session: Session, viewer: Viewer, account_id: int, sums: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """Return what is to be paid, or say why it cannot be paid online."""
    (card,) = account_cards.load_cards(session, viewer=viewer)
    wanted = quotes.check_sums(card, sums)
    if not MIN_AMOUNT <= sum(wanted.values(), _NOTHING) <= MAX_AMOUNT:
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
    return wanted


def _asked(actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    """Ask the bank, and return the payment whether it has answered or not."""
    try:
        settlement.check_payment(account_id=account_id, payment_id=payment_id)
    except BankUnavailable:
        _LOG.warning("bank away, asked again later", payment=str(payment_id))
    return _own(actor, account_id, payment_id)


def _own(actor: Actor, account_id: int, payment_id: UUID) -> OnlineTry:
    found = [one for one in _tries(actor, account_id) if one.payment_id == payment_id]
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
