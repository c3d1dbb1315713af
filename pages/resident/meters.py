"""Meters (Показания счётчиков): one form for the meters of all accounts, and their history."""

import streamlit as st

from lib.access import Permission
from lib.services.meters import listing, readings
from lib.services.meters.answers import DONE_OUTCOMES
from lib.ui import frame, guard, markup, session, submit
from lib.ui.markup import EMPTY, join_pieces
from lib.ui.meters import answers as reading_answers
from lib.ui.meters import history, reading_fields, table

actor = guard.require(Permission.READINGS_SUBMIT)
accounts = listing.list_meters(actor=actor)

title = markup.build_title("Показания счётчиков")
if not accounts:
    markup.render_markup(
        title
        + markup.build_note(
            "На ваших лицевых счетах не числится ни одного счётчика. Если счётчик установлен, "
            "передайте документы о нём в обслуживающую организацию."
        )
    )
    frame.end_screen()
if not any(card.period for account in accounts for card in account.meters):
    markup.render_markup(title + join_pieces(map(table.build_account, accounts)))
    history.render_history(accounts)
    frame.end_screen()

previews = reading_fields.preview_drafts(actor, accounts)
form = reading_fields.FORM
key = session.request_key(form)
with st.form(f"{form}.{key}", border=False):
    entries = []
    for place, account in enumerate(accounts):
        # the heading goes with the first account: each element costs time in every run
        markup.render_markup((EMPTY if place else title) + table.build_account(account))
        entries += reading_fields.ask_readings(account, previews, key)
    comment = reading_fields.ask_comment(previews, key)
    with st.container(horizontal=True):
        sent = st.form_submit_button("Передать показания", type="primary")
        is_checked = st.form_submit_button("Проверить без отправки")

if sent:
    with submit.report_outcome(form=form) as say:
        answers = readings.submit_readings(
            actor=actor,
            entries=entries,
            request_key=key,
            comment=comment,
            address=session.get_address(),
        )
        left = [answer.entry for answer in answers if answer.outcome not in DONE_OUTCOMES]
        reading_fields.keep_drafts(left)
        if len(left) == len(answers):
            st.rerun()  # the same form, with the reasons under its fields
        say(reading_answers.format_summary(answers))
elif is_checked:
    reading_fields.keep_drafts(entries)
    st.rerun()
history.render_history(accounts)
