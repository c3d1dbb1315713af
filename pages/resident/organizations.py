"""Organisations (Организации): who serves the resident's houses, and a directory of all."""

import streamlit as st

from lib import clock
from lib.access import Permission
from lib.domain.billing import price_history
from lib.services import organizations
from lib.ui import cached, frame, guard, markup, query
from lib.ui import organizations as organization_cards
from lib.ui.billing import price_tables

actor = guard.require(Permission.ORGANIZATIONS_READ)
served = organizations.list_served(actor=actor)
directory = cached.list_directory()
known = {organization.organization_id: organization for organization in directory}
organization_id = query.get_number("id")

if organization_id is not None:
    organization = known.get(organization_id)
    if organization is None:
        guard.refuse()
    prices = cached.list_prices(organization_id, tuple(house.house_id for house in served))
    lines = price_history.make_price_lines(prices, today=clock.today())
    markup.render_markup(
        markup.build_title(organization.name)
        + organization_cards.build_facts(organization)
        + price_tables.build_prices(lines, prices)
        + organization_cards.build_back()
    )
    frame.end_screen()

markup.render_title("Организации")
with (
    st.form("organizations.search", border=False),
    st.container(horizontal=True, vertical_alignment="bottom"),
):
    typed = st.text_input(
        "Найти организацию",
        value=query.get_text("q"),
        max_chars=100,
        placeholder="название, услуга, телефон или ИНН",
        width=420,
    )
    if st.form_submit_button("Найти"):
        query.set_values(q=(typed or "").strip(), id=None)
        st.rerun()

words = query.get_text("q")
if words:
    found = organizations.drop_duplicates(organizations.filter_directory(directory, words))
    content = organization_cards.build_directory(f"Нашлось: {len(found)}", found)
else:
    content = organization_cards.build_served(served, known)
    others = organizations.list_others(directory, served)
    if others:
        content += organization_cards.build_directory("Другие организации", others)
markup.render_markup(content)
