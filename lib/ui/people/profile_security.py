"""Profile, «Безопасность»: the password, and the open sessions."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats
from lib.errors import PortalError
from lib.services.people import password_change, web_sessions
from lib.services.people.passwords import LONGEST, SHORTEST
from lib.services.people.profiles import OpenSession, Profile
from lib.ui import markup, session, submit
from lib.ui.markup import EMPTY, fill
from lib.ui.people import sign_in_form

_FORM, _SESSIONS = "profile.password", "profile.sessions"
_CHANGED = "changed"
_MOST = 20
_CURRENT = Markup('<span class="kb-badge">Это устройство</span>')
_ROW = Markup(
    '<div class="kb-row"><strong>{}</strong> {}<br><span class="kb-quiet">{}</span></div>'
)


def render_password(actor: Actor, profile: Profile) -> None:
    """Ask for the current password and, twice, for a new one."""
    markup.render_subtitle("Пароль")
    if st.query_params.get("password") == _CHANGED:
        st.success(
            "Пароль изменён. На других устройствах кабинет попросит войти заново.",
            icon=":material/check_circle:",
        )
    with st.form(f"{_FORM}.{session.request_key(_FORM)}", border=False, width=420):
        old = st.text_input(
            "Текущий пароль", type="password", max_chars=128, autocomplete="current-password"
        )
        new = st.text_input(
            "Новый пароль",
            type="password",
            max_chars=128,
            autocomplete="new-password",
            help=f"От {SHORTEST} до {LONGEST} знаков, любые буквы, цифры и знаки",
        )
        repeated = st.text_input(
            "Новый пароль ещё раз", type="password", max_chars=128, autocomplete="new-password"
        )
        sent = st.form_submit_button("Сменить пароль")
    if sent:
        _change_password(actor, profile, old=old or "", new=new or "", repeated=repeated or "")


def _change_password(actor: Actor, profile: Profile, *, old: str, new: str, repeated: str) -> None:
    try:
        ticket = password_change.change_password(
            actor=actor,
            old=old,
            new=new,
            repeated=repeated,
            visit=session.get_visit(),
            remember=profile.is_remembered,
            address=session.get_address(),
        )
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:", width=640)
        return
    # this browser's session ends too, so that a stolen copy dies; the browser gets a new one
    sign_in_form.hand_over_ticket(
        ticket,
        target=links.link_to_screen(links.PROFILE, section="Безопасность", password=_CHANGED),
    )


def render_sessions(actor: Actor, profile: Profile) -> None:
    """Draw the open sessions, each with a button that ends it."""
    markup.render_subtitle("Где выполнен вход")
    for opened in profile.sessions[:_MOST]:
        _render_session(actor, opened)
    others = len(profile.sessions) - 1
    if others > 0 and st.button("Завершить все остальные", key=_SESSIONS):
        with submit.report_outcome(form=_SESSIONS, done="Все остальные сеансы завершены."):
            web_sessions.end_other_sessions(
                actor=actor, token=session.get_token() or "", address=session.get_address()
            )


def _render_session(actor: Actor, opened: OpenSession) -> None:
    facts = [f"с {formats.format_moment(opened.opened_at)}"]
    if opened.address:
        facts.append(f"адрес {opened.address}")
    badge = _CURRENT if opened.is_current else EMPTY
    browser = opened.browser or "Неизвестный браузер"
    with st.container(horizontal=True, vertical_alignment="center", key=f"s{opened.session_id}"):
        markup.render_markup(fill(_ROW, browser, badge, ", ".join(facts)))
        if opened.is_current:
            return
        if st.button("Завершить", key=f"profile.session.{opened.session_id}"):
            with submit.report_outcome(form=_SESSIONS, done="Сеанс завершён."):
                web_sessions.end_session(
                    actor=actor, session_id=opened.session_id, address=session.get_address()
                )
