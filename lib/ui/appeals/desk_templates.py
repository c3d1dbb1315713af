"""Templates of answers: a list and a form to add, change or remove one."""

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain.appeals import answer_fields
from lib.services.appeals import templates as answer_templates
from lib.services.appeals import texts
from lib.services.appeals.desk_threads import Template
from lib.ui import markup, session, submit
from lib.ui.markup import fill, join_pieces

_NEW = "новый шаблон"


def render_templates(actor: Actor, templates: tuple[Template, ...]) -> None:
    """Draw the templates and the form for one of them."""
    items = join_pieces(
        fill(Markup('<dt>{}</dt><dd class="kb-body">{}</dd>'), template.name, template.body)
        for template in templates
    )
    fields = ", ".join(f"{{{name}}} – {words}" for name, words in answer_fields.FIELDS.items())
    listed = (
        fill(Markup('<dl class="kb-facts">{}</dl>'), items)
        if items
        else markup.build_note("Шаблонов ещё нет.")
    )
    markup.render_markup(
        markup.build_title("Шаблоны ответов")
        + markup.build_links([("Все обращения", links.link_to_screen(links.SERVICE_DESK))])
        + listed
        + markup.build_hint(f"Поля, которые заполнятся сами: {fields}.")
    )
    known = {str(template.template_id): template for template in templates}
    chosen = st.selectbox(
        "Какой шаблон изменить",
        ["", *known],
        format_func=lambda key: known[key].name if key else _NEW,
        width=400,
        key="desk.template",
    )
    _render_form(actor, known.get(chosen or ""))


def _render_form(actor: Actor, template: Template | None) -> None:
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
        with submit.report_outcome(form=form, done="Шаблон сохранён."):
            answer_templates.save_template(
                actor=actor,
                template_id=template.template_id if template else None,
                name=name or "",
                body=body or "",
            )
    elif removed and template is not None:
        with submit.report_outcome(form=form, done="Шаблон удалён."):
            answer_templates.remove_template(actor=actor, template_id=template.template_id)
