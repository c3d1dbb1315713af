"""Account requests (Заявки на лицевые счета): staff approve or decline residents' documents."""

import streamlit as st

from lib.access import Permission
from lib.services.accounts import claims, decisions, request_queue, requests
from lib.ui import guard, markup, session, submit
from lib.ui.accounts import request_card

actor = guard.require(Permission.ACCOUNT_REQUESTS_DECIDE)
queue = request_queue.list_waiting_requests(actor=actor)

markup.render_title("Заявки на лицевые счета")
request_card.render_decided(actor, queue)
if not queue.requests:
    st.info("Новых заявок нет.", icon=":material/done_all:")
elif queue.count > len(queue.requests):
    st.caption(f"Показаны первые {len(queue.requests)} из {queue.count}: давние сверху.")

for request in queue.requests:
    with st.container(border=True):
        markup.render_markup(request_card.build_facts(request))

        # two forms, so that Enter in the reason does not approve the request
        form = f"approve.{request.request_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            number = st.text_input(
                "Номер лицевого счёта",
                value=request.number,
                max_chars=claims.LONGEST_NUMBER,
                width=320,
            )
            approved = st.form_submit_button("Одобрить", type="primary")
        if approved:
            with submit.report_outcome(form=form, done="Счёт присоединён, житель получит письмо."):
                decisions.approve_request(
                    actor=actor,
                    request_id=request.request_id,
                    number=number or "",
                    request_key=session.request_key(form),
                    address=session.get_address(),
                )

        form = f"decline.{request.request_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            reason = st.text_input(
                "Причина отказа",
                max_chars=requests.LONGEST_COMMENT,
                placeholder="что жителю нужно исправить",
            )
            declined = st.form_submit_button("Отклонить")
        if declined:
            with submit.report_outcome(form=form, done="Заявка отклонена, житель получит письмо."):
                decisions.decline_request(
                    actor=actor,
                    request_id=request.request_id,
                    reason=reason or "",
                    request_key=session.request_key(form),
                    address=session.get_address(),
                )
