"""The audit log on its screen: what to show, the events, the file."""

import datetime as dt
from functools import partial

import streamlit as st

from lib.access import AccessDenied
from lib.services.audit import log, words
from lib.services.audit.log import Event, EventPage, EventQuery
from lib.services.audit.trail import Action
from lib.services.people import sign_in
from lib.ui import markup, query, session, tables
from lib.ui.tables import Heading

_HEADINGS = (
    Heading("Когда"),
    Heading("Действие", is_word=True),
    Heading("Кто", is_word=True),
    Heading("Лицевой счёт", is_word=True),
    Heading("IP-адрес", is_word=True),
    Heading("Подробности", is_word=True),
)
_ANY = "любое"


def choose() -> EventQuery:
    """Ask which events to show; the answer is kept in the address."""
    asked = _asked()
    with (
        st.form("audit.choose", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        since = _day("С", asked.since)
        until = _day("По", asked.until)
        action = st.selectbox(
            "Действие",
            (None, *Action),
            index=(None, *Action).index(asked.action),
            format_func=lambda one: words.ACTIONS[one] if one else _ANY,
            width=250,
        )
        login = st.text_input("Имя пользователя", value=asked.login, max_chars=254, width=180)
        account = st.text_input("Лицевой счёт", value=asked.account, max_chars=30, width=150)
        if st.form_submit_button("Показать"):
            query.put(
                since=since,
                until=until,
                action=action,
                login=(login or "").strip(),
                account=(account or "").strip(),
                before=None,
            )
            st.rerun()
    return asked


def _day(label: str, value: dt.date | None) -> dt.date | None:
    return st.date_input(
        label,
        value=value,
        min_value=query.FIRST_DAY,
        max_value=query.LAST_DAY,
        format="DD.MM.YYYY",
        width=140,
    )


def _asked() -> EventQuery:
    return EventQuery(
        since=query.day("since"),
        until=query.day("until"),
        action=next((one for one in Action if one == query.words("action")), None),
        login=query.words("login"),
        account=query.words("account"),
        before=query.number("before"),
    )


def show(found: EventPage) -> None:
    """Draw the events, the latest first."""
    markup.show(
        tables.table(
            caption="Сначала новые",
            headings=_HEADINGS,
            rows=[_cells(event) for event in found.events],
            kind="kb-audit",
        )
    )


def _cells(event: Event) -> tuple[str, ...]:
    return (
        f"{event.happened_at:%d.%m.%Y %H:%M:%S}",
        event.action,
        event.who,
        event.account,
        event.address,
        "; ".join(part for part in (event.details, event.organization) if part),
    )


def pages(found: EventPage, chosen: EventQuery) -> None:
    """Draw the ways to older events, back to the latest, and the file."""
    with st.container(horizontal=True):
        if found.older and st.button("Более ранние", icon=":material/history:"):
            query.put(before=found.older)
            st.rerun()
        if chosen.before and st.button("К последним", icon=":material/first_page:"):
            query.put(before=None)
            st.rerun()
        st.download_button(
            "Выгрузить в CSV",
            data=partial(_file, session.token(), session.address(), chosen),
            file_name="audit.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            help=f"Выбранные строки, не больше {log.EXPORTED_ROWS} последних",
        )


def _file(token: str | None, address: str, chosen: EventQuery) -> bytes:
    """Make the file at the click: whoever has been blocked since the screen was drawn gets none."""
    actor = sign_in.find_actor(token=token)
    if actor is None:
        raise AccessDenied
    return log.export_events(actor=actor, chosen=chosen, address=address)
