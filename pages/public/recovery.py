"""Recovery of access (Восстановление доступа): a letter goes to the login's e-mail."""

import streamlit as st
from markupsafe import Markup

from lib.errors import PortalError
from lib.services.people import recoveries
from lib.ui import captcha_field, frame, markup, session
from lib.ui.people import guest

form, asked = "recovery", "asked"
back = markup.build_links([("Вернуться ко входу", "/")])

markup.render_title("Восстановление доступа")
if guest.render_signed_in():
    frame.end_screen()

if session.find_note(form, asked) is not None:
    # the same words for every name: nobody learns whether a login exists
    markup.render_markup(
        Markup(
            "<p>Если такая учётная запись есть, на её e-mail ушло письмо. Откройте ссылку из него "
            "в течение 30 минут.</p>"
            '<p class="kb-quiet">Если письма нет, загляните в папку «Спам», а через минуту '
            "запросите его ещё раз.</p>"
        )
    )
    if st.button("Запросить ещё раз"):
        session.take_note(form, asked)
        st.rerun()
    markup.render_markup(back)
    frame.end_screen()

with st.form(form, border=False, width=guest.WIDTH):
    name = st.text_input("Имя пользователя или e-mail", max_chars=254, autocomplete="username")
    captcha = captcha_field.ask_captcha(form)
    sent = st.form_submit_button("Отправить письмо", type="primary")
guest.render_refusal(form)
markup.render_markup(back)

if sent:
    try:
        recoveries.request_recovery(
            name=name,
            captcha=captcha,
            visit=session.get_visit(),
            address=session.get_address(),
        )
    except recoveries.NameMissing as refusal:
        guest.refuse(form, refusal, keeps_captcha=True)
    except PortalError as refusal:
        guest.refuse(form, refusal)
    session.drop_captcha_key(form)
    session.keep_note(form, asked, "yes")
    st.rerun()
