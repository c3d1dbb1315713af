"""Sign-in (Вход): a login or an e-mail, a password, and whether to remember."""

import streamlit as st

from lib.ui import captcha_field, markup
from lib.ui.people import guest, sign_in_form

markup.render_title("Вход в личный кабинет")
sign_in_form.render_demonstration()
with st.form(sign_in_form.FORM, border=False, width=guest.WIDTH):
    name = st.text_input(
        "Имя пользователя", placeholder="или e-mail", max_chars=254, autocomplete="username"
    )
    password = st.text_input(
        "Пароль", type="password", max_chars=128, autocomplete="current-password"
    )
    remember = st.checkbox("Запомнить?", help="Не спрашивать пароль на этом устройстве 30 дней")
    captcha = captcha_field.ask_captcha(sign_in_form.FORM) if sign_in_form.wants_captcha() else None
    sent = st.form_submit_button("Войти", type="primary")
sign_in_form.render_refusal()
sign_in_form.render_other_ways()

if sent:
    sign_in_form.sign_in(name=name, password=password, remember=remember, captcha=captcha)
