"""The parts of an account's card."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from lib import links
from lib.domain import formats
from lib.domain.billing.bill import Bill
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup, tables
from lib.ui.billing import bill_table
from lib.ui.markup import text

NO_CLOSED_PERIOD = (
    "По этому счёту ещё нет закрытых месяцев. Начисления и квитанция появятся, "
    "когда бухгалтерия закроет первый месяц."
)


def show(held: Sequence[AccountCard], *, above: str = "") -> None:
    """Draw the cards as one piece of markup: each element costs every run of the screen."""
    markup.show(markup.heading("Главная") + above + "".join(map(_card, held)))


def _card(card: AccountCard) -> str:
    content = _body(card, card.bill) if card.bill else _unbilled(card)
    return f'<div class="kb-card">{_head(card)}{content}</div>'


def _unbilled(card: AccountCard) -> str:
    return f'{markup.note(NO_CLOSED_PERIOD)}<p class="kb-actions">{_write(card)}</p>'


def _write(card: AccountCard) -> str:
    """Return the way to write to the organisation."""
    address = links.screen(links.APPEALS, new=1, account=card.account_id)
    return markup.way("Подать обращение", address)


def _head(card: AccountCard) -> str:
    """Return whose account it is, where, and the one number that matters."""
    name = f"{text(card.payer)}" if card.payer else "плательщик не указан"
    facts = (
        card.organization,
        card.address,
        f"{formats.area(card.area)} кв. м",
        card.ownership,
    )
    owed, since = "", ""
    if card.bill:
        owed = bill_table.balance(_due(card), currency="₽")
        since = _paid_since(card, card.bill)
    return (
        f'<section class="kb-head"><div><h2>Л/С № {text(card.number)} · {name}</h2>'
        f'<p class="kb-quiet">{" · ".join(text(fact) for fact in facts)}</p></div>'
        f'<div class="kb-owed"><p class="kb-sum">{owed}</p>{since}</div></section>'
    )


def _due(card: AccountCard) -> Decimal:
    """Return what is to be paid now, of all groups."""
    return sum(card.due.values(), Decimal(0))


def _paid_since(card: AccountCard, bill: Bill) -> str:
    """Say what was owed where something has come in since the month was closed."""
    if _due(card) == bill.debt:
        return ""
    return (
        f'<p class="kb-quiet">К концу {formats.month_of(bill.period)} было '
        f"{formats.money(bill.debt)} ₽,<br>учтены платежи после закрытия месяца</p>"
    )


def _body(card: AccountCard, bill: Bill) -> str:
    """Return what can be done, the table of each group, the suppliers and the way to the past."""
    receipt = links.receipt(account_id=card.account_id, period=bill.period)
    address = links.screen(links.PAY, account=card.account_id)
    actions = markup.action("Распечатать квитанцию", receipt, is_main=True)
    actions += markup.way("Оплатить счета", address) + _write(card)
    return (
        f'<p class="kb-actions">{actions}</p>'
        + bill_table.bill_groups(bill)
        + markup.folded("Поставщики и тарифы", tables.suppliers(bill.groups))
        + _past(card)
    )


def _past(card: AccountCard) -> str:
    """Return the ways to what was charged, paid and overpaid before."""
    ways = (
        ("История начислений", links.screen(links.CHARGES, account=card.account_id)),
        ("История платежей", _payments(card, "payments")),
        ("История переплат", _payments(card, "overpayments")),
    )
    anchors = "".join(f'<a href="{text(address)}">{text(name)}</a>' for name, address in ways)
    return f'<p class="kb-links">{anchors}</p>'


def _payments(card: AccountCard, view: str) -> str:
    return links.screen(links.PAYMENTS, account=card.account_id, view=view)


def no_account_yet() -> None:
    """Say why the screen is empty and what to do."""
    st.info(
        "К вашему кабинету ещё не присоединён ни один лицевой счёт, поэтому начислений здесь нет.",
        icon=":material/info:",
    )
    markup.show(
        f'<p><a class="kb-button" href="{links.screen(links.ATTACH)}">Добавить лицевой счёт</a></p>'
    )
