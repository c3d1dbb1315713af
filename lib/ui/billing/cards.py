"""The card of an account on Главная: what is owed, for what, and what to do about it."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.domain.billing.bill import Bill
from lib.services.billing.account_cards import AccountCard
from lib.ui import markup
from lib.ui.billing import bill_table, charge_tables
from lib.ui.markup import EMPTY, fill, join_pieces

NO_CLOSED_PERIOD = (
    "По этому счёту ещё нет закрытых месяцев. Начисления и квитанция появятся, "
    "когда бухгалтерия закроет первый месяц."
)
_HEAD = Markup(
    '<section class="kb-head"><div><h2>Л/С № {} · {}</h2><p class="kb-quiet">{}</p></div>'
    '<div class="kb-owed"><p class="kb-sum">{}</p>{}</div></section>'
)


def build_cards(cards: Sequence[AccountCard]) -> Markup:
    """Return the cards of accounts."""
    return join_pieces(map(_build_card, cards))


def render_no_account() -> None:
    """Say that no account is attached, and offer to attach one."""
    st.info(
        "К вашему кабинету ещё не присоединён ни один лицевой счёт, поэтому начислений здесь нет.",
        icon=":material/info:",
    )
    button = Markup('<p><a class="kb-button" href="{}">Добавить лицевой счёт</a></p>')
    markup.render_markup(fill(button, links.link_to_screen(links.ATTACH)))


def _build_card(card: AccountCard) -> Markup:
    content = _build_bill(card, card.bill) if card.bill else _build_unbilled(card)
    return fill(Markup('<div class="kb-card">{}{}</div>'), _build_head(card), content)


def _build_head(card: AccountCard) -> Markup:
    """Return the payer, the address, and the sum that is due."""
    facts = (
        card.organization,
        card.address,
        f"{formats.format_area(card.area)} кв. м",
        card.ownership,
    )
    due, earlier = EMPTY, EMPTY
    if card.bill:
        due = bill_table.build_balance(_add_up_due(card), currency="₽")
        earlier = _build_earlier_debt(card, card.bill)
    payer = card.payer or "плательщик не указан"
    return fill(_HEAD, card.number, payer, " · ".join(facts), due, earlier)


def _add_up_due(card: AccountCard) -> Decimal:
    """Return the sum that is due now, of all groups."""
    return sum(card.due.values(), Decimal(0))


def _build_earlier_debt(card: AccountCard, bill: Bill) -> Markup:
    """Return what was owed at the month's end, where payments have come in since."""
    if _add_up_due(card) == bill.debt:
        return EMPTY
    return fill(
        Markup(
            '<p class="kb-quiet">К концу {} было {} ₽,<br>учтены платежи после закрытия месяца</p>'
        ),
        formats.format_period_genitive(bill.period),
        formats.format_money(bill.debt),
    )


def _build_bill(card: AccountCard, bill: Bill) -> Markup:
    """Return the buttons, the table of each group, the suppliers and links to the past."""
    receipt = links.link_to_receipt(account_id=card.account_id, period=bill.period)
    address = links.link_to_screen(links.PAY, account=card.account_id)
    buttons = (
        markup.build_document_button("Распечатать квитанцию", receipt, is_main=True),
        markup.build_button("Оплатить счета", address),
        _build_appeal_button(card),
    )
    return (
        markup.build_actions(buttons)
        + bill_table.build_bill(bill)
        + markup.build_folded("Поставщики и тарифы", charge_tables.build_suppliers(bill.groups))
        + _build_past(card)
    )


def _build_unbilled(card: AccountCard) -> Markup:
    button = _build_appeal_button(card)
    return markup.build_note(NO_CLOSED_PERIOD) + markup.build_actions([button])


def _build_appeal_button(card: AccountCard) -> Markup:
    address = links.link_to_screen(links.APPEALS, new=1, account=card.account_id)
    return markup.build_button("Подать обращение", address)


def _build_past(card: AccountCard) -> Markup:
    """Return the links to what was charged, paid and overpaid before."""
    charges = links.link_to_screen(links.CHARGES, account=card.account_id)
    paid, overpaid = (
        links.link_to_screen(links.PAYMENTS, account=card.account_id, view=view)
        for view in ("payments", "overpayments")
    )
    return markup.build_links(
        [
            ("История начислений", charges),
            ("История платежей", paid),
            ("История переплат", overpaid),
        ]
    )
