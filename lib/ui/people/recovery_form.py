"""The forms of recovery: who asks for a letter, and the password chosen by its link."""

import streamlit as st

from lib.errors import PortalError
from lib.services.people import passwords, recoveries
from lib.ui import captcha_field, markup, session
from lib.ui.people import guest

_FORM, _ASKED = "recovery", "asked"


def has_asked() -> bool:
    """Tell whether this tab has asked for a letter."""
    return session.noted(_FORM, _ASKED) is not None


def show_asked() -> None:
    """Say what happens now: the same to whoever asked, for whatever name."""
    markup.show(
        "<p>Если такая учётная запись есть, на её e-mail ушло письмо. Откройте ссылку из него "
        "в течение 30 минут.</p>"
        '<p class="kb-quiet">Если письма нет, загляните в папку «Спам», а через минуту запросите '
        "его ещё раз.</p>"
    )
    if st.button("Запросить ещё раз"):
        session.take_note(_FORM, _ASKED)
        st.rerun()
    _way_back()


def show() -> None:
    """Draw the form that asks for a letter; take in what is sent."""
    with st.form(_FORM, border=False, width=guest.WIDTH):
        name = st.text_input("Имя пользователя или e-mail", max_chars=254, autocomplete="username")
        captcha = captcha_field.ask(_FORM)
        sent = st.form_submit_button("Отправить письмо", type="primary")
    guest.tell_refusal(_FORM)
    _way_back()
    if sent:
        _ask(name, captcha)


def show_new_password(token: str) -> None:
    """Draw the form of the new password; take in what is sent.

    Raises:
        LinkRefused: the link has died meanwhile.
    """
    with st.form("new_password", border=False, width=guest.WIDTH):
        password = st.text_input(
            "Новый пароль",
            type="password",
            max_chars=64,
            autocomplete="new-password",
            placeholder="от 10 до 64 знаков",
        )
        repeated = st.text_input(
            "Повтор пароля", type="password", max_chars=64, autocomplete="new-password"
        )
        sent = st.form_submit_button("Сохранить пароль", type="primary")
    if sent:
        try:
            recoveries.set_password(
                token=token, password=password, repeated=repeated, address=session.address()
            )
        except (passwords.PasswordRefused, passwords.PasswordsDiffer) as refusal:
            st.error(str(refusal), width=guest.WIDTH)
        else:
            guest.go_to_sign_in("Пароль изменён. Войдите с новым паролем.")


def _ask(name: str, captcha: tuple[str, str]) -> None:
    try:
        recoveries.request_recovery(
            name=name, captcha=captcha, visit=session.visit(), address=session.address()
        )
    except recoveries.NameMissing as refusal:
        guest.refuse(_FORM, refusal, keeps_captcha=True)
    except PortalError as refusal:
        guest.refuse(_FORM, refusal)
    session.drop_captcha(_FORM)
    session.note(_FORM, _ASKED, "yes")
    st.rerun()


def _way_back() -> None:
    markup.show('<p class="kb-links"><a href="/">Вернуться ко входу</a></p>')
