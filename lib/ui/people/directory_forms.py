"""The administrator's fields and buttons for people: search, role, invitations, access."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from lib.access import Actor, Role
from lib.domain import formats
from lib.services.people import employment, invitations
from lib.services.people.directory import EMPLOYEES, Person, State
from lib.services.people.invitations import Invited
from lib.ui import markup, query, session, submit, words
from lib.ui.markup import fill

_EVERYBODY = "все"


def ask_search() -> tuple[str, Role | None]:
    """Ask for words and a role; the answer is kept in the address."""
    named = next((role for role in Role if role == query.get_text("role")), None)
    with (
        st.form("people.search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Кого найти",
            value=query.get_text("search"),
            max_chars=100,
            placeholder="имя пользователя, e-mail или фамилия",
            width=360,
        )
        role = st.selectbox(
            "Роль",
            (None, *Role),
            index=(None, *Role).index(named),
            format_func=lambda role: words.ROLES[role] if role else _EVERYBODY,
            width=240,
        )
        if st.form_submit_button("Найти"):
            query.set_values(search=(typed or "").strip(), role=role, page=None)
            st.rerun()
    return query.get_text("search"), named


def ask_role_and_organization(
    organizations: Mapping[int, str], person: Person | None = None
) -> tuple[Role, int | None]:
    """Ask what an employee may do, and in which organisation; as it is now, by default."""
    role = person.role if person else Role.STAFF
    choice = (None, *organizations)
    current = person.organization_id if person else None
    return (
        st.selectbox(
            "Роль",
            EMPLOYEES,
            index=EMPLOYEES.index(role),
            format_func=lambda role: words.ROLES[role],
        ),
        st.selectbox(
            "Организация сотрудника или аналитика",
            choice,
            index=choice.index(current) if current in choice else 0,
            format_func=lambda key: organizations[key] if key else "не нужна",
        ),
    )


def render_invited(actor: Actor, found: tuple[Invited, ...]) -> None:
    """Draw the invitations that have not been accepted yet."""
    if not found:
        return
    markup.render_subtitle("Ждут ответа")
    for invited in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            markup.render_markup(
                fill(
                    Markup("<p>{}, {} — {}, до {}</p>"),
                    invited.name,
                    invited.email,
                    words.ROLES[invited.role],
                    formats.format_moment(invited.expires_at),
                )
            )
            if st.button("Отозвать", key=f"withdraw.{invited.invitation_id}"):
                with submit.report_outcome(form="withdraw", done="Приглашение отозвано."):
                    invitations.withdraw_invitation(
                        actor=actor,
                        invitation_id=invited.invitation_id,
                        address=session.get_address(),
                    )


def render_access(actor: Actor, person: Person) -> None:
    """Draw the buttons that block or unblock a login and end its sessions."""
    is_blocked = person.state is State.BLOCKED
    with st.container(horizontal=True):
        if is_blocked:
            switched = st.button("Разблокировать", icon=":material/lock_open:")
        else:
            switched = st.button("Заблокировать", icon=":material/lock:")
        ended = st.button("Завершить сеансы", icon=":material/logout:")
    address = session.get_address()
    if switched and is_blocked:
        with submit.report_outcome(form="shut", done="Учётная запись снова работает."):
            employment.unblock_login(actor=actor, login_id=person.login_id, address=address)
    elif switched:
        with submit.report_outcome(form="shut", done="Вход закрыт, сеансы завершены."):
            employment.block_login(actor=actor, login_id=person.login_id, address=address)
    if ended:
        with submit.report_outcome(form="shut", done="Сеансы завершены: войти придётся заново."):
            employment.end_sessions(actor=actor, login_id=person.login_id, address=address)
