"""A reported mistake as those see it whose matter it is, with both decisions."""

import streamlit as st

from lib.access import Actor
from lib.domain import formats
from lib.services.mistakes import decisions
from lib.services.mistakes.decisions import Mistake, Status
from lib.ui import markup, screens, session, submit
from lib.ui.markup import text

_TOLD = "Исправлено, читатель получит письмо."


def show(actor: Actor, mistake: Mistake) -> None:
    """Draw the words in their place and take in a decision."""
    with st.container(border=True):
        _words(mistake)
        form = f"mistake.{mistake.mistake_id}"
        with st.form(f"{form}.{session.request_key(form)}", border=False):
            reason = st.text_input(
                "Почему текст остаётся как есть",
                max_chars=decisions.LONGEST_REASON,
                placeholder="нужно, чтобы отклонить",
            )
            with st.container(horizontal=True):
                # first: what Enter in the reason presses
                declined = st.form_submit_button("Отклонить")
                fixed = st.form_submit_button("Исправлено", type="primary")
    if fixed or declined:
        done = _TOLD if mistake.is_signed else "Исправлено."
        with submit.outcome(form=form, done=done if fixed else "Сообщение отклонено."):
            decisions.decide_mistake(
                actor=actor,
                mistake_id=mistake.mistake_id,
                to=Status.FIXED if fixed else Status.DECLINED,
                reason=reason or "",
                address=session.address(),
            )


def _words(mistake: Mistake) -> None:
    shown = screens.named(mistake.screen, is_signed=mistake.is_signed)
    comment = f"<dt>Пояснение</dt><dd>{text(mistake.comment)}</dd>" if mistake.comment else ""
    who = "читатель вошёл в кабинет" if mistake.is_signed else "читатель не входил в кабинет"
    markup.show(
        f'<p class="kb-mistake-words"><span class="kb-quiet">{text(mistake.before)}</span>'
        f"<mark>{text(mistake.selected)}</mark>"
        f'<span class="kb-quiet">{text(mistake.after)}</span></p>'
        f'<dl class="kb-facts"><dt>Экран</dt><dd>{text(shown)}</dd>'
        f"{comment}<dt>Сообщили</dt><dd>{formats.moment(mistake.reported_at)}, {who}</dd></dl>"
    )
