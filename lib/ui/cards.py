"""The parts of an account's card."""

import streamlit as st

from lib import config, links
from lib.domain import formats
from lib.domain.bill import Bill
from lib.services.accounts import AccountCard
from lib.ui import bill_table, markup, tables
from lib.ui.markup import text


def head(card: AccountCard) -> None:
    """Draw whose account it is, where, and the one number that matters."""
    name = f"{text(card.payer)}" if card.payer else "плательщик не указан"
    facts = (
        card.organization,
        card.address,
        f"{formats.area(card.area)} кв. м",
        card.ownership,
    )
    owed = bill_table.balance(card.bill.debt, currency="₽") if card.bill else ""
    markup.show(
        f'<section class="kb-head"><div><h2>Л/С № {text(card.number)} · {name}</h2>'
        f'<p class="kb-quiet">{" · ".join(text(fact) for fact in facts)}</p></div>'
        f'<p class="kb-sum">{owed}</p></section>'
    )


def buttons(card: AccountCard, bill: Bill) -> None:
    """Draw what can be done with the account."""
    st.link_button(
        "Распечатать квитанцию",
        links.receipt(account_id=card.account_id, period=bill.period),
        icon=":material/print:",
        type="primary",
    )


def body(card: AccountCard, bill: Bill) -> None:
    """Draw the table of each service group, who supplies the services, and the way to the past.

    One piece of markup: each element costs every run of the screen.
    """
    address = links.screen(links.CHARGES, account=card.account_id)
    markup.show(
        bill_table.bill_groups(bill)
        + markup.folded("Поставщики и тарифы", tables.suppliers(bill.groups))
        + f'<p class="kb-links"><a href="{text(address)}">История начислений</a></p>'
    )


def no_account_yet() -> None:
    """Say why the screen is empty and what to do."""
    phone = config.settings().kabinet_centre_phone
    call = f" по телефону {phone}" if phone else ""
    st.info(
        "К вашему кабинету ещё не присоединён ни один лицевой счёт, поэтому начислений здесь нет. "
        f"Чтобы присоединить счёт, обратитесь в расчётный центр{call}.",
        icon=":material/info:",
    )


def no_closed_period() -> None:
    """Say why there are no charges yet."""
    st.info(
        "По этому счёту ещё нет закрытых месяцев. Начисления и квитанция появятся, "
        "когда бухгалтерия закроет первый месяц.",
        icon=":material/hourglass_empty:",
    )
