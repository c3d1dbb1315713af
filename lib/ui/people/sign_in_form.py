"""The parts of sign-in around its form: refusals, other ways in, the hand-over of the ticket."""

import streamlit as st

from lib import config, links
from lib.errors import PortalError
from lib.services.attempts import TooSoon
from lib.services.people import sign_in, sign_in_tries
from lib.ui import markup, session
from lib.ui.markup import text
from lib.ui.people import authenticator, guest, registration_form

DEMO_LOGINS = ("resident", "staff", "analyst", "admin")
FORM = "sign_in"
_CAPTCHA, _PENDING = "wants_captcha", "pending"


def wants_captcha() -> bool:
    """Tell whether this tab has been asked for a captcha."""
    return session.noted(FORM, _CAPTCHA) is not None


def enter(*, name: str, password: str, remember: bool, captcha: tuple[str, str] | None) -> None:
    """Check what was typed; go in, or draw the form again with what is the matter."""
    session.take_note(FORM, _PENDING)
    try:
        ticket = authenticator.enter(
            name=name,
            password=password,
            visit=session.visit(),
            remember=remember,
            address=session.address(),
            captcha=captcha,
        )
    except PortalError as refusal:
        if isinstance(refusal, sign_in_tries.CaptchaDemanded):
            session.note(FORM, _CAPTCHA, "yes")
        if isinstance(refusal, sign_in.NotActivated):
            session.note(FORM, _PENDING, name)
        guest.refuse(FORM, refusal, keeps_captcha=isinstance(refusal, TooSoon))
    hand_over(ticket)


def tell_refusal() -> None:
    """Say what is the matter; to whoever has yet to confirm their registration, offer a letter."""
    guest.tell_refusal(FORM)
    pending = session.noted(FORM, _PENDING)
    if pending:
        registration_form.offer_again(FORM, pending)


def other_ways() -> None:
    """Draw the ways on for whoever has no password, or no login."""
    markup.show(
        f'<p class="kb-links"><a href="{links.screen(links.RECOVERY)}">Забыли пароль?</a>'
        f'<a href="{links.screen(links.REGISTRATION)}">Зарегистрироваться</a></p>'
    )


def hand_over(ticket: str, *, target: str = "") -> None:
    """Let the browser post the ticket to the session route and land where it wanted to go.

    By POST, so that the ticket stands in no address, no history and no log.

    Args:
        ticket: as the service gave it.
        target: one of our screens; without it, the one whose address the browser shows.
    """
    st.html(
        f'<form id="kb-enter" method="post" action="{links.SESSION}">'
        f'<input type="hidden" name="ticket" value="{text(ticket)}">'
        f'<input type="hidden" name="next" value="{text(target)}"></form>'
        '<p class="kb-quiet">Входим…</p>'
        '<script>const f = document.getElementById("kb-enter");'
        "f.elements.next.value ||= location.pathname + location.search; f.submit();</script>",
        unsafe_allow_javascript=True,
    )


def demonstration() -> None:
    """Tell the known passwords, in demonstration mode alone."""
    settings = config.settings()
    if settings.kabinet_demo:
        logins = ", ".join(f"**{login}**" for login in DEMO_LOGINS)
        st.info(
            f"Демонстрация. Войдите как {logins}, пароль — **{settings.demo_password}**.", width=640
        )
