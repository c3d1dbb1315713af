"""Quotes: what a payment closes, what it costs, and the codes for a bank's application."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from db import session as database
from db.queries import organizations
from db.queries.payments import online as queries
from db.session import Viewer
from lib import config
from lib.access import AccessDenied, Actor, Permission
from lib.documents.receipt.data import ReceiptCode
from lib.domain.billing.bill import BillGroup
from lib.domain.payments import closing, online
from lib.domain.payments.closing import Closing
from lib.errors import PortalError
from lib.services.billing import account_cards, payment_codes
from lib.services.billing.account_cards import AccountCard

_NOTHING = Decimal("0.00")
_TOO_MUCH = Decimal(10) ** 9


class SumRefused(PortalError):
    """The sums cannot be paid; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The effect of paying some sums.

    Attributes:
        sums: by group's key, above zero, in the order of the bill.
        closings: what each sum closes.
        fee: for paying online.
        codes: one for each recipient, by the recipient's key.
        refusals: why a recipient has no code.
    """

    sums: dict[int, Decimal]
    closings: dict[int, Closing]
    fee: Decimal
    codes: dict[int, ReceiptCode]
    refusals: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        """Return the sum of all groups, without the fee."""
        return sum(self.sums.values(), _NOTHING)


def get_quote(*, actor: Actor, card: AccountCard, sums: Mapping[int, Decimal]) -> Quote:
    """Return what paying ``sums`` closes, what it costs, and a code for each recipient.

    Args:
        actor: the payer; needs ``payments:make``.
        card: a card of the actor, with its bill.
        sums: by group's key; zero sums are left out.

    Raises:
        AccessDenied: no permission, or not the actor's account.
        SumRefused: there is nothing to pay, or a sum is invalid.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(card.account_id)
    checked = check_sums(card, sums)
    viewer = replace(actor.viewer, accounts=(card.account_id,))
    with database.transaction(viewer) as session:
        closings = _closings(session, viewer=viewer, card=card, sums=checked)
        codes, refusals = _codes(session, card, checked)
    return Quote(checked, closings, calculate_fee(sum(checked.values(), _NOTHING)), codes, refusals)


def get_code(
    *, actor: Actor, account_id: int, recipient_id: int, sums: Mapping[int, Decimal]
) -> ReceiptCode:
    """Return the code of one recipient for paying ``sums`` to it.

    Raises:
        AccessDenied: no permission, not the actor's account, or no such code.
        SumRefused: a sum cannot be paid.
    """
    actor.demand(Permission.PAYMENTS_MAKE)
    actor.demand_account(account_id)
    viewer = replace(actor.viewer, accounts=(account_id,))
    with database.transaction(viewer) as session:
        (card,) = account_cards.load_cards(session, viewer=viewer)
        codes, _ = _codes(session, card, check_sums(card, sums))
    if set(codes) != {recipient_id}:
        raise AccessDenied
    return codes[recipient_id]


def calculate_fee(amount: Decimal) -> Decimal:
    """Return the fee for paying ``amount`` online."""
    return online.calculate_fee(amount, percent=config.get_settings().kabinet_payment_fee)


def check_sums(card: AccountCard, sums: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """Return the sums above zero in the order of the bill.

    Raises:
        SumRefused: there is nothing to pay, or a sum is invalid.
    """
    groups = _groups(card)
    if set(sums) - {group.group_id for group in groups}:
        raise SumRefused("Счёт изменился, пока вы заполняли суммы. Обновите страницу.")
    for amount in sums.values():
        if not amount.is_finite() or not 0 <= amount < _TOO_MUCH:
            raise SumRefused("Сумма не подходит: проверьте, нет ли в ней лишних цифр.")
        if amount != round(amount, 2):
            raise SumRefused("В сумме есть доли копейки: оставьте две цифры после запятой.")
    checked = {g.group_id: sums[g.group_id] for g in groups if sums.get(g.group_id, _NOTHING) > 0}
    if not checked:
        raise SumRefused("Укажите хотя бы одну сумму больше нуля.")
    return checked


def _groups(card: AccountCard) -> Sequence[BillGroup]:
    return card.bill.groups if card.bill else ()


def _closings(
    session: Session, *, viewer: Viewer, card: AccountCard, sums: Mapping[int, Decimal]
) -> dict[int, Closing]:
    charged = defaultdict(list)
    for row in queries.list_charges(session, viewer=viewer, account_id=card.account_id):
        charged[row.group_id].append((row.period, row.total))
    return {
        group.group_id: closing.close_debt(
            sums[group.group_id],
            owed=closing.split_debt(
                card.due[group.group_id],
                charged=charged[group.group_id],
                penalty=group.penalty or _NOTHING,
            ),
        )
        for group in _groups(card)
        if group.group_id in sums
    }


def _codes(
    session: Session, card: AccountCard, sums: Mapping[int, Decimal]
) -> tuple[dict[int, ReceiptCode], tuple[str, ...]]:
    """Make the codes for these sums, as a receipt does for the amounts due."""
    bill = card.bill
    if bill is None:
        return {}, ()
    keys = {group.recipient_id for group in bill.groups}
    recipients = organizations.list_by_keys(session, keys=keys)
    codes_by_recipient: dict[int, ReceiptCode] = {}
    all_refusals: list[str] = []
    for key in dict.fromkeys(group.recipient_id for group in bill.groups):
        groups = tuple(g for g in bill.groups if g.recipient_id == key and g.group_id in sums)
        due = {g.group_id: sums[g.group_id] for g in groups}
        codes, refusals = payment_codes.make_codes(
            replace(card, due=due), replace(bill, groups=groups), recipients
        )
        if codes:
            codes_by_recipient[key] = codes[0]
        all_refusals += refusals
    return codes_by_recipient, tuple(all_refusals)
