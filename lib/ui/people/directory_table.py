"""Logins as a table, and those who have been asked in."""

from collections.abc import Mapping

import streamlit as st

from lib import links
from lib.domain import formats
from lib.services.people.directory import PeoplePage, Person
from lib.ui import markup, query, words
from lib.ui.markup import text

_HEADINGS = ("Имя и e-mail", "Роль", "Организация", "Последний вход", "Состояние")


def show(found: PeoplePage, *, organizations: Mapping[int, str]) -> None:
    """Draw logins, each with the way to its card."""
    head = "".join(f'<th scope="col" class="kb-word">{text(name)}</th>' for name in _HEADINGS)
    rows = "".join(_row(person, organizations) for person in found.people)
    markup.show(
        '<table class="kb-bill kb-people"><caption>Учётные записи</caption><thead><tr>'
        f'<th scope="col">Имя пользователя</th>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(person: Person, organizations: Mapping[int, str]) -> str:
    cells = (
        f"{person.name}, {person.email}",
        words.ROLES[person.role],
        organizations.get(person.organization_id or 0, formats.NO_DATA),
        formats.moment(person.signed_in_at) if person.signed_in_at else formats.NO_DATA,
        person.state,
    )
    address = links.screen(links.PEOPLE, login=person.login_id)
    return (
        f'<tr><th scope="row"><a href="{text(address)}">{text(person.username)}</a></th>'
        + "".join(
            f'<td class="kb-word" data-label="{text(name)}">{text(cell)}</td>'
            for name, cell in zip(_HEADINGS, cells, strict=True)
        )
        + "</tr>"
    )


def pages(found: PeoplePage, *, page: int) -> None:
    """Draw the ways to the pages before and after."""
    with st.container(horizontal=True):
        if page > 1 and st.button("Назад", icon=":material/chevron_left:"):
            query.put(page=page - 1 if page > 2 else None)  # noqa: PLR2004 - the first has no number
            st.rerun()
        if found.has_more and st.button("Дальше", icon=":material/chevron_right:"):
            query.put(page=page + 1)
            st.rerun()


def facts(person: Person, *, organizations: Mapping[int, str]) -> None:
    """Draw what is known of one login."""
    told = {
        "Имя": person.name,
        "E-mail": person.email,
        "Роль": words.ROLES[person.role],
        "Организация": organizations.get(person.organization_id or 0, formats.NO_DATA),
        "Последний вход": formats.moment(person.signed_in_at)
        if person.signed_in_at
        else formats.NO_DATA,
        "Состояние": person.state,
    }
    items = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in told.items())
    markup.show(f'<dl class="kb-facts">{items}</dl>')
