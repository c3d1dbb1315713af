"""The parts of Начисления."""

import datetime as dt
from collections.abc import Sequence

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.domain.bill import Bill
from lib.services import bills
from lib.services.bills import Recalculation
from lib.ui import bill_table, charts, markup, tables

_EVER = dt.date(1900, 1, 1)


def summary(bill: Bill) -> None:
    """Draw the one number of the month."""
    due = f" · оплатить до {formats.day(bill.due_on)}" if bill.due_on else ""
    markup.show(
        f'<section class="kb-head"><div><h2>За {formats.month(bill.period)}</h2>'
        f'<p class="kb-quiet">к концу месяца{due}</p></div>'
        f'<p class="kb-sum">{bill_table.balance(bill.debt, currency="₽")}</p></section>'
    )


def receipt(bill: Bill) -> None:
    """Draw the two ways to the receipt."""
    look = links.receipt(account_id=bill.account_id, period=bill.period)
    keep = links.receipt(account_id=bill.account_id, period=bill.period, save=True)
    with st.container(horizontal=True):
        st.link_button("Открыть квитанцию", look, icon=":material/print:", type="primary")
        st.link_button("Сохранить квитанцию", keep, icon=":material/download:")


def still_open(period: dt.date) -> None:
    """Say why there is neither a bill nor a receipt."""
    st.info(
        f"Месяц «{formats.month_name(period)}» ещё не закрыт бухгалтерией, поэтому начислений "
        "и квитанции за него пока нет. Они появятся сразу после закрытия.",
        icon=":material/hourglass_empty:",
    )


def recalculations(items: Sequence[Recalculation]) -> None:
    """Draw why the month was corrected, if it was."""
    if items:
        markup.show(tables.recalculations(items))


def history(*, actor: Actor, account_id: int) -> None:
    """Draw how the charges changed over the months, with the figures beneath."""
    charges = bills.list_history(actor=actor, account_id=account_id, since=_EVER)
    if not charges:
        return
    st.subheader("Сколько начислено по месяцам")
    charts.charge_history(charges)
    with st.expander("Те же цифры таблицей"):
        markup.show(tables.charge_history(charges))
