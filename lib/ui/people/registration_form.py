"""The form of registration, and the screen after its letter has been sent."""

import streamlit as st
from markupsafe import Markup

from lib import config, links
from lib.domain import consents
from lib.errors import PortalError
from lib.services.people import registrations
from lib.services.people.registrations import Registration
from lib.ui import captcha_field, markup, session
from lib.ui.markup import fill
from lib.ui.people import guest

FORM = "registration"
_EMAIL = "email"
_AGREES = f"Я принимаю [пользовательское соглашение]({links.link_to_screen(links.TERMS)})"
_NEWS = "Я согласен получать новости и объявления по e-mail (необязательно)"

_SENT = Markup(
    "<p>Мы отправили письмо на <b>{}</b>. Откройте ссылку из него в течение "
    "суток, чтобы подтвердить регистрацию.</p>"
    '<p class="kb-quiet">Если письма нет, загляните в папку «Спам».</p>'
)


def render_form() -> None:
    """Draw the form and submit it."""
    with st.form(FORM, border=False, width=guest.WIDTH):
        form = _ask_fields()
        captcha = captcha_field.ask_captcha(FORM)
        form_agrees = st.checkbox(_AGREES)
        wants_news = st.checkbox(_NEWS)
        centre = config.get_settings().kabinet_centre_name
        consent = consents.NEWS_TEXT.format(centre=centre)
        version = f"Версия {consents.NEWS.version} от {consents.NEWS.since}"
        text = fill(Markup("<p>{}</p>"), consent) + markup.build_hint(version)
        markup.render_markup(markup.build_folded("Текст согласия на новости", text))
        sent = st.form_submit_button("Зарегистрироваться", type="primary")
    guest.render_refusal(FORM)
    if sent:
        _submit(_make_registration(form, agrees=form_agrees, wants_news=wants_news), captcha)


def find_email() -> str | None:
    """Return the e-mail to which the letter of this tab has gone."""
    return session.find_note(FORM, _EMAIL)


def render_sent(email: str) -> None:
    """Say where the letter has gone and offer another one."""
    markup.render_markup(fill(_SENT, email))
    render_resend(FORM, email)
    markup.render_markup(markup.build_links([("На страницу входа", "/")]))


def render_resend(form: str, name: str) -> None:
    """Draw the button that sends the letter of activation again."""
    if st.button("Отправить ещё раз", key=f"{form}.again"):
        try:
            registrations.resend_activation(name=name, address=session.get_address())
        except PortalError as refusal:
            st.warning(str(refusal), width=guest.WIDTH)
        else:
            st.success("Письмо отправлено ещё раз.", width=guest.WIDTH)


def _ask_fields() -> dict[str, str | bool]:
    return {
        "last_name": st.text_input("Фамилия", max_chars=64, autocomplete="family-name"),
        "first_name": st.text_input("Имя", max_chars=64, autocomplete="given-name"),
        "middle_name": st.text_input("Отчество", max_chars=64, autocomplete="additional-name"),
        "has_no_middle_name": st.checkbox("нет отчества"),
        "username": st.text_input(
            "Имя пользователя",
            max_chars=32,
            autocomplete="username",
            placeholder="латинские буквы, цифры, точка, дефис, _",
        ),
        "email": st.text_input("E-mail", max_chars=254, autocomplete="email"),
        "password": st.text_input(
            "Пароль",
            type="password",
            max_chars=64,
            autocomplete="new-password",
            placeholder="от 10 до 64 знаков",
        ),
        "repeated": st.text_input(
            "Повтор пароля", type="password", max_chars=64, autocomplete="new-password"
        ),
    }


def _make_registration(
    form: dict[str, str | bool], *, agrees: bool, wants_news: bool
) -> Registration:
    words = {name: value for name, value in form.items() if isinstance(value, str)}
    if form["has_no_middle_name"]:
        del words["middle_name"]
    middle_name = words.pop("middle_name", None)
    return Registration(**words, middle_name=middle_name, agrees=agrees, wants_news=wants_news)


def _submit(form: Registration, captcha: tuple[str, str]) -> None:
    try:
        email = registrations.register_resident(
            form=form, captcha=captcha, visit=session.get_visit(), address=session.get_address()
        )
    except registrations.RegistrationRefused as refusal:
        guest.refuse(FORM, refusal, keeps_captcha=True)
    except PortalError as refusal:
        guest.refuse(FORM, refusal)
    else:
        session.drop_captcha_key(FORM)
        session.keep_note(FORM, _EMAIL, email)
        st.rerun()
