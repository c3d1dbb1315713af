"""The form of an invitation: a login, a password, the agreement."""

import streamlit as st

from lib import links
from lib.errors import PortalError
from lib.services.people import invitation_acceptance
from lib.services.people.invitations import Invited
from lib.ui import markup, session, words
from lib.ui.markup import text

_WIDTH = 420


def show(invited: Invited, *, token: str) -> None:
    """Draw who is asked in and the form; once it has done its work, the way to sign in."""
    place = st.empty()
    with place.container():
        markup.show(
            f'<dl class="kb-facts"><dt>Кто</dt><dd>{text(invited.name)}</dd>'
            f"<dt>E-mail</dt><dd>{text(invited.email)}</dd>"
            f"<dt>Роль</dt><dd>{words.ROLES[invited.role]}</dd></dl>"
        )
        is_done = _form(token)
    if is_done:
        place.empty()
        st.success("Учётная запись создана. Войдите с новым именем пользователя и паролем.")
        markup.show('<p class="kb-links"><a href="/">Войти</a></p>')


def _form(token: str) -> bool:
    """Ask for login and password; tell whether the login has been made."""
    with st.form("invitation", border=False, width=_WIDTH):
        username = st.text_input(
            "Имя пользователя", max_chars=32, placeholder="3–32 латинских букв, цифр, знаков . _ -"
        )
        password = st.text_input(
            "Пароль", type="password", max_chars=128, placeholder="от 10 до 64 знаков"
        )
        repeated = st.text_input("Повтор пароля", type="password", max_chars=128)
        agrees = st.checkbox("Принимаю пользовательское соглашение")
        markup.show(
            f'<p class="kb-links"><a href="{links.screen(links.TERMS)}" target="_blank">'
            "Пользовательское соглашение</a></p>"
        )
        sent = st.form_submit_button("Создать учётную запись", type="primary")
    if not sent:
        return False
    try:
        invitation_acceptance.accept_invitation(
            token=token,
            username=username or "",
            password=password or "",
            repeated=repeated or "",
            agrees=agrees,
            address=session.address(),
        )
    except PortalError as refusal:
        st.error(str(refusal), width=_WIDTH)
        return False
    return True
