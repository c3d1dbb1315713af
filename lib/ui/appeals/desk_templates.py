"""Templates of answers: read, changed, added, removed."""

import streamlit as st

from lib import links
from lib.access import Actor
from lib.domain.appeals import answer_fields
from lib.services.appeals import templates as answer_templates
from lib.services.appeals import texts
from lib.services.appeals.desk_threads import Template
from lib.ui import markup, session, submit
from lib.ui.markup import text

_NEW = "новый шаблон"


def show(actor: Actor, templates: tuple[Template, ...]) -> None:
    """Draw the templates and the form for one of them."""
    items = "".join(
        f'<dt>{text(one.name)}</dt><dd class="kb-body">{text(one.body)}</dd>' for one in templates
    )
    fields = ", ".join(f"{{{name}}} – {words}" for name, words in answer_fields.FIELDS.items())
    listed = f'<dl class="kb-facts">{items}</dl>' if items else markup.note("Шаблонов ещё нет.")
    markup.show(
        markup.heading("Шаблоны ответов")
        + f'<p class="kb-links"><a href="{links.screen(links.SERVICE_DESK)}">Все обращения</a></p>'
        f'{listed}<p class="kb-quiet">Поля, которые заполнятся сами: {text(fields)}.</p>'
    )
    known = {str(one.template_id): one for one in templates}
    chosen = st.selectbox(
        "Какой шаблон изменить",
        ["", *known],
        format_func=lambda key: known[key].name if key else _NEW,
        width=400,
        key="desk.template",
    )
    _form(actor, known.get(chosen or ""))


def _form(actor: Actor, template: Template | None) -> None:
    form = f"desk.template.{template.template_id if template else 0}"
    key = session.request_key(form)
    with st.form(f"{form}.{key}", border=False):
        name = st.text_input(
            "Название",
            value=template.name if template else "",
            max_chars=answer_templates.LONGEST_NAME,
            width=400,
            key=f"{form}.name.{key}",
        )
        body = st.text_area(
            "Текст",
            value=template.body if template else "",
            max_chars=texts.LONGEST_TEXT,
            height=140,
            key=f"{form}.body.{key}",
        )
        with st.container(horizontal=True):
            saved = st.form_submit_button("Сохранить шаблон", type="primary")
            removed = template is not None and st.form_submit_button("Удалить шаблон")
    if saved:
        with submit.outcome(form=form, done="Шаблон сохранён."):
            answer_templates.save_template(
                actor=actor,
                template_id=template.template_id if template else None,
                name=name or "",
                body=body or "",
            )
    elif removed and template is not None:
        with submit.outcome(form=form, done="Шаблон удалён."):
            answer_templates.remove_template(actor=actor, template_id=template.template_id)
