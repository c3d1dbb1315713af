"""Readings to review (Показания на проверке): staff accept a doubtful reading or return it."""

import streamlit as st

from lib.access import Permission
from lib.services.meters import review
from lib.ui import guard, markup, session, submit
from lib.ui.meters import review_queue

actor = guard.require(Permission.READINGS_REVIEW)
queue = review.list_doubtful(actor=actor)

markup.render_title("Показания на проверке")
if not queue.readings:
    st.info("Сомнительных показаний нет.", icon=":material/done_all:")
elif queue.count > len(queue.readings):
    st.caption(f"Показаны первые {len(queue.readings)} из {queue.count}: давние сверху.")

for reading in queue.readings:
    with st.container(border=True):
        markup.render_markup(review_queue.build_facts(reading))

        # two forms, so that Enter in the reason does not accept the reading
        form = f"accept.{reading.reading_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            accepted = st.form_submit_button(
                f"Принять {review_queue.format_value(reading)}", type="primary"
            )
        if accepted:
            with submit.report_outcome(form=form, done="Показание принято."):
                review.accept_reading(
                    actor=actor,
                    account_id=reading.account_id,
                    reading_id=reading.reading_id,
                    request_key=session.request_key(form),
                    address=session.get_address(),
                )

        form = f"return.{reading.reading_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            reason = st.text_input(
                "Причина возврата",
                max_chars=review.LONGEST_REASON,
                placeholder="что жителю нужно исправить",
            )
            returned = st.form_submit_button("Вернуть жителю")
        if returned:
            with submit.report_outcome(
                form=form, done="Показание возвращено, житель получит письмо."
            ):
                review.return_reading(
                    actor=actor,
                    account_id=reading.account_id,
                    reading_id=reading.reading_id,
                    reason=reason or "",
                    request_key=session.request_key(form),
                    address=session.get_address(),
                )
