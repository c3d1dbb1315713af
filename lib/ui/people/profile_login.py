"""Мой профиль, «Общее»: who one is here, and the e-mail."""

import streamlit as st

from lib.access import Actor
from lib.domain import formats
from lib.services.people import email_changes
from lib.services.people.profiles import EmailChange, Profile
from lib.ui import markup, session, submit
from lib.ui.markup import text

_FORM, _CANCEL = "profile.email", "profile.email.cancel"
_SENT = (
    "Письма отправлены. Откройте оба — на прежнем и на новом e-mail — и подтвердите смену "
    "в течение суток."
)


def facts(profile: Profile) -> None:
    """Draw the login's data; its owner sees them whole."""
    markup.show(
        f'<dl class="kb-facts"><dt>Имя</dt><dd>{text(profile.full_name)}</dd>'
        f"<dt>Имя пользователя</dt><dd>{text(profile.username)}</dd>"
        f"<dt>E-mail</dt><dd>{text(profile.email)}</dd>"
        f"<dt>В кабинете</dt><dd>с {formats.day(profile.since)}</dd></dl>"
    )


def email(actor: Actor, profile: Profile) -> None:
    """Ask for a new e-mail, or tell how far the change has come."""
    markup.subtitle("Смена e-mail")
    if profile.change:
        _waiting(actor, profile.change)
    markup.show(
        '<p class="kb-quiet">На прежний и на новый адрес придёт по письму. '
        "E-mail изменится, когда вы подтвердите смену с обоих.</p>"
    )
    with st.form(f"{_FORM}.{session.request_key(_FORM)}", border=False, width=420):
        wanted = st.text_input("Новый e-mail", max_chars=254, autocomplete="email")
        sent = st.form_submit_button("Отправить письма")
    if sent:
        with submit.outcome(form=_FORM, done=_SENT):
            email_changes.start_email_change(
                actor=actor, email=wanted or "", address=session.address()
            )


def _waiting(actor: Actor, change: EmailChange) -> None:
    markup.show(
        f'<dl class="kb-facts kb-steps"><dt>Меняем на</dt><dd>{text(change.email)}</dd>'
        f"<dt>Прежний адрес</dt><dd>{_step(is_done=change.old_confirmed)}</dd>"
        f"<dt>Новый адрес</dt><dd>{_step(is_done=change.new_confirmed)}</dd></dl>"
    )
    if st.button("Отменить смену", key=_CANCEL):
        with submit.outcome(form=_CANCEL, done="Смена e-mail отменена, ссылки не действуют."):
            email_changes.cancel_email_change(actor=actor)


def _step(*, is_done: bool) -> str:
    return "подтверждён" if is_done else "ждём подтверждения"
