"""Receipts: the payment document of a closed period, with a code for each recipient."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from sqlalchemy.orm import Session

from db import session as database
from db.models import Organization
from db.queries import organizations
from db.queries.meters import listing as meters
from db.queries.meters.listing import MeterReadingRow
from db.queries.payments import history
from db.queries.payments.history import LatestPaymentRow
from db.session import Viewer
from lib import clock
from lib.access import Actor, Permission
from lib.documents.receipt import document
from lib.documents.receipt.data import (
    Receipt,
    ReceiptExecutor,
    ReceiptGroup,
    ReceiptLine,
    ReceiptMeter,
    ReceiptRecalculation,
    ReceiptTotals,
)
from lib.domain import formats
from lib.domain.billing.bill import Bill, BillGroup
from lib.services.billing import account_cards, bills, payment_codes, receipt_codes
from lib.services.billing.account_cards import AccountCard
from lib.services.billing.bills import BillNotFound, Recalculation

_COPY = (
    "Это копия за прошлый месяц. Кодов для оплаты на ней нет: "
    "платите по последней квитанции, в ней учтены и более поздние начисления."
)
_PAID_SINCE = "После закрытия месяца поступило {sum} ₽: сумма в кодах уменьшена на них."


@dataclass(frozen=True, slots=True)
class _Sources:
    """The data of a receipt, read in one transaction."""

    card: AccountCard
    bill: Bill
    corrections: tuple[Recalculation, ...]
    recipients: Mapping[int, Organization]
    meters: Sequence[MeterReadingRow]
    last_payment: LatestPaymentRow | None

    @property
    def is_last(self) -> bool:
        """Tell whether the bill is that of the account's last closed period."""
        return self.card.bill is not None and self.card.bill.period == self.bill.period


def render_receipt(*, actor: Actor, account_id: int, period: dt.date) -> bytes:
    """Return the receipt of a closed month as PDF.

    Raises:
        AccessDenied: no permission, or not the actor's account.
        BillNotFound: the month is open, or nothing was billed in it.
    """
    actor.demand(Permission.RECEIPTS_READ)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        composed = compose_receipts(session, viewer=viewer, period=period)
    if account_id not in composed:
        raise BillNotFound
    return document.render(composed[account_id])


def compose_receipts(session: Session, *, viewer: Viewer, period: dt.date) -> dict[int, Receipt]:
    """Compose the receipts of the viewer's accounts, within the caller's transaction.

    An account that was not billed in the month, or whose month is open, has none.
    """
    cards = account_cards.load_cards(session, viewer=viewer)
    closed_bills = _closed_bills(session, cards=cards, viewer=viewer, period=period)
    organization_ids = {card.organization_id for card in cards}
    organization_ids |= {
        group.recipient_id for bill in closed_bills.values() for group in bill.groups
    }
    recipients = organizations.list_by_keys(session, keys=organization_ids)
    paid = {row.account_id: row for row in history.list_latest_payments(session, viewer=viewer)}
    return {
        card.account_id: _compose(
            _Sources(
                card=card,
                bill=closed_bills[card.account_id],
                corrections=bills.load_recalculations(
                    session, viewer=viewer, account_id=card.account_id, period=period
                ),
                recipients=recipients,
                meters=meters.list_meter_readings(
                    session, viewer=viewer, account_id=card.account_id, period=period
                ),
                last_payment=paid.get(card.account_id),
            )
        )
        for card in cards
        if card.account_id in closed_bills
    }


def _closed_bills(
    session: Session, *, cards: Sequence[AccountCard], viewer: Viewer, period: dt.date
) -> dict[int, Bill]:
    """Return the bills that the cards have already, and read the others."""
    last = {card.account_id: card.bill for card in cards if card.bill}
    found = {key: bill for key, bill in last.items() if bill.period == period}
    others = [(card.account_id, period) for card in cards if card.account_id not in found]
    if others:
        loaded = bills.load_bills(session, viewer=viewer, keys=others)
        found |= {account_id: bill for (account_id, _), bill in loaded.items()}
    return found


def _compose(sources: _Sources) -> Receipt:
    card, bill, last = sources.card, sources.bill, sources.last_payment
    codes, refusals = (
        payment_codes.make_codes(card, bill, sources.recipients) if sources.is_last else ((), ())
    )
    return Receipt(
        number=bill.number,
        period=bill.period,
        due_on=bill.due_on,
        account_number=card.number,
        els=card.els,
        payer=card.payer,
        address=f"{card.city}, {card.address}",
        area=card.area,
        heated_area=card.heated_area,
        registered=card.registered,
        residents=card.residents,
        ownership=card.ownership,
        executor=_executor(sources.recipients[card.organization_id]),
        groups=tuple(_group(group) for group in bill.groups),
        debt=bill.debt,
        codes=codes,
        code_refusals=refusals,
        meters=_meters(sources.meters),
        recalculations=tuple(_recalculation(item) for item in sources.corrections),
        last_payment_on=last.paid_on if last else None,
        last_payment_amount=last.amount if last else None,
        notices=_notices(card, bill, is_last=sources.is_last),
        account_code=_account_code(sources),
        made_on=clock.today(),
    )


def _account_code(sources: _Sources) -> str | None:
    """Return the code that attaches the account; None for an older receipt."""
    if not sources.is_last:
        return None
    card = sources.card
    return receipt_codes.format_code(
        premise_id=card.premise_id, number=card.number, period=sources.bill.period
    )


def _notices(card: AccountCard, bill: Bill, *, is_last: bool) -> tuple[str, ...]:
    if not is_last:
        return (_COPY,)
    paid_since = bill.debt - sum(card.due.values(), Decimal(0))
    if paid_since > 0:
        return (_PAID_SINCE.format(sum=formats.format_money(paid_since)),)
    return ()


def _executor(organization: Organization) -> ReceiptExecutor:
    return ReceiptExecutor(
        name=formats.quote_name(organization.name),
        address=organization.address,
        phone=organization.phone,
        ads_phone=organization.ads_phone,
        email=organization.email,
        work_hours=organization.work_hours,
    )


def _group(group: BillGroup) -> ReceiptGroup:
    totals = {field.name: group.sum(attrgetter(field.name)) for field in fields(ReceiptTotals)}
    return ReceiptGroup(
        name=group.name,
        recipient=group.recipient,
        lines=tuple(
            ReceiptLine(**{f.name: getattr(line, f.name) for f in fields(ReceiptLine)})
            for line in group.lines
        ),
        totals=ReceiptTotals(**totals),
        balance=group.balance,
    )


def _recalculation(item: Recalculation) -> ReceiptRecalculation:
    return ReceiptRecalculation(
        service=item.service,
        for_period=item.months,
        reason=item.reason or formats.NO_DATA,
        amount=item.amount,
    )


def _meters(rows: Iterable[MeterReadingRow]) -> tuple[ReceiptMeter, ...]:
    """Join the last two readings of each meter and zone in one row."""
    folded = []
    for (_, zone), members in groupby(rows, key=lambda row: (row.id, row.zone)):
        current, *older = members
        previous = older[0] if older else None
        folded.append(
            ReceiptMeter(
                service=current.service if zone in (None, 1) else f"{current.service}, T{zone}",
                serial=current.serial,
                place=current.place,
                unit=current.unit,
                previous=previous.value if previous else None,
                previous_on=previous.taken_on if previous else None,
                current=current.value,
                current_on=current.taken_on,
                next_verification_on=current.next_verification_on,
                decimals=current.decimals,
            )
        )
    return tuple(folded)
