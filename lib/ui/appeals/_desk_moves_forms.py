"""Forms that move a thread: its status, another organisation, a later term."""

import streamlit as st

from lib.access import Actor
from lib.domain.appeals import rules
from lib.domain.appeals.rules import TRANSITIONS, Kind, Status
from lib.services.appeals import desk_answers, desk_moves, texts
from lib.services.appeals.desk_threads import DeskThread
from lib.services.appeals.threads import Summary
from lib.ui import query, session
from lib.ui.appeals import desk_seen


def status(actor: Actor, found: DeskThread) -> None:
    """Ask for a status that the table leads to; an answer and a question have their own form."""
    one = found.thread.summary
    form = f"desk.status.{one.appeal_id}"
    key = session.request_key(form)
    seen = desk_seen.seen(form, found.thread)
    ways = [to.value for to in _ways(one)]
    with st.form(f"{form}.{key}", border=False):
        chosen = st.selectbox(
            "Новый статус",
            ways,
            format_func=lambda to: rules.status(Kind.APPEAL, Status(to)),
            width=320,
            key=f"{form}.to.{key}",
        )
        reason = _reason(f"{form}.reason.{key}", "нужна, чтобы отклонить или отложить")
        sent = st.form_submit_button("Сменить статус")
    if sent:
        to = Status(chosen) if chosen else one.status  # a colleague's step left no way on
        with desk_seen.outcome(form, found.thread, done="Статус изменён, житель получит письмо."):
            desk_answers.change_status(actor=actor, seen=seen, to=to, reason=reason)


def _ways(one: Summary) -> list[Status]:
    """Return where the table leads; «Дан ответ» comes of an answer alone."""
    leads = TRANSITIONS[one.kind].get(one.status, frozenset())
    return [to for to in Status if to in leads and to is not Status.COMPLETED]


def redirect(actor: Actor, found: DeskThread) -> None:
    """Ask for another organisation that serves the account."""
    form = f"desk.redirect.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = desk_seen.seen(form, found.thread)
    known = {str(organization): name for organization, name in found.others.items()}
    with st.form(f"{form}.{key}", border=False):
        chosen = st.selectbox(
            "Организация",
            list(known),
            format_func=known.__getitem__,
            width=400,
            key=f"{form}.to.{key}",
        )
        reason = _reason(f"{form}.reason.{key}", "её увидит житель")
        sent = st.form_submit_button("Передать обращение")
    if sent:
        with desk_seen.outcome(form, found.thread, done="Передано, житель получит письмо."):
            desk_moves.redirect_appeal(
                actor=actor, seen=seen, organization_id=int(chosen or 0), reason=reason
            )
            query.put(id=None, page=None)


def extend(actor: Actor, found: DeskThread) -> None:
    """Ask why the term is to be longer."""
    form = f"desk.extend.{found.thread.summary.appeal_id}"
    key = session.request_key(form)
    seen = desk_seen.seen(form, found.thread)
    with st.form(f"{form}.{key}", border=False):
        reason = _reason(f"{form}.reason.{key}", "её увидит житель")
        sent = st.form_submit_button("Продлить на 5 рабочих дней")
    if sent:
        with desk_seen.outcome(form, found.thread, done="Срок продлён, житель получит письмо."):
            desk_moves.extend_deadline(actor=actor, seen=seen, reason=reason)


def _reason(key: str, placeholder: str) -> str:
    return (
        st.text_input(
            "Причина",
            max_chars=texts.LONGEST_REASON,
            placeholder=placeholder,
            key=key,
        )
        or ""
    )
