"""Mistakes in texts (Ошибки в тексте): readers' reports wait for a decision."""

import streamlit as st

from lib.access import Permission
from lib.services.mistakes import decisions
from lib.services.mistakes.decisions import Status
from lib.ui import guard, markup, mistakes, session, submit

actor = guard.require(Permission.MISTAKES_DECIDE)
waiting = decisions.list_waiting_mistakes(actor=actor)

markup.render_title("Ошибки в тексте")
if not waiting.mistakes:
    st.info("Новых сообщений нет.", icon=":material/done_all:")
elif waiting.count > len(waiting.mistakes):
    st.caption(f"Показаны первые {len(waiting.mistakes)} из {waiting.count}: давние сверху.")

for mistake in waiting.mistakes:
    with st.container(border=True):
        markup.render_markup(mistakes.build_mistake(mistake))
        form = f"mistake.{mistake.mistake_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            reason = st.text_input(
                "Почему текст остаётся как есть",
                max_chars=decisions.LONGEST_REASON,
                placeholder="нужно, чтобы отклонить",
            )
            with st.container(horizontal=True):
                # first, because Enter in the reason presses the first button
                declined = st.form_submit_button("Отклонить")
                fixed = st.form_submit_button("Исправлено", type="primary")
    if fixed:
        done = "Исправлено, читатель получит письмо." if mistake.is_signed else "Исправлено."
    else:
        done = "Сообщение отклонено."
    to = Status.FIXED if fixed else Status.DECLINED
    if fixed or declined:
        with submit.report_outcome(form=form, done=done):
            decisions.decide_mistake(
                actor=actor,
                mistake_id=mistake.mistake_id,
                to=to,
                reason=reason or "",
                request_key=f"{to}.{session.request_key(form)}",
                address=session.get_address(),
            )
