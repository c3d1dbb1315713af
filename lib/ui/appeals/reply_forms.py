"""The resident's forms of a thread: reply, rate the answer, reopen it."""

import streamlit as st

from lib.access import Actor
from lib.domain.appeals.rules import OPEN, Kind, Status
from lib.services.appeals import replies, texts
from lib.services.appeals.threads import Thread
from lib.ui import markup, query, session
from lib.ui.appeals import _fields, thread_forms

_CLOSED = "Переписка закрыта. Если вопрос остался, напишите новое обращение."


def render_forms(actor: Actor, thread: Thread) -> None:
    """Draw the forms that the thread's status allows.

    A form that the organisation has just made impossible is drawn for one more run: a click
    gets a refusal, and the typed text stays.
    """
    status = thread.summary.status
    is_answered = status in {Status.COMPLETED, Status.CLOSED}
    can_reopen = status is Status.COMPLETED and thread.summary.kind is Kind.APPEAL
    if thread_forms.is_drawn(_name_form("reply", thread), thread, is_possible=status in OPEN):
        _render_reply(actor, thread)
    can_rate = is_answered and thread.rating is None
    if thread_forms.is_drawn(_name_form("rate", thread), thread, is_possible=can_rate):
        _render_rating(actor, thread)
    if thread_forms.is_drawn(_name_form("reopen", thread), thread, is_possible=can_reopen):
        _render_reopening(actor, thread)
    if status not in OPEN and status is not Status.COMPLETED:
        markup.render_markup(markup.build_note(_CLOSED))


def _name_form(name: str, thread: Thread) -> str:
    return f"{name}.{thread.summary.appeal_id}"


def _render_reply(actor: Actor, thread: Thread) -> None:
    form = _name_form("reply", thread)
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        written = _fields.ask_text("Ваше сообщение", key=f"{form}.text.{key}")
        uploads = _fields.ask_files(key=f"{form}.files.{key}")
        sent = st.form_submit_button("Отправить сообщение", type="primary")
    if sent:
        with thread_forms.report_outcome(form, thread, done="Сообщение отправлено."):
            replies.send_reply(
                actor=actor,
                account_id=thread.summary.account_id,
                appeal_id=thread.summary.appeal_id,
                text=written,
                uploads=uploads,
                request_key=key,
            )
            query.set_values(page=None)


def _render_rating(actor: Actor, thread: Thread) -> None:
    form = _name_form("rate", thread)
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        chosen = st.radio(
            "Оцените ответ: 1 – плохо, 5 – отлично",
            [str(rating) for rating in replies.RATINGS],
            index=None,
            horizontal=True,
            key=f"{form}.rating.{key}",
        )
        comment = st.text_input(
            "Комментарий к оценке",
            max_chars=texts.LONGEST_REASON,
            placeholder="если хотите что-то добавить",
            key=f"{form}.comment.{key}",
        )
        sent = st.form_submit_button("Поставить оценку")
    if sent:
        with thread_forms.report_outcome(form, thread, done="Спасибо за оценку."):
            replies.rate_answer(
                actor=actor,
                account_id=thread.summary.account_id,
                appeal_id=thread.summary.appeal_id,
                rating=int(chosen or 0),
                comment=comment or "",
                request_key=key,
            )


def _render_reopening(actor: Actor, thread: Thread) -> None:
    form = _name_form("reopen", thread)
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        why = _fields.ask_text(
            "Вопрос не решён? Напишите, что осталось",
            key=f"{form}.text.{key}",
            longest=texts.LONGEST_REASON,
        )
        sent = st.form_submit_button("Вернуть в работу")
    if sent:
        done = "Обращение снова в работе, срок считается заново."
        with thread_forms.report_outcome(form, thread, done=done):
            replies.reopen_appeal(
                actor=actor,
                account_id=thread.summary.account_id,
                appeal_id=thread.summary.appeal_id,
                text=why,
                request_key=key,
            )
            query.set_values(page=None)
