"""One form for all meters: readings are typed, checked, confirmed if unusual, and sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from lib.access import Actor
from lib.errors import PortalError
from lib.services.accounts import requests
from lib.services.meters import readings
from lib.services.meters.answers import KEPT_OUTCOMES, Answer, Entry, Outcome
from lib.services.meters.cards import AccountMeters, Dial, MeterCard
from lib.ui import markup, session
from lib.ui.markup import EMPTY, join_pieces
from lib.ui.meters import _answers as meter_answers
from lib.ui.meters import _words, table

_FORM = "readings"
_LONGEST = 20
_WIDTH = 250
_ASKED = {Outcome.ASKED, Outcome.DOUBTFUL}
_DONE = KEPT_OUTCOMES | {Outcome.UNCHANGED}
_Answers = Mapping[tuple[int, int], Answer]


def render_form(actor: Actor, accounts: Sequence[AccountMeters]) -> None:
    """Draw the form with the answers to what was typed before, and submit it."""
    title = markup.build_title("Показания счётчиков")
    if not any(card.period for account in accounts for card in account.meters):
        markup.render_markup(title + join_pieces(map(table.build_account, accounts)))
        return
    answers = _preview_drafts(actor, accounts)
    key = session.request_key(_FORM)
    with st.form(f"{_FORM}.{key}", border=False):
        entries = []
        for place, account in enumerate(accounts):
            # the heading goes with the first account: each element costs time in every run
            markup.render_markup((EMPTY if place else title) + table.build_account(account))
            entries += _ask_readings(account, answers, key)
        comment = _ask_comment(key) if any(a.outcome in _ASKED for a in answers.values()) else ""
        with st.container(horizontal=True):
            sent = st.form_submit_button("Передать показания", type="primary")
            is_checked = st.form_submit_button("Проверить без отправки")
    if sent:
        _submit(actor, entries, key=key, comment=comment)
    elif is_checked:
        _keep_drafts(entries)
        st.rerun()


def _preview_drafts(actor: Actor, accounts: Sequence[AccountMeters]) -> _Answers:
    """Check what was typed before and is not accepted yet."""
    drafts = [
        Entry(card.account_id, card.meter_id, dial.zone, typed)
        for account in accounts
        for card, dial in _list_open_dials(account)
        if (typed := session.find_note(_FORM, _name_field(card.meter_id, dial.zone)))
    ]
    if not drafts:
        return {}
    answers = readings.preview_readings(actor=actor, accounts=accounts, entries=drafts)
    return {(answer.entry.meter_id, answer.entry.zone): answer for answer in answers}


def _ask_readings(account: AccountMeters, answers: _Answers, key: str) -> list[Entry]:
    """Ask for the readings of an account, and draw the answers under the fields."""
    typed: dict[tuple[int, int], Entry] = {}
    answered = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for card, dial in _list_open_dials(account):
            name = _name_field(card.meter_id, dial.zone)
            value = st.text_input(
                markup.strip_markdown(_words.format_name(card, dial)),
                value=session.find_note(_FORM, name) or "",
                max_chars=_LONGEST,
                key=f"{name}.{key}",
                placeholder=f"показание, {card.unit}",
                autocomplete="off",
                width=_WIDTH,
            )
            typed[card.meter_id, dial.zone] = Entry(
                card.account_id, card.meter_id, dial.zone, value or ""
            )
            answer = answers.get((card.meter_id, dial.zone))
            if answer:
                answered.append((card, dial, answer))
    if answered:
        markup.render_markup(meter_answers.build_answers(answered))
    confirmed = {
        (card.meter_id, dial.zone): answer.value
        for card, dial, answer in answered
        if answer.outcome in _ASKED and _ask_confirmation(card, dial, answer.value, key)
    }
    return [replace(entry, confirmed=confirmed.get(place)) for place, entry in typed.items()]


def _ask_confirmation(card: MeterCard, dial: Dial, value: Decimal | None, key: str) -> bool:
    name = f"{_words.format_name(card, dial)} — {_words.format_value(value, card)}"
    return st.checkbox(
        f"Подтверждаю: {markup.strip_markdown(name)}",
        key=f"confirmed.{_name_field(card.meter_id, dial.zone)}.{value}.{key}",
    )


def _ask_comment(key: str) -> str:
    return (
        st.text_input(
            "Комментарий для сотрудника (необязательно)",
            max_chars=requests.LONGEST_COMMENT,
            key=f"comment.{key}",
        )
        or ""
    )


def _submit(actor: Actor, entries: Sequence[Entry], *, key: str, comment: str) -> None:
    """Submit the readings; those not accepted stay in their fields, with the reason below."""
    try:
        answers = readings.submit_readings(
            actor=actor,
            entries=entries,
            request_key=key,
            comment=comment,
            address=session.get_address(),
        )
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    _keep_drafts(answer.entry for answer in answers if answer.outcome not in _DONE)
    if any(answer.outcome in _DONE for answer in answers):
        session.renew_key(_FORM)
        session.keep_flash(meter_answers.format_summary(answers))
    st.rerun()


def _keep_drafts(entries: Iterable[Entry]) -> None:
    """Keep the readings that were typed and not accepted, and forget the rest."""
    session.forget_notes(_FORM)
    for entry in entries:
        if entry.text.strip():
            session.keep_note(_FORM, _name_field(entry.meter_id, entry.zone), entry.text)


def _list_open_dials(account: AccountMeters) -> list[tuple[MeterCard, Dial]]:
    return [(card, dial) for card in account.meters if card.period for dial in card.dials]


def _name_field(meter_id: int, zone: int) -> str:
    return f"{meter_id}.{zone}"
