"""Forms of the desk that move a thread: its status, its organisation, its deadline."""

import streamlit as st

from lib.access import Actor
from lib.domain.appeals import rules
from lib.domain.appeals.rules import TRANSITIONS, Kind, Status
from lib.services.appeals import desk_answers, desk_moves, texts
from lib.services.appeals.desk_threads import DeskThread
from lib.services.appeals.threads import Summary
from lib.ui import query, session
from lib.ui.appeals import thread_forms


def render_status_form(actor: Actor, found: DeskThread) -> None:
    """Ask for the next status; an answer and a question have a form of their own."""
    summary = found.thread.summary
    form = f"desk.status.{summary.appeal_id}"
    key = session.request_key(form)
    seen = thread_forms.keep_seen(form, found.thread)
    statuses = [to.value for to in _list_next(summary)]
    with st.form(f"{form}.{key}", border=False):
        chosen = st.selectbox(
            "Новый статус",
            statuses,
            format_func=lambda to: rules.format_status(Kind.APPEAL, Status(to)),
            width=320,
            key=f"{form}.to.{key}",
        )
        reason = _ask_reason(f"{form}.reason.{key}", "нужна, чтобы отклонить или отложить")
        sent = st.form_submit_button("Сменить статус")
    if sent:
        # without a next status after a colleague's change, the service refuses the old one
        to = Status(chosen) if chosen else summary.status
        with thread_forms.report_outcome(
            form, found.thread, done="Статус изменён, житель получит письмо."
        ):
            desk_answers.change_status(actor=actor, seen=seen, to=to, reason=reason)


def _list_next(summary: Summary) -> list[Status]:
    """Return the next statuses by the table; only an answer leads to «Дан ответ»."""
    following = TRANSITIONS[summary.kind].get(summary.status, frozenset())
    return [to for to in Status if to in following and to is not Status.COMPLETED]


def render_redirect_form(actor: Actor, found: DeskThread) -> None:
    """Ask for another organisation that serves the account."""
    form = f"desk.redirect.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = thread_forms.keep_seen(form, found.thread)
    known = {str(organization): name for organization, name in found.others.items()}
    with st.form(f"{form}.{key}", border=False):
        chosen = st.selectbox(
            "Организация",
            list(known),
            format_func=known.__getitem__,
            width=400,
            key=f"{form}.to.{key}",
        )
        reason = _ask_reason(f"{form}.reason.{key}", "её увидит житель")
        sent = st.form_submit_button("Передать обращение")
    if sent:
        with thread_forms.report_outcome(
            form, found.thread, done="Передано, житель получит письмо."
        ):
            desk_moves.redirect_appeal(
                actor=actor, seen=seen, organization_id=int(chosen or 0), reason=reason
            )
            query.set_values(id=None, page=None)


def render_extend_form(actor: Actor, found: DeskThread) -> None:
    """Ask for the reason to extend the deadline."""
    form = f"desk.extend.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = thread_forms.keep_seen(form, found.thread)
    with st.form(f"{form}.{key}", border=False):
        reason = _ask_reason(f"{form}.reason.{key}", "её увидит житель")
        sent = st.form_submit_button("Продлить на 5 рабочих дней")
    if sent:
        with thread_forms.report_outcome(
            form, found.thread, done="Срок продлён, житель получит письмо."
        ):
            desk_moves.extend_deadline(actor=actor, seen=seen, reason=reason)


def _ask_reason(key: str, placeholder: str) -> str:
    return (
        st.text_input(
            "Причина",
            max_chars=texts.LONGEST_REASON,
            placeholder=placeholder,
            key=key,
        )
        or ""
    )
