"""The account card (Карточка лицевого счёта): one account, which staff open with a reason."""

import streamlit as st

from lib.access import AccessDenied, Permission
from lib.services import account_card
from lib.services.appeals import texts
from lib.ui import frame, guard, markup, query, session, submit
from lib.ui.account_card import opened_accounts, view

actor = guard.require(Permission.ACCOUNTS_OPEN)
opened = opened_accounts.list_opened()

if opened:
    try:
        view.render_account(actor, opened)
    except AccessDenied:
        guard.refuse()
    if st.button("Открыть другой счёт", key="account_card.close"):
        opened_accounts.forget_opened()
        st.rerun()
    frame.end_screen()

markup.render_markup(
    markup.build_title("Карточка лицевого счёта")
    + markup.build_note(
        "Карточка показывает личные данные жителя. Укажите причину: кто, когда и зачем открывал "
        "счёт, сохраняется в журнале действий."
    )
)
form = "account_card"
with st.form(f"{form}.{session.request_key(form)}", border=False):
    number = st.text_input(
        "Номер лицевого счёта",
        value=query.get_text("number"),
        max_chars=account_card.LONGEST_NUMBER,
        width=320,
    )
    reason = st.text_input(
        "Причина",
        max_chars=texts.LONGEST_REASON,
        placeholder="например: вопрос жителя по телефону о начислениях",
    )
    sent = st.form_submit_button("Открыть счёт", type="primary")
if sent:
    with submit.report_outcome(form=form):
        opened_accounts.keep_opened(
            account_card.open_card(
                actor=actor,
                number=number or "",
                reason=reason or "",
                address=session.get_address(),
            )
        )
