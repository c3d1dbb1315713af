"""Letters and audit events about a change of a payment, in the same transaction."""

import structlog
from sqlalchemy.orm import Session

from db.models import OnlinePayment
from db.queries.payments import settlement as queries
from lib import clock
from lib.domain import formats
from lib.domain.payments.online import COUNTED, State
from lib.mail import outbox, payment_letters
from lib.services.audit import trail
from lib.services.audit.trail import Action
from lib.services.payments import _request_notices

_LOG = structlog.get_logger("payments")


def notify_change(
    session: Session, payment: OnlinePayment, *, before: State, refunded_before: object
) -> None:
    """Post the letters and record the events about what has changed since ``before``."""
    state = State(payment.status)
    if state is not before and state is State.DISPUTED:
        _LOG.error("bank took another sum than was asked for", payment=str(payment.id))
        _record(session, payment, Action.PAYMENT_DISPUTED)
    if state in COUNTED and before not in COUNTED:
        _record(session, payment, Action.PAID)
        if payment.appeal_id is None:
            _post_received(session, payment)
        else:
            _request_notices.notify_paid(session, payment, appeal_id=payment.appeal_id)
    if payment.refunded != refunded_before:
        _record(session, payment, Action.PAYMENT_REFUNDED)
        if payment.appeal_id is None:
            _post_refunded(session, payment)
        else:
            _request_notices.notify_refunded(session, payment, appeal_id=payment.appeal_id)


def _record(session: Session, payment: OnlinePayment, action: Action) -> None:
    payer = queries.find_payer(session, login_id=payment.login_id)
    trail.record_event(
        session,
        action=action,
        login_id=payment.login_id,
        username=payer.username if payer else None,
        account_id=payment.account_id,
        amount=formats.format_money(
            payment.refunded if action is Action.PAYMENT_REFUNDED else payment.amount
        ),
        payment=str(payment.id),
    )


def _post_received(session: Session, payment: OnlinePayment) -> None:
    payer = queries.find_payer(session, login_id=payment.login_id)
    if payer is None:
        return
    letter = payment_letters.write_received(
        name=payer.first_name,
        account_id=payment.account_id,
        number=queries.get_account_number(session, account_id=payment.account_id),
        amount=payment.amount,
        on=clock.local(payment.paid_at or clock.now()).date(),
    )
    outbox.post_letter(session, recipient=payer.email, letter=letter)


def _post_refunded(session: Session, payment: OnlinePayment) -> None:
    payer = queries.find_payer(session, login_id=payment.login_id)
    if payer is None:
        return
    letter = payment_letters.write_refunded(
        name=payer.first_name,
        account_id=payment.account_id,
        number=queries.get_account_number(session, account_id=payment.account_id),
        amount=payment.refunded,
    )
    outbox.post_letter(session, recipient=payer.email, letter=letter)
