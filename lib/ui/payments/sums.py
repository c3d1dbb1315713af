"""The sums to be paid: one for each group, at first the debt, kept until they are changed."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st
from markupsafe import Markup

from lib.domain import formats, typed
from lib.domain.typed import TypedRefused
from lib.services.billing.account_cards import AccountCard
from lib.services.payments import quotes
from lib.services.payments.paying import OnlineTry
from lib.services.payments.quotes import SumRefused
from lib.ui import markup, session
from lib.ui.markup import fill

FORM = "pay"
_ZERO = Decimal("0.00")
_WIDTH = 420
_TOTAL = Markup('<p class="kb-head kb-total-line">Всего<b class="kb-sum">{} ₽</b></p>')


def find_sums(card: AccountCard) -> dict[int, Decimal] | None:
    """Return the sums that have been chosen for the account; None before «Продолжить»."""
    kept = session.find_note(FORM, str(card.account_id))
    return _read_sums(kept) if kept else None


def reopen_sums(card: AccountCard) -> None:
    """Show the form of the sums again, with a new request key."""
    kept = session.take_note(FORM, str(card.account_id))
    session.keep_note(FORM, _name_former(card), kept or "")
    session.renew_key(FORM)


def ask_sums(card: AccountCard, *, repeated: OnlineTry | None) -> None:
    """Ask for the sum of each group, draw the total, and go on.

    Args:
        card: the account with its bill.
        repeated: a payment whose sums are put into the fields instead of the debts.
    """
    former = session.find_note(FORM, _name_former(card))
    first = _read_sums(former) if former else repeated.parts if repeated else card.due
    groups = card.bill.groups if card.bill else ()
    again = repeated.payment_id if repeated else ""
    typed_sums: dict[int, str] = {}
    if not any(card.due.values()):
        st.caption("Сейчас платить нечего. Можно заплатить вперёд: впишите сумму.")
    with st.container(width=_WIDTH):
        for group in groups:
            typed_sums[group.group_id] = st.text_input(
                f"{group.name}, ₽",
                formats.format_money(first.get(group.group_id, _ZERO)),
                key=f"pay.{card.account_id}.{group.group_id}.{again}",
                max_chars=20,
                autocomplete="off",
                placeholder="0,00",
            )
        try:
            sums = {group: _read_amount(value) for group, value in typed_sums.items()}
        except TypedRefused as refusal:
            st.error(str(refusal), icon=":material/error:")
            sums = None
        if sums is not None:
            total = formats.format_money(sum(sums.values(), _ZERO))
            markup.render_markup(fill(_TOTAL, total))
        if st.button("Продолжить", type="primary") and sums is not None:
            _keep_sums(card, sums)


def _name_former(card: AccountCard) -> str:
    """Return the name of the note that keeps the sums before a change."""
    return f"{card.account_id}.before"


def _read_sums(kept: str) -> dict[int, Decimal]:
    pairs = (pair.partition("=") for pair in kept.split(";"))
    return {int(group): Decimal(amount) for group, _, amount in pairs}


def _keep_sums(card: AccountCard, sums: Mapping[int, Decimal]) -> None:
    try:
        wanted = quotes.check_sums(card, sums)
    except SumRefused as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    kept = ";".join(f"{group}={amount}" for group, amount in wanted.items())
    session.keep_note(FORM, str(card.account_id), kept)
    session.renew_key(FORM)
    st.rerun()


def _read_amount(value: str | None) -> Decimal:
    """Read an amount as typed; an empty field pays nothing."""
    return typed.parse_money(value) if value and value.strip() else _ZERO
