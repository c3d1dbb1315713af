"""The sums to be paid: one a group, filled in with what is due, kept until they are changed."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from lib.domain import formats, typed
from lib.domain.typed import TypedRefused
from lib.services.billing.account_cards import AccountCard
from lib.services.payments import quotes
from lib.services.payments.paying import OnlineTry
from lib.services.payments.quotes import SumRefused
from lib.ui import markup, session

FORM = "pay"
_NOTHING = Decimal("0.00")
_WIDTH = 420


def chosen(card: AccountCard) -> dict[int, Decimal] | None:
    """Return the sums that have been chosen for the account; None before «Продолжить»."""
    kept = session.noted(FORM, str(card.account_id))
    return _read(kept) if kept else None


def change(card: AccountCard) -> None:
    """Let the sums be chosen anew, by a form that has sent nothing yet."""
    kept = session.take_note(FORM, str(card.account_id))
    session.note(FORM, _before(card), kept or "")
    session.renew_key(FORM)


def ask(card: AccountCard, *, repeated: OnlineTry | None) -> None:
    """Draw a field for each group, the total, and the way on.

    Args:
        card: the account with its bill.
        repeated: a payment whose sums stand in the fields instead of what is due.
    """
    before = session.noted(FORM, _before(card))
    first = _read(before) if before else repeated.parts if repeated else card.due
    groups = card.bill.groups if card.bill else ()
    again = repeated.payment_id if repeated else ""
    typed_sums: dict[int, str] = {}
    if not any(card.due.values()):
        st.caption("Сейчас платить нечего. Можно заплатить вперёд: впишите сумму.")
    with st.container(width=_WIDTH):
        for group in groups:
            typed_sums[group.group_id] = st.text_input(
                f"{group.name}, ₽",
                formats.money(first.get(group.group_id, _NOTHING)),
                key=f"pay.{card.account_id}.{group.group_id}.{again}",
                max_chars=20,
                autocomplete="off",
                placeholder="0,00",
            )
        try:
            sums = {group: _money(value) for group, value in typed_sums.items()}
        except TypedRefused as refusal:
            st.error(str(refusal), icon=":material/error:")
            sums = None
        if sums is not None:
            total = formats.money(sum(sums.values(), _NOTHING))
            markup.show(
                f'<p class="kb-head kb-total-line">Всего<b class="kb-sum">{total} ₽</b></p>'
            )
        if st.button("Продолжить", type="primary") and sums is not None:
            _go_on(card, sums)


def _before(card: AccountCard) -> str:
    """Name the note of the sums that are being changed."""
    return f"{card.account_id}.before"


def _read(kept: str) -> dict[int, Decimal]:
    pairs = (pair.partition("=") for pair in kept.split(";"))
    return {int(group): Decimal(amount) for group, _, amount in pairs}


def _go_on(card: AccountCard, sums: Mapping[int, Decimal]) -> None:
    try:
        wanted = quotes.checked(card, sums)
    except SumRefused as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    kept = ";".join(f"{group}={amount}" for group, amount in wanted.items())
    session.note(FORM, str(card.account_id), kept)
    session.renew_key(FORM)
    st.rerun()


def _money(value: str | None) -> Decimal:
    """Read what was typed; an empty field pays nothing."""
    return typed.money(value) if value and value.strip() else _NOTHING
