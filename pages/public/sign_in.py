"""Вход: a login or an e-mail, a password, and whether to remember."""

import streamlit as st

from lib.errors import PortalError
from lib.ui import authenticator, markup, session, sign_in_form

markup.title("Вход в личный кабинет")
sign_in_form.demonstration()
with st.form("sign_in", border=False, width=420):
    name = st.text_input("Имя пользователя", placeholder="или e-mail", max_chars=254)
    password = st.text_input("Пароль", type="password", max_chars=128)
    remember = st.checkbox("Запомнить?", help="Не спрашивать пароль на этом устройстве 30 дней")
    sent = st.form_submit_button("Войти", type="primary")

if sent:
    try:
        ticket = authenticator.enter(
            name=name, password=password, visit=session.visit(), remember=remember
        )
    except PortalError as refusal:
        st.error(str(refusal), width=420)
    else:
        sign_in_form.hand_over(ticket)
