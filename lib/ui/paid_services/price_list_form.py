"""The price list as staff keep it: a table, and one form to add or change a line."""

from collections.abc import Sequence

import streamlit as st

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
from lib.ui import markup, query, session, submit
from lib.ui.markup import text

_TITLE = "Прейскурант"
_EMPTY = (
    "В прейскуранте пока ничего нет. Добавьте услуги: жители ваших домов увидят их и смогут "
    "оставить заявку."
)
_HEADINGS = ("Что входит", "Цена", "Состояние")


def show(lines: Sequence[PriceLine]) -> None:
    """Draw the whole price list with the way to change each line."""
    add = markup.way("Добавить услугу", links.screen(links.PRICE_LIST, new=1), is_main=True)
    content = _table(lines) if lines else markup.note(_EMPTY)
    markup.show(f'{markup.heading(_TITLE)}<p class="kb-actions">{add}</p>{content}')


def add(actor: Actor) -> None:
    """Ask for a new line."""
    _heading("Новая услуга")
    form = "price_line.new"
    draft, sent = _fields(form, None)
    if sent:
        with submit.outcome(form=form, done="Услуга добавлена в прейскурант."):
            price_list.add_line(actor=actor, draft=_read(draft), address=session.address())
            query.put(new=None)


def change(actor: Actor, line: PriceLine) -> None:
    """Ask for changes of a line, or take it off the price list."""
    _heading(line.name)
    form = f"price_line.{line.service_id}"
    draft, sent = _fields(form, line)
    if sent:
        with submit.outcome(form=form, done="Прейскурант изменён."):
            price_list.change_line(
                actor=actor,
                service_id=line.service_id,
                draft=_read(draft),
                address=session.address(),
            )
            query.put(id=None)
    _switch(actor, line)


def _switch(actor: Actor, line: PriceLine) -> None:
    """Ask for nothing: a form of its own, so that Enter in a field withdraws nothing."""
    form = f"price_switch.{line.service_id}"
    words = "Снять с прейскуранта" if line.is_active else "Предлагать снова"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        sent = st.form_submit_button(words)
    if sent:
        done = "Снято: новых заявок не будет." if line.is_active else "Услуга снова предлагается."
        with submit.outcome(form=form, done=done):
            price_list.set_line_active(
                actor=actor,
                service_id=line.service_id,
                is_active=not line.is_active,
                address=session.address(),
            )
            query.put(id=None)


def _heading(words: str) -> None:
    back = (
        f'<p class="kb-links"><a href="{links.screen(links.PRICE_LIST)}">Весь прейскурант</a></p>'
    )
    markup.show(markup.heading(words) + back)


def _fields(form: str, line: PriceLine | None) -> tuple[tuple[str, str, str, str], bool]:
    """Draw the form; return name, unit, price and description as typed, and whether it was sent."""
    key = f"{form}.{session.request_key(form)}"
    price = formats.money(line.price) if line and line.price is not None else ""
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


def _read(draft: tuple[str, str, str, str]) -> LineDraft:
    """Read the price as typed; an empty one is by agreement.

    Raises:
        TypedRefused: it is no sum.
    """
    name, unit, price, description = draft
    return LineDraft(name, unit, typed.money(price) if price.strip() else None, description)


def _table(lines: Sequence[PriceLine]) -> str:
    heads = "".join(f'<th scope="col" class="kb-word">{name}</th>' for name in _HEADINGS)
    rows = "".join(map(_row, lines))
    return (
        '<table class="kb-bill kb-offers"><caption>Услуги</caption><thead><tr>'
        f'<th scope="col">Услуга</th>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(line: PriceLine) -> str:
    address = links.screen(links.PRICE_LIST, id=line.service_id)
    cells = (
        text(line.description) or "—",
        f"{text(price_list.format_price(line.price))} {text(line.unit)}",
        "предлагается" if line.is_active else '<span class="kb-quiet">снята</span>',
    )
    told = "".join(
        f'<td class="kb-word" data-label="{name}"><div>{cell}</div></td>'
        for name, cell in zip(_HEADINGS, cells, strict=True)
    )
    return f'<tr><th scope="row"><a href="{text(address)}">{text(line.name)}</a></th>{told}</tr>'
