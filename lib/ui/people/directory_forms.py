"""What an administrator does with people: finds them, asks them in, changes and blocks them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lib import links
from lib.access import Actor, Role
from lib.domain import formats
from lib.services.people import employment, invitations
from lib.services.people.directory import EMPLOYEES, Person, State
from lib.services.people.invitations import Invited
from lib.ui import markup, query, session, submit, words
from lib.ui.markup import text

_EVERYBODY = "все"


def search() -> tuple[str, Role | None]:
    """Ask whom to show; the answer is kept in the address."""
    asked = next((role for role in Role if role == query.words("role")), None)
    with (
        st.form("people.search", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(
            "Кого найти",
            value=query.words("search"),
            max_chars=100,
            placeholder="имя пользователя, e-mail или фамилия",
            width=360,
        )
        role = st.selectbox(
            "Роль",
            (None, *Role),
            index=(None, *Role).index(asked),
            format_func=lambda one: words.ROLES[one] if one else _EVERYBODY,
            width=240,
        )
        if st.form_submit_button("Найти"):
            query.put(search=(typed or "").strip(), role=role, page=None)
            st.rerun()
    return query.words("search"), asked


def invite(actor: Actor, *, organizations: Mapping[int, str]) -> None:
    """Ask for an employee's data and send the invitation."""
    with (
        st.expander("Пригласить сотрудника", icon=":material/person_add:"),
        st.form(f"invite.{session.request_key('invite')}", border=False, width=520),
    ):
        last_name = st.text_input("Фамилия", max_chars=64)
        first_name = st.text_input("Имя", max_chars=64)
        middle_name = st.text_input("Отчество", max_chars=64, placeholder="если есть")
        email = st.text_input("E-mail", max_chars=254)
        role, organization_id = _role_and_organization(organizations)
        if st.form_submit_button("Отправить приглашение", type="primary"):
            with submit.outcome(form="invite", done="Приглашение отправлено на e-mail."):
                invitations.invite_employee(
                    actor=actor,
                    email=email or "",
                    last_name=last_name or "",
                    first_name=first_name or "",
                    middle_name=middle_name or "",
                    role=role,
                    organization_id=organization_id,
                    address=session.address(),
                )


def waiting(actor: Actor, found: tuple[Invited, ...]) -> None:
    """Draw who has been asked in and has not come yet."""
    if not found:
        return
    markup.show('<h2 class="kb-subtitle">Ждут ответа</h2>')
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            markup.show(
                f"<p>{text(one.name)}, {text(one.email)} — {words.ROLES[one.role]}, "
                f"до {formats.moment(one.expires_at)}</p>"
            )
            if st.button("Отозвать", key=f"withdraw.{one.invitation_id}"):
                with submit.outcome(form="withdraw", done="Приглашение отозвано."):
                    invitations.withdraw_invitation(
                        actor=actor,
                        invitation_id=one.invitation_id,
                        address=session.address(),
                    )


def change(actor: Actor, person: Person, *, organizations: Mapping[int, str]) -> None:
    """Ask for an employee's other role or organisation."""
    with st.form(f"role.{session.request_key('role')}", width=520):
        role, organization_id = _role_and_organization(organizations, person)
        if st.form_submit_button("Сохранить", type="primary"):
            with submit.outcome(form="role", done="Роль сохранена и уже действует."):
                employment.change_role(
                    actor=actor,
                    login_id=person.login_id,
                    role=role,
                    organization_id=organization_id,
                    address=session.address(),
                )


def shut(actor: Actor, person: Person) -> None:
    """Offer to block or unblock a login and to end its sessions."""
    act: dict[str, Any] = {
        "actor": actor,
        "login_id": person.login_id,
        "address": session.address(),
    }
    with st.container(horizontal=True):
        if person.state is State.BLOCKED:
            unblocks = st.button("Разблокировать", icon=":material/lock_open:")
            blocks = False
        else:
            blocks = st.button("Заблокировать", icon=":material/lock:")
            unblocks = False
        ends = st.button("Завершить сеансы", icon=":material/logout:")
    if blocks:
        with submit.outcome(form="shut", done="Вход закрыт, сеансы завершены."):
            employment.block_login(**act)
    if unblocks:
        with submit.outcome(form="shut", done="Учётная запись снова работает."):
            employment.unblock_login(**act)
    if ends:
        with submit.outcome(form="shut", done="Сеансы завершены: войти придётся заново."):
            employment.end_sessions(**act)


def back() -> None:
    """Draw the way from a card to the list."""
    markup.show(f'<p class="kb-links"><a href="{links.screen(links.PEOPLE)}">Все люди</a></p>')


def _role_and_organization(
    organizations: Mapping[int, str], person: Person | None = None
) -> tuple[Role, int | None]:
    role = person.role if person else Role.STAFF
    choice = (None, *organizations)
    held = person.organization_id if person else None
    return (
        st.selectbox(
            "Роль",
            EMPLOYEES,
            index=EMPLOYEES.index(role),
            format_func=lambda one: words.ROLES[one],
        ),
        st.selectbox(
            "Организация, если это её сотрудник",
            choice,
            index=choice.index(held) if held in choice else 0,
            format_func=lambda key: organizations[key] if key else "не нужна",
        ),
    )
