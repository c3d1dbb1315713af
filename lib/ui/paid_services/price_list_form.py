"""The price list for staff: a table, and one form to add or change a line."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib import links
from lib.access import Actor
from lib.domain import formats, typed
from lib.services.paid_services import price_list
from lib.services.paid_services.price_list import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_UNIT,
    LineDraft,
    PriceLine,
)
from lib.ui import markup, query, session, submit, tables
from lib.ui.markup import fill

_TITLE = "Прейскурант"
_EMPTY = (
    "В прейскуранте пока ничего нет. Добавьте услуги: жители ваших домов увидят их и смогут "
    "оставить заявку."
)
_HEADINGS = tables.list_word_headings("Услуга", "Что входит", "Цена", "Состояние")


def build_list(lines: Sequence[PriceLine]) -> Markup:
    """Return the whole price list with links to change each line."""
    button = markup.build_button(
        "Добавить услугу", links.link_to_screen(links.PRICE_LIST, new=1), is_main=True
    )
    content = _build_table(lines) if lines else markup.build_note(_EMPTY)
    return markup.build_title(_TITLE) + markup.build_actions([button]) + content


def render_new_line(actor: Actor) -> None:
    """Ask for a new line."""
    _render_heading("Новая услуга")
    form = "price_line.new"
    draft, sent = _ask_fields(form, None)
    if sent:
        with submit.report_outcome(form=form, done="Услуга добавлена в прейскурант."):
            price_list.add_line(
                actor=actor, draft=_read_draft(draft), address=session.get_address()
            )
            query.set_values(new=None)


def render_line(actor: Actor, line: PriceLine) -> None:
    """Ask for changes of a line, or take it off the price list."""
    _render_heading(line.name)
    form = f"price_line.{line.service_id}"
    draft, sent = _ask_fields(form, line)
    if sent:
        with submit.report_outcome(form=form, done="Прейскурант изменён."):
            price_list.change_line(
                actor=actor,
                service_id=line.service_id,
                draft=_read_draft(draft),
                address=session.get_address(),
            )
            query.set_values(id=None)
    _render_switch(actor, line)


def _render_switch(actor: Actor, line: PriceLine) -> None:
    """Draw a button that withdraws or offers a line; Enter in a field does not press it."""
    form = f"price_switch.{line.service_id}"
    words = "Снять с прейскуранта" if line.is_active else "Предлагать снова"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        sent = st.form_submit_button(words)
    if sent:
        done = "Снято: новых заявок не будет." if line.is_active else "Услуга снова предлагается."
        with submit.report_outcome(form=form, done=done):
            price_list.set_line_active(
                actor=actor,
                service_id=line.service_id,
                is_active=not line.is_active,
                address=session.get_address(),
            )
            query.set_values(id=None)


def _render_heading(words: str) -> None:
    back = markup.build_links([("Весь прейскурант", links.link_to_screen(links.PRICE_LIST))])
    markup.render_markup(markup.build_title(words) + back)


def _ask_fields(form: str, line: PriceLine | None) -> tuple[tuple[str, str, str, str], bool]:
    """Ask for name, unit, price and description; return them as typed, and whether to save."""
    key = f"{form}.{session.request_key(form)}"
    price = formats.format_money(line.price) if line and line.price is not None else ""
    with st.form(key, border=False):
        name = st.text_input(
            "Услуга", value=line.name if line else "", max_chars=LONGEST_NAME, key=f"{key}.name"
        )
        unit = st.text_input(
            "За что цена",
            value=line.unit if line else "",
            max_chars=LONGEST_UNIT,
            placeholder="за выезд, за штуку, за час",
            width=320,
            key=f"{key}.unit",
        )
        asked = st.text_input(
            "Цена, ₽",
            value=price,
            placeholder="пусто – по договорённости",
            width=320,
            key=f"{key}.price",
        )
        description = st.text_area(
            "Что входит и что нет",
            value=line.description if line else "",
            max_chars=LONGEST_DESCRIPTION,
            key=f"{key}.description",
        )
        sent = st.form_submit_button("Сохранить", type="primary")
    return (name or "", unit or "", asked or "", description or ""), sent


def _read_draft(draft: tuple[str, str, str, str]) -> LineDraft:
    """Read the price as typed; an empty one is by agreement.

    Raises:
        TypedRefused: the price is not an amount.
    """
    name, unit, price, description = draft
    return LineDraft(name, unit, typed.parse_money(price) if price.strip() else None, description)


def _build_table(lines: Sequence[PriceLine]) -> Markup:
    return tables.build_table(
        caption="Услуги",
        headings=_HEADINGS,
        rows=map(_build_cells, lines),
        kind="kb-offers",
        is_boxed=True,
    )


def _build_cells(line: PriceLine) -> tuple[str | Markup, ...]:
    address = links.link_to_screen(links.PRICE_LIST, id=line.service_id)
    return (
        fill(Markup('<a href="{}">{}</a>'), address, line.name),
        line.description or "—",
        f"{price_list.format_price(line.price)} {line.unit}",
        "предлагается" if line.is_active else markup.build_quiet("снята"),
    )
