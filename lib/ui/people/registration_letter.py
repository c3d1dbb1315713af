"""The letter of a registration: where it has gone, and another one; the consent to news."""

import streamlit as st
from markupsafe import Markup

from lib import config
from lib.domain import consents
from lib.errors import PortalError
from lib.services.people import registrations
from lib.ui import markup, session
from lib.ui.markup import fill
from lib.ui.people import guest

_SENT = Markup(
    "<p>Мы отправили письмо на <b>{}</b>. Откройте ссылку из него в течение "
    "суток, чтобы подтвердить регистрацию.</p>"
    '<p class="kb-quiet">Если письма нет, загляните в папку «Спам».</p>'
)


def build_news_consent() -> Markup:
    """Return the folded text of the consent to news, with its version."""
    centre = config.get_settings().kabinet_centre_name
    consent = consents.NEWS_TEXT.format(centre=centre)
    version = f"Версия {consents.NEWS.version} от {consents.NEWS.since}"
    text = fill(Markup("<p>{}</p>"), consent) + markup.build_hint(version)
    return markup.build_folded("Текст согласия на новости", text)


def render_sent(form: str, email: str) -> None:
    """Say where the letter has gone and offer another one."""
    markup.render_markup(fill(_SENT, email))
    render_resend(form, email)
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
