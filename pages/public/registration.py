"""Registration (Регистрация): a new login, which a letter's link activates."""

import streamlit as st

from lib import links
from lib.errors import PortalError
from lib.services.people import registrations
from lib.services.people.registrations import Registration
from lib.ui import captcha_field, frame, markup, session
from lib.ui.people import guest, registration_letter

form, sent_to = "registration", "email"

markup.render_title("Регистрация")
if guest.render_signed_in():
    frame.end_screen()

letter_to = session.find_note(form, sent_to)
if letter_to is not None:
    registration_letter.render_sent(form, letter_to)
    frame.end_screen()

with st.form(form, border=False, width=guest.WIDTH):
    last_name = st.text_input("Фамилия", max_chars=64, autocomplete="family-name")
    first_name = st.text_input("Имя", max_chars=64, autocomplete="given-name")
    middle_name = st.text_input("Отчество", max_chars=64, autocomplete="additional-name")
    has_no_middle_name = st.checkbox("нет отчества")
    username = st.text_input(
        "Имя пользователя",
        max_chars=32,
        autocomplete="username",
        placeholder="латинские буквы, цифры, точка, дефис, _",
    )
    email = st.text_input("E-mail", max_chars=254, autocomplete="email")
    password = st.text_input(
        "Пароль",
        type="password",
        max_chars=64,
        autocomplete="new-password",
        placeholder="от 10 до 64 знаков",
    )
    repeated = st.text_input(
        "Повтор пароля", type="password", max_chars=64, autocomplete="new-password"
    )
    captcha = captcha_field.ask_captcha(form)
    terms = links.link_to_screen(links.TERMS)
    agrees = st.checkbox(f"Я принимаю [пользовательское соглашение]({terms})")
    wants_news = st.checkbox("Я согласен получать новости и объявления по e-mail (необязательно)")
    markup.render_markup(registration_letter.build_news_consent())
    sent = st.form_submit_button("Зарегистрироваться", type="primary")
guest.render_refusal(form)

if sent:
    wanted = Registration(
        last_name=last_name,
        first_name=first_name,
        middle_name=None if has_no_middle_name else middle_name,
        username=username,
        email=email,
        password=password,
        repeated=repeated,
        agrees=agrees,
        wants_news=wants_news,
    )
    visit, address = session.get_visit(), session.get_address()
    try:
        letter_to = registrations.register_resident(
            form=wanted, captcha=captcha, visit=visit, address=address
        )
    except registrations.RegistrationRefused as refusal:
        guest.refuse(form, refusal, keeps_captcha=True)
    except PortalError as refusal:
        guest.refuse(form, refusal)
    session.drop_captcha_key(form)
    session.keep_note(form, sent_to, letter_to)
    st.rerun()
