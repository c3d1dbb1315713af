"""Targets and ages (Цели и сроки аналитики): the rules of analysts' screens, with dates."""

import streamlit as st

from lib.access import Permission
from lib.domain import formats, typed
from lib.domain.insight import figures
from lib.services.insight import rules
from lib.ui import guard, markup, session, submit
from lib.ui.insight import rules_tables

actor = guard.require(Permission.INSIGHT_MANAGE)
known, address = rules.list_rules(actor=actor), session.get_address()

markup.render_title("Цели и сроки аналитики")
markup.render_subtitle("План собираемости")
markup.render_markup(
    markup.build_hint("План действует с выбранного месяца до следующего плана организации.")
    + rules_tables.build_targets(known)
)
form = f"target.{session.request_key('target')}"
with st.form(form, width=520):
    organization = st.selectbox(
        "Организация", list(known.organizations), format_func=known.organizations.__getitem__
    )
    month = st.text_input("С месяца", placeholder="01.10.2026", key=f"{form}.month")
    percent = st.text_input("План, %", placeholder="95,5", key=f"{form}.percent")
    if st.form_submit_button("Записать план", type="primary"):
        with submit.report_outcome(form="target", done="План записан."):
            rules.set_target(
                actor=actor,
                organization_id=organization or 0,
                month=typed.parse_day(month),
                percent=percent,
                address=address,
            )
if known.targets:
    with st.form(f"no_target.{session.request_key('no_target')}", width=520):
        unwanted = st.selectbox(
            "План, который записан ошибочно",
            known.targets,
            format_func=lambda row: (
                f"{row.name}, с месяца {formats.format_month(row.valid_from)}: "
                f"{figures.format_share(row.share)}"
            ),
        )
        if st.form_submit_button("Удалить план"):
            with submit.report_outcome(form="no_target", done="План удалён."):
                rules.delete_target(
                    actor=actor,
                    organization_id=unwanted.organization_id,
                    valid_from=unwanted.valid_from,
                    address=address,
                )

markup.render_subtitle("Возраст долга")
markup.render_markup(
    markup.build_hint("Долг на день делится по границам, которые действовали в этот день.")
    + rules_tables.build_bounds(known)
)
form = f"ages.{session.request_key('ages')}"
with st.form(form, width=520):
    since = st.text_input("С даты", placeholder="01.01.2027", key=f"{form}.since")
    days = st.text_input("Границы, дней после срока", placeholder="30, 90, 365", key=f"{form}.days")
    if st.form_submit_button("Записать границы", type="primary"):
        with submit.report_outcome(form="ages", done="Границы записаны."):
            rules.set_bounds(
                actor=actor, valid_from=typed.parse_day(since), days=days, address=address
            )
if len(known.bounds) > 1:
    with st.form(f"no_ages.{session.request_key('no_ages')}", width=520):
        begun = st.selectbox(
            "Границы, которые записаны ошибочно",
            list(known.bounds),
            format_func=formats.format_date,
        )
        if st.form_submit_button("Удалить границы"):
            with submit.report_outcome(form="no_ages", done="Границы удалены."):
                rules.delete_bounds(actor=actor, valid_from=begun, address=address)
