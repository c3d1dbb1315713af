"""The price list (Прейскурант): paid services that residents may order."""

import streamlit as st

from lib import links
from lib.access import Permission
from lib.domain import formats, typed
from lib.services.paid_services import price_list
from lib.services.paid_services.price_list import LineDraft
from lib.ui import frame, guard, markup, query, session, submit
from lib.ui.paid_services import price_list_table

actor = guard.require(Permission.PAID_SERVICES_MANAGE)
lines = price_list.list_lines(actor=actor)
is_named, line_id = bool(query.get_text("id")), query.get_number("id")

if not is_named and not query.get_text("new"):
    markup.render_markup(price_list_table.build_list(lines))
    frame.end_screen()

line = next((line for line in lines if line.service_id == line_id), None)
if line is None and is_named:
    guard.refuse()
back = markup.build_links([("Весь прейскурант", links.link_to_screen(links.PRICE_LIST))])
markup.render_markup(markup.build_title(line.name if line else "Новая услуга") + back)

form = f"price_line.{line.service_id if line else 'new'}"
key = f"{form}.{session.request_key(form)}"
shown = line or LineDraft("", "", None, "")
cost = "" if shown.price is None else formats.format_money(shown.price)
with st.form(key, border=False):
    name = st.text_input("Услуга", shown.name, price_list.LONGEST_NAME, key=f"{key}.name")
    unit = st.text_input(
        "За что цена",
        shown.unit,
        price_list.LONGEST_UNIT,
        placeholder="за выезд, за штуку, за час",
        width=320,
        key=f"{key}.unit",
    )
    price = st.text_input(
        "Цена, ₽", cost, placeholder="пусто – по договорённости", width=320, key=f"{key}.price"
    )
    description = st.text_area(
        "Что входит и что нет",
        shown.description,
        max_chars=price_list.LONGEST_DESCRIPTION,
        key=f"{key}.description",
    )
    sent = st.form_submit_button("Сохранить", type="primary")
if sent:
    done = "Прейскурант изменён." if line else "Услуга добавлена в прейскурант."
    with submit.report_outcome(form=form, done=done):
        asked = typed.parse_money(price) if price.strip() else None  # none: by agreement
        draft = LineDraft(name, unit, asked, description)
        address = session.get_address()
        if line:
            price_list.change_line(
                actor=actor, service_id=line.service_id, draft=draft, address=address
            )
        else:
            price_list.add_line(actor=actor, draft=draft, address=address)
        query.set_values(id=None, new=None)

if line:
    # a form of its own: Enter in a field does not press its button
    form = f"price_switch.{line.service_id}"
    with st.form(f"{form}.{session.request_key(form)}", border=False):
        words = "Снять с прейскуранта" if line.is_active else "Предлагать снова"
        switched = st.form_submit_button(words)
    if switched:
        done = "Снято: новых заявок не будет." if line.is_active else "Услуга снова предлагается."
        with submit.report_outcome(form=form, done=done):
            price_list.set_line_active(
                actor=actor,
                service_id=line.service_id,
                is_active=not line.is_active,
                address=session.get_address(),
            )
            query.set_values(id=None)
