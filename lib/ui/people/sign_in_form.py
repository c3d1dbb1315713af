"""The parts of sign-in around its form: refusals, other ways, the hand-over of the ticket."""

import streamlit as st
from markupsafe import Markup

from lib import config, links
from lib.errors import PortalError
from lib.services.attempts import TooSoon
from lib.services.people import sign_in as services
from lib.services.people import sign_in_tries
from lib.ui import markup, session
from lib.ui.markup import fill
from lib.ui.people import authenticator, guest, registration_letter

DEMO_LOGINS = ("resident", "staff", "analyst", "admin")
FORM = "sign_in"
_CAPTCHA, _PENDING = "wants_captcha", "pending"
_HAND_OVER = Markup(
    '<form id="kb-enter" method="post" action="{}"><input type="hidden" name="ticket" value="{}">'
    '<input type="hidden" name="next" value="{}"></form><p class="kb-quiet">Входим…</p>'
)
_SCRIPT = Markup(
    '<script>const f = document.getElementById("kb-enter");'
    "f.elements.next.value ||= location.pathname + location.search; f.submit();</script>"
)


def wants_captcha() -> bool:
    """Tell whether the form of this tab needs a captcha."""
    return session.find_note(FORM, _CAPTCHA) is not None


def sign_in(*, name: str, password: str, remember: bool, captcha: tuple[str, str] | None) -> None:
    """Check the login and the password; sign in, or draw the form with the refusal."""
    session.take_note(FORM, _PENDING)
    try:
        ticket = authenticator.issue_ticket(
            name=name,
            password=password,
            visit=session.get_visit(),
            remember=remember,
            address=session.get_address(),
            captcha=captcha,
        )
    except PortalError as refusal:
        if isinstance(refusal, sign_in_tries.CaptchaDemanded):
            session.keep_note(FORM, _CAPTCHA, "yes")
        if isinstance(refusal, services.NotActivated):
            session.keep_note(FORM, _PENDING, name)
        guest.refuse(FORM, refusal, keeps_captcha=isinstance(refusal, TooSoon))
    hand_over_ticket(ticket)


def render_refusal() -> None:
    """Draw the refusal; offer a new letter to a login that is not activated yet."""
    guest.render_refusal(FORM)
    pending = session.find_note(FORM, _PENDING)
    if pending:
        registration_letter.render_resend(FORM, pending)


def render_other_ways() -> None:
    """Draw the links for people without a password or without a login."""
    markup.render_markup(
        markup.build_links(
            [
                ("Забыли пароль?", links.link_to_screen(links.RECOVERY)),
                ("Зарегистрироваться", links.link_to_screen(links.REGISTRATION)),
            ]
        )
    )


def hand_over_ticket(ticket: str, *, target: str = "") -> None:
    """Let the browser post the ticket to the session route, which opens the wanted screen.

    By POST, so that the ticket is in no address, no history and no log.

    Args:
        ticket: from the service.
        target: one of our screens; without it, the one whose address the browser shows.
    """
    markup.render_markup(
        fill(_HAND_OVER, links.SESSION, ticket, target) + _SCRIPT, unsafe_allow_javascript=True
    )


def render_demonstration() -> None:
    """Draw the logins and the password of the demonstration, in its mode alone."""
    settings = config.get_settings()
    if settings.kabinet_demo:
        logins = ", ".join(f"**{login}**" for login in DEMO_LOGINS)
        st.info(
            f"Демонстрация. Войдите как {logins}, пароль — **{settings.demo_password}**.", width=640
        )
