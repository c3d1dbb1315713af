"""Logins as a table in pages, and one login in full."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.domain import formats
from lib.services.people.directory import PeoplePage, Person
from lib.ui import markup, query, tables, words
from lib.ui.markup import fill

_HEADINGS = tables.list_word_headings(
    "Имя пользователя", "Имя и e-mail", "Роль", "Организация", "Последний вход", "Состояние"
)


def build_table(found: PeoplePage, *, organizations: Mapping[int, str]) -> Markup:
    """Return logins, each with a link to its card."""
    return tables.build_table(
        caption="Учётные записи",
        headings=_HEADINGS,
        rows=[_build_cells(person, organizations) for person in found.people],
        kind="kb-people",
    )


def render_pages(found: PeoplePage, page: int) -> None:
    """Draw the buttons that turn the pages of the table."""
    with st.container(horizontal=True):
        if page > 1 and st.button("Назад", icon=":material/chevron_left:"):
            query.set_values(page=page - 1 if page - 1 > 1 else None)
            st.rerun()
        if found.has_more and st.button("Дальше", icon=":material/chevron_right:"):
            query.set_values(page=page + 1)
            st.rerun()


def build_facts(person: Person, *, organizations: Mapping[int, str]) -> Markup:
    """Return what is known of one login."""
    return markup.build_facts(
        [
            ("Имя", person.name),
            ("E-mail", person.email),
            ("Роль", words.ROLES[person.role]),
            ("Организация", organizations.get(person.organization_id or 0, formats.NO_DATA)),
            ("Последний вход", _format_sign_in(person)),
            ("Состояние", person.state),
        ]
    )


def _build_cells(person: Person, organizations: Mapping[int, str]) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(links.PEOPLE, login=person.login_id)
    return (
        fill(Markup('<a href="{}">{}</a>'), address, person.username),
        f"{person.name}, {person.email}",
        words.ROLES[person.role],
        organizations.get(person.organization_id or 0, formats.NO_DATA),
        _format_sign_in(person),
        person.state,
    )


def _format_sign_in(person: Person) -> str:
    return formats.format_moment(person.signed_in_at) if person.signed_in_at else formats.NO_DATA
