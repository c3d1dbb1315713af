"""Exchange with banks (Обмен с банками): staff decide on payments that matched no account."""

import streamlit as st

from lib.access import Permission
from lib.domain import formats
from lib.services.accounts import claims
from lib.services.registers import decisions
from lib.services.registers import queue as register_queue
from lib.ui import guard, markup, registers, session, submit

actor = guard.require(Permission.EXCHANGE_MANAGE)
queue = register_queue.list_waiting(actor=actor)

markup.render_title("Обмен с банками")
if not queue.rows:
    st.info("Все платежи из банковских реестров разнесены.", icon=":material/done_all:")
else:
    waiting = f"Ждут разбора: {queue.count} на {formats.format_money(queue.amount)} ₽."
    limit = f" Показаны первые {len(queue.rows)}." if queue.count > len(queue.rows) else ""
    markup.render_markup(markup.build_hint(waiting + limit))

for row in queue.rows:
    with st.container(border=True):
        markup.render_markup(registers.build_facts(row))
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
            posted = st.form_submit_button("Провести", type="primary")
            dismissed = st.form_submit_button("Не проводить")
    if posted:
        with submit.report_outcome(form=form) as say:
            posting = decisions.post_payment(
                actor=actor,
                register_id=row.register_id,
                line=row.line,
                request_key=f"post.{session.request_key(form)}",
                number=number or "",
                address=session.get_address(),
            )
            say(posting.sentence)  # how the payment was split
    elif dismissed:
        with submit.report_outcome(
            form=form, done="Платёж убран из списка, на долг он не повлиял."
        ):
            decisions.dismiss_payment(
                actor=actor,
                register_id=row.register_id,
                line=row.line,
                request_key=f"dismiss.{session.request_key(form)}",
                address=session.get_address(),
            )
