"""An invitation (Приглашение): a new employee chooses a login and a password."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.errors import PortalError
from lib.services.people import invitation_acceptance, invitations
from lib.ui import frame, markup, query, session, words
from lib.ui.markup import fill
from lib.ui.people import guest

TERMS_LINK = Markup(
    '<p class="kb-links"><a href="{}" target="_blank">Пользовательское соглашение</a></p>'
)

markup.render_title("Приглашение")
token = query.get_text("token")
if session.get_actor():
    st.info("Вы уже вошли в кабинет. Чтобы принять приглашение, выйдите и откройте ссылку ещё раз.")
    frame.end_screen()
try:
    invited = invitations.get_invitation(token=token)
except PortalError as refusal:
    st.warning(str(refusal))
    frame.end_screen()

place = st.empty()
with place.container():
    markup.render_markup(
        markup.build_facts(
            [
                ("Кто", invited.name),
                ("E-mail", invited.email),
                ("Роль", words.ROLES[invited.role]),
            ]
        )
    )
    with st.form("invitation", border=False, width=guest.WIDTH):
        username = st.text_input(
            "Имя пользователя", max_chars=32, placeholder="3–32 латинских букв, цифр, знаков . _ -"
        )
        password = st.text_input(
            "Пароль", type="password", max_chars=128, placeholder="от 10 до 64 знаков"
        )
        repeated = st.text_input("Повтор пароля", type="password", max_chars=128)
        agrees = st.checkbox("Принимаю пользовательское соглашение")
        markup.render_markup(fill(TERMS_LINK, links.link_to_screen(links.TERMS)))
        sent = st.form_submit_button("Создать учётную запись", type="primary")
    is_done = False
    if sent:
        try:
            invitation_acceptance.accept_invitation(
                token=token,
                username=username or "",
                password=password or "",
                repeated=repeated or "",
                agrees=agrees,
                address=session.get_address(),
            )
        except PortalError as refusal:
            st.error(str(refusal), width=guest.WIDTH)
        else:
            is_done = True
if is_done:
    place.empty()
    st.success("Учётная запись создана. Войдите с новым именем пользователя и паролем.")
    markup.render_markup(markup.build_links([("Войти", "/")]))
