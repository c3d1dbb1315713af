"""The audit log (Журнал действий): who did what, filtered by day, action, login, account."""

from functools import partial

import streamlit as st

from lib.access import Permission
from lib.services.audit import log, words
from lib.services.audit.trail import Action
from lib.ui import audit, guard, markup, query, session

actor = guard.require(Permission.AUDIT_READ)
chosen = audit.get_filters()

markup.render_title("Журнал действий")
with (
    st.form("audit.choose", border=False),
    st.container(horizontal=True, vertical_alignment="bottom"),
):
    day_field = partial(
        st.date_input,
        min_value=query.FIRST_DAY,
        max_value=query.LAST_DAY,
        format="DD.MM.YYYY",
        width=140,
    )
    since = day_field("С", value=chosen.since)
    until = day_field("По", value=chosen.until)
    action = st.selectbox(
        "Действие",
        (None, *Action),
        index=(None, *Action).index(chosen.action),
        format_func=lambda action: words.ACTIONS[action] if action else "любое",
        width=250,
    )
    login = st.text_input("Имя пользователя", value=chosen.login, max_chars=254, width=180)
    account = st.text_input("Лицевой счёт", value=chosen.account, max_chars=30, width=150)
    if st.form_submit_button("Показать"):
        query.set_values(
            since=since,
            until=until,
            action=action,
            login=(login or "").strip(),
            account=(account or "").strip(),
            before=None,
        )
        st.rerun()

found = log.list_events(actor=actor, chosen=chosen)
if found.events:
    markup.render_markup(audit.build_events(found))
else:
    st.info("Ничего не нашлось. Расширьте период или уберите часть условий.")

with st.container(horizontal=True):
    if found.older and st.button("Более ранние", icon=":material/history:"):
        query.set_values(before=found.older)
        st.rerun()
    if chosen.before and st.button("К последним", icon=":material/first_page:"):
        query.set_values(before=None)
        st.rerun()
    st.download_button(
        "Выгрузить в CSV",
        data=partial(audit.export_file, session.get_token(), session.get_address(), chosen),
        file_name="audit.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        help=f"Выбранные строки, не больше {log.EXPORTED_ROWS} последних",
    )
