"""The form for a message of staff to a resident: a question or an answer."""

import streamlit as st

from lib.access import Actor
from lib.domain.appeals.rules import Kind, Status
from lib.services.appeals import desk_answers, texts
from lib.services.appeals.desk_threads import DeskThread
from lib.ui import session
from lib.ui.appeals import _fields, thread_forms

_OWN_WORDS = "без шаблона"


def render_form(actor: Actor, found: DeskThread) -> None:
    """Draw the form with a button for an answer and one for a question."""
    summary = found.thread.summary
    form = f"desk.reply.{summary.appeal_id}"
    key = session.request_key(form)
    body, template = _ask_template(found, form)
    seen = thread_forms.keep_seen(form, found.thread)
    can_ask = thread_forms.is_drawn(
        f"{form}.ask", found.thread, is_possible=summary.status is not Status.COMPLETED
    )
    with st.form(f"{form}.{key}", border=False):
        written = (
            st.text_area(
                "Текст для заявителя",
                value=body,
                max_chars=texts.LONGEST_TEXT,
                height=160,
                key=f"{form}.text.{key}.{template}",
            )
            or ""
        )
        uploads = _fields.ask_files(key=f"{form}.files.{key}")
        with st.container(horizontal=True):
            answers = st.form_submit_button("Ответить", type="primary")
            asks = can_ask and st.form_submit_button("Задать вопрос")
    if answers:
        with thread_forms.report_outcome(form, found.thread, done=_format_done(summary.kind)):
            desk_answers.send_answer(actor=actor, seen=seen, text=written, uploads=uploads)
    elif asks:
        with thread_forms.report_outcome(form, found.thread, done="Вопрос отправлен, ждём ответа."):
            desk_answers.ask_resident(actor=actor, seen=seen, text=written, uploads=uploads)


def _ask_template(found: DeskThread, form: str) -> tuple[str, int]:
    """Ask for a template if there are templates; return its text and key."""
    if not found.templates:
        return "", 0
    known = {str(template.template_id): template for template in found.templates}
    chosen = st.selectbox(
        "Шаблон",
        ["", *known],
        format_func=lambda key: known[key].name if key else _OWN_WORDS,
        width=400,
        key=f"{form}.template",
    )
    return (known[chosen].body, known[chosen].template_id) if chosen else ("", 0)


def _format_done(kind: Kind) -> str:
    if kind is Kind.APPEAL:
        return "Ответ отправлен, житель получит письмо."
    return "Сообщение отправлено, житель получит письмо."
