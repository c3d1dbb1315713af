"""What follows from a payment for a request: a line in its thread and a letter."""

import structlog
from sqlalchemy.orm import Session

from db.models import OnlinePayment
from db.queries.appeals import steps
from db.queries.payments import for_requests
from db.queries.payments import settlement as queries
from lib import clock
from lib.domain import formats
from lib.domain.appeals.rules import EntryKind, Side
from lib.mail import outbox, paid_letters
from lib.services.appeals import notices
from lib.services.appeals import steps as appeal_steps

_LOG = structlog.get_logger("payments")


def notify_paid(session: Session, payment: OnlinePayment, *, appeal_id: int) -> None:
    """Inform the thread and the payer that a request is paid."""
    payment_count = for_requests.count_paid(
        session, account_id=payment.account_id, appeal_id=appeal_id
    )
    words = f"Заявка оплачена онлайн: {formats.format_money(payment.amount)} ₽."
    if payment_count > 1:  # the bank's page stayed open: the second payment has to be refunded
        _LOG.error("request paid twice", payment=str(payment.id))
        words = (
            f"Оплата пришла ещё раз: {formats.format_money(payment.amount)} ₽. "
            "Расчётный центр вернёт лишнее."
        )
    _add_message(session, payment, appeal_id, words, key=f"paid {payment.id}")
    notices.post_payment_letters(session, account_id=payment.account_id, appeal_id=appeal_id)
    payer = queries.find_payer(session, login_id=payment.login_id)
    if payer is not None:
        request = for_requests.get_request(
            session, account_id=payment.account_id, appeal_id=appeal_id
        )
        letter = paid_letters.write_received(
            name=payer.first_name,
            appeal_id=appeal_id,
            number=request.number,
            service=request.name,
            amount=payment.amount,
            on=clock.local(payment.paid_at or clock.now()).date(),
        )
        outbox.post_letter(session, recipient=payer.email, letter=letter)


def notify_refunded(session: Session, payment: OnlinePayment, *, appeal_id: int) -> None:
    """Inform the thread and the payer about a refund."""
    words = f"Возвращено по заявке: {formats.format_money(payment.refunded)} ₽."
    _add_message(
        session, payment, appeal_id, words, key=f"refunded {payment.refunded} {payment.id}"
    )
    payer = queries.find_payer(session, login_id=payment.login_id)
    if payer is not None:
        request = for_requests.get_request(
            session, account_id=payment.account_id, appeal_id=appeal_id
        )
        letter = paid_letters.write_refunded(
            name=payer.first_name,
            appeal_id=appeal_id,
            number=request.number,
            amount=payment.refunded,
        )
        outbox.post_letter(session, recipient=payer.email, letter=letter)


def _add_message(
    session: Session, payment: OnlinePayment, appeal_id: int, words: str, *, key: str
) -> None:
    appeal = steps.lock_appeal(session, account_id=payment.account_id, appeal_id=appeal_id)
    assert appeal is not None  # noqa: S101 - threads are never deleted
    appeal_steps.add_entry(
        session,
        appeal=appeal,
        actor=None,
        side=Side.PORTAL,
        kind=EntryKind.MESSAGE,
        text=words,
        request_key=key,
        notify=False,  # the letter about the payment informs the resident
    )
