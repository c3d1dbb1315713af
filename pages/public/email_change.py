"""Confirm an e-mail (Смена e-mail): from a letter, confirmed by a click."""

import streamlit as st

from lib.errors import PortalError
from lib.services.people import email_changes
from lib.services.people.email_changes import Confirmation
from lib.ui import markup, session

markup.render_title("Смена e-mail")
place = st.empty()
with place.container():
    st.write("Нажмите кнопку, чтобы подтвердить смену e-mail личного кабинета с этого адреса.")
    is_sent = st.button("Подтвердить", type="primary")

if is_sent:
    try:
        confirmed = email_changes.confirm_email(
            token=st.query_params.get("token", ""), address=session.get_address()
        )
    except PortalError as refusal:
        place.error(str(refusal), icon=":material/error:", width=640)
    else:
        place.success(
            "E-mail изменён. Письма будут приходить на новый адрес, и он же годится для входа."
            if confirmed is Confirmation.CHANGED
            else "Этот адрес подтверждён. Осталось открыть письмо на втором адресе "
            "и подтвердить смену и там.",
            icon=":material/check_circle:",
            width=640,
        )
markup.render_markup(markup.build_links([("На главную", "/")]))
