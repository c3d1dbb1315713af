"""Profile, «Общее»: the login's data, and the change of its e-mail."""

import streamlit as st
from markupsafe import Markup

from lib.access import Actor
from lib.domain import formats
from lib.services.people import email_changes
from lib.services.people.profiles import EmailChange, Profile
from lib.ui import markup, session, submit

_FORM, _CANCEL = "profile.email", "profile.email.cancel"
_SENT = (
    "Письма отправлены. Откройте оба — на прежнем и на новом e-mail — и подтвердите смену "
    "в течение суток."
)
_TWO_LETTERS = (
    "На прежний и на новый адрес придёт по письму. "
    "E-mail изменится, когда вы подтвердите смену с обоих."
)


def build_facts(profile: Profile) -> Markup:
    """Return the login's data; its owner sees them in full."""
    return markup.build_facts(
        [
            ("Имя", profile.full_name),
            ("Имя пользователя", profile.username),
            ("E-mail", profile.email),
            ("В кабинете", f"с {formats.format_date(profile.since)}"),
        ]
    )


def render_email(actor: Actor, profile: Profile) -> None:
    """Draw the state of a change, and ask for a new e-mail."""
    markup.render_subtitle("Смена e-mail")
    if profile.change:
        _render_change(actor, profile.change)
    markup.render_markup(markup.build_hint(_TWO_LETTERS))
    with st.form(f"{_FORM}.{session.request_key(_FORM)}", border=False, width=420):
        wanted = st.text_input("Новый e-mail", max_chars=254, autocomplete="email")
        sent = st.form_submit_button("Отправить письма")
    if sent:
        with submit.report_outcome(form=_FORM, done=_SENT):
            email_changes.start_email_change(
                actor=actor, email=wanted or "", address=session.get_address()
            )


def _render_change(actor: Actor, change: EmailChange) -> None:
    facts = [
        ("Меняем на", change.email),
        ("Прежний адрес", _format_step(is_done=change.old_confirmed)),
        ("Новый адрес", _format_step(is_done=change.new_confirmed)),
    ]
    markup.render_markup(markup.build_facts(facts, kind="kb-steps"))
    if st.button("Отменить смену", key=_CANCEL):
        with submit.report_outcome(
            form=_CANCEL, done="Смена e-mail отменена, ссылки не действуют."
        ):
            email_changes.cancel_email_change(actor=actor)


def _format_step(*, is_done: bool) -> str:
    return "подтверждён" if is_done else "ждём подтверждения"
