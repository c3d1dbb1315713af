"""The order that a bank gets: for a payment of debts, or for a paid request."""

from uuid import UUID

from sqlalchemy.orm import Session

from db.models import OnlinePayment
from db.queries.payments import for_requests
from db.queries.payments import settlement as queries
from lib import config, links
from lib.acquiring.bank import Method, Order, ReceiptItem

_FEE = "Комиссия за приём платежа"


def make_order(session: Session, *, account_id: int, payment_id: UUID) -> Order:
    """Return the order of a stored payment."""
    payment = queries.find_payment(session, account_id=account_id, payment_id=payment_id)
    assert payment is not None  # noqa: S101 - payments are never deleted
    settings = config.get_settings()
    items, description, return_path = _describe(session, payment)
    if payment.fee:
        items.append(ReceiptItem(_FEE, payment.fee))
    payer = queries.find_payer(session, login_id=payment.login_id)
    return Order(
        payment_id=payment_id,
        amount=payment.amount + payment.fee,
        description=description,
        return_url=settings.address + return_path,
        notice_url=settings.address + links.PAYMENT_NOTICE,
        method=Method(payment.method),
        items=items,
        email=payer.email if payer and settings.yookassa_receipts else None,
    )


def _describe(session: Session, payment: OnlinePayment) -> tuple[list[ReceiptItem], str, str]:
    """Return the lines of the receipt, the description for the bank, and the page to return to."""
    account_id, payment_id, appeal_id = payment.account_id, payment.id, payment.appeal_id
    if appeal_id is not None:
        request = for_requests.get_request(session, account_id=account_id, appeal_id=appeal_id)
        return (
            [ReceiptItem(request.name, payment.amount)],
            f"Платная услуга, заявка {request.number}",
            links.link_to_screen(links.PAID_SERVICES, id=appeal_id, payment=payment_id),
        )
    parts = queries.list_parts(session, account_id=account_id, payment_id=payment_id)
    number = queries.get_account_number(session, account_id=account_id)
    return (
        [ReceiptItem(row.name, row.amount) for row in parts],
        f"Оплата ЖКУ, лицевой счёт {number}",
        links.link_to_screen(links.PAY, account=account_id, payment=payment_id),
    )
