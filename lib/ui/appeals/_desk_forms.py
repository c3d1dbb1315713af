"""Forms of the desk: the assignee, notes for colleagues, and buttons that need no form."""

import streamlit as st

from lib.access import Actor
from lib.domain.appeals.rules import OPEN, Kind, Status
from lib.services.appeals import desk_answers, desk_work, incidents
from lib.services.appeals.desk_people import People
from lib.services.appeals.desk_threads import DeskThread
from lib.ui import query, session
from lib.ui.appeals import thread_forms

NOBODY = "никто"


def render_buttons(actor: Actor, found: DeskThread) -> None:
    """Draw the buttons that take a thread, close it or join it to an incident."""
    summary = found.thread.summary
    form = f"desk.press.{summary.appeal_id}"
    with st.container(horizontal=True):
        takes = _can_take(found, form) and st.button("Взять в работу", key=f"{form}.take")
        can_close = thread_forms.is_drawn(
            f"{form}.close", found.thread, is_possible=summary.status is Status.COMPLETED
        )
        closes = can_close and st.button("Закрыть", key=f"{form}.close")
        joins = (
            found.neighbours > 0
            and found.incident_id is None
            and summary.kind is Kind.APPEAL
            and summary.status in OPEN
            and st.button(f"Объединить в инцидент: ещё {found.neighbours}", key=f"{form}.join")
        )
    seen = thread_forms.keep_seen(form, found.thread)
    if takes:
        noun = "Обращение" if summary.kind is Kind.APPEAL else "Заявка"
        with thread_forms.report_outcome(form, found.thread, done=f"{noun} у вас в работе."):
            desk_work.take_appeal(actor=actor, seen=seen)
    elif closes:
        with thread_forms.report_outcome(form, found.thread, done="Закрыто."):
            desk_answers.change_status(actor=actor, seen=seen, to=Status.CLOSED, reason="")
    elif joins:
        with thread_forms.report_outcome(form, found.thread, done="Обращения объединены."):
            incident_id = incidents.join_incident(
                actor=actor, account_id=summary.account_id, appeal_id=summary.appeal_id
            )
            query.set_values(incident=incident_id, id=None, page=None)


def render_note_form(actor: Actor, found: DeskThread) -> None:
    """Ask for a note that residents do not see."""
    form = f"desk.note.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = thread_forms.keep_seen(form, found.thread)
    with st.form(f"{form}.{key}", border=False):
        written = st.text_area(
            "Заметка для коллег",
            max_chars=desk_work.LONGEST_NOTE,
            placeholder="житель её не увидит",
            height=110,
            key=f"{form}.text.{key}",
        )
        sent = st.form_submit_button("Сохранить заметку")
    if sent:
        with thread_forms.report_outcome(form, found.thread, done="Заметка сохранена."):
            desk_work.add_note(actor=actor, seen=seen, text=written or "")


def render_assign_form(actor: Actor, found: DeskThread) -> None:
    """Ask for the colleague who is to answer."""
    form = f"desk.assign.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = thread_forms.keep_seen(form, found.thread)
    with st.form(f"{form}.{key}", border=False):
        chosen = ask_colleague(found.people, key=f"{form}.to.{key}", first=found.assigned_to)
        sent = st.form_submit_button("Назначить")
    if sent:
        with thread_forms.report_outcome(form, found.thread, done="Исполнитель назначен."):
            desk_work.assign_appeal(actor=actor, seen=seen, to=chosen)


def ask_colleague(people: People, *, key: str, first: int | None = None) -> int | None:
    """Ask for a colleague; None for no assignee."""
    known = {str(person.login_id): person.name for person in people.colleagues}
    options = ["", *known]
    chosen = st.selectbox(
        "Исполнитель",
        options,
        index=options.index(str(first)) if str(first) in known else 0,
        format_func=lambda key: known[key] if key else NOBODY,
        width=320,
        key=key,
    )
    return int(chosen) if chosen else None


def _can_take(found: DeskThread, form: str) -> bool:
    """Tell whether to draw the button; for one more run after a colleague was faster."""
    if found.thread.summary.status not in OPEN:
        return False
    return thread_forms.is_drawn(
        f"{form}.take", found.thread, is_possible=found.assigned_to is None
    )
