"""Payment codes: one for each recipient that has something to be paid."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from db.models import Organization
from lib.documents.receipt.data import ReceiptCode
from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup
from lib.domain.payment_code import writer
from lib.services.billing.account_cards import AccountCard

_NO_CODE = (
    "Кода для оплаты нет у получателя {recipient}: реквизиты требуют проверки. "
    "Оплатите по реквизитам в кассе или обратитесь в расчётный центр."
)


def make_codes(
    card: AccountCard, bill: Bill, recipients: Mapping[int, Organization]
) -> tuple[tuple[ReceiptCode, ...], tuple[str, ...]]:
    """Make a code for each recipient that is to be paid, and a sentence for each refused code."""
    codes: list[ReceiptCode] = []
    refusals: list[str] = []
    for recipient_id, groups in _by_recipient(bill).items():
        amount = sum((card.due[group.group_id] for group in groups), Decimal(0))
        if amount <= 0:
            continue
        recipient = recipients[recipient_id]
        try:
            codes.append(_code(card, bill, recipient, groups=groups, amount=amount))
        except writer.PaymentCodeRefused:
            name = formats.quote_name(recipient.name)
            refusals.append(_NO_CODE.format(recipient=name))
    return tuple(codes), tuple(refusals)


def _by_recipient(bill: Bill) -> dict[int, list[BillGroup]]:
    by_recipient: dict[int, list[BillGroup]] = {}
    for group in bill.groups:
        by_recipient.setdefault(group.recipient_id, []).append(group)
    return by_recipient


def _code(
    card: AccountCard,
    bill: Bill,
    recipient: Organization,
    *,
    groups: Sequence[BillGroup],
    amount: Decimal,
) -> ReceiptCode:
    names = ", ".join(group.name for group in groups)
    order = writer.PaymentOrder(
        payee=writer.Payee(
            name=recipient.name,
            personal_acc=recipient.account or "",
            bank_name=recipient.bank_name or "",
            bic=recipient.bic or "",
            corr_acc=recipient.corr_account or "",
            inn=recipient.inn,
            kpp=recipient.kpp,
        ),
        pers_acc=card.number,
        amount=amount,
        period=bill.period,
        purpose=_purpose(names, card=card, bill=bill),
        quitt_id=_quitt_id(bill, groups=groups),
    )
    encoding = writer.Encoding(recipient.qr_encoding or writer.Encoding.UTF8.value)
    return ReceiptCode(
        recipient=formats.quote_name(recipient.name),
        purpose=names,
        amount=amount,
        inn=recipient.inn,
        bank_name=formats.quote_name(order.payee.bank_name),
        bic=order.payee.bic,
        account=order.payee.personal_acc,
        corr_account=order.payee.corr_acc,
        payload=writer.write_payload(order, encoding=encoding),
    )


def _purpose(names: str, *, card: AccountCard, bill: Bill) -> str:
    """Return the purpose of a payment; if the group names are too long, it is just «ЖКУ»."""
    tail = f" за {bill.period:%m.%Y}, ЛС {card.number}"
    fits = len(names) + len(tail) <= writer.MAX_CHARS["Purpose"]
    return f"{names if fits else 'ЖКУ'}{tail}"


def _quitt_id(bill: Bill, *, groups: Sequence[BillGroup]) -> str | None:
    """Return the number of the document, with the group if the payment is for one group only."""
    if bill.number is None:
        return None
    return f"{bill.number}/{groups[0].code}" if len(groups) == 1 else bill.number
