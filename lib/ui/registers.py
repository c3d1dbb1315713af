"""A payment of a register that waits, with both decisions."""

import streamlit as st

from lib.access import Actor
from lib.domain import formats
from lib.services.accounts import claims
from lib.services.registers import decisions
from lib.services.registers.queue import WaitingRow
from lib.ui import markup, session, submit
from lib.ui.markup import text


def show(actor: Actor, row: WaitingRow) -> None:
    """Draw the payment and take in a decision."""
    with st.container(border=True):
        _facts(row)
        form = f"register.{row.register_id}.{row.line}"
        with (
            st.form(f"{form}.{session.request_key(form)}", border=False),
            st.container(horizontal=True, vertical_alignment="bottom"),
        ):
            number = st.text_input(
                "Лицевой счёт",
                value=row.suggestion,
                max_chars=claims.LONGEST_NUMBER,
                placeholder="номер с квитанции",
                width=260,
            )
            posts = st.form_submit_button("Провести", type="primary")
            dismisses = st.form_submit_button("Не проводить")
    if posts:
        _post(actor, row, form, number or "")
    elif dismisses:
        _dismiss(actor, row, form)


def _post(actor: Actor, row: WaitingRow, form: str, number: str) -> None:
    """Post it, and say how it was split."""
    with submit.outcome(form=form) as tell:
        posted = decisions.post_payment(
            actor=actor,
            register_id=row.register_id,
            line=row.line,
            number=number,
            address=session.address(),
        )
        tell(posted.sentence)


def _dismiss(actor: Actor, row: WaitingRow, form: str) -> None:
    with submit.outcome(form=form, done="Платёж убран из списка, на долг он не повлиял."):
        decisions.dismiss_payment(
            actor=actor, register_id=row.register_id, line=row.line, address=session.address()
        )


def _facts(row: WaitingRow) -> None:
    facts = {
        "Платёж": f"{formats.money(row.amount)} ₽ от {formats.day(row.paid_on)}",
        "Почему ждёт": row.why,
        "Счёт в реестре": row.number or "не указан",
        "Плательщик": row.payer or formats.NO_DATA,
        "Откуда": f"{row.source}{f', {row.organization}' if row.organization else ''}",
    }
    if row.suggestion:
        facts["Похожий счёт"] = f"{row.suggestion}, {row.suggested_address}"
    listed = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in facts.items())
    markup.show(f'<dl class="kb-facts">{listed}</dl>')
