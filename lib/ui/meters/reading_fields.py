"""The fields of the readings: drafts that were typed before, answers, confirmations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from lib.access import Actor
from lib.services.accounts import requests
from lib.services.meters import readings
from lib.services.meters.answers import Answer, Entry, Outcome
from lib.services.meters.cards import AccountMeters, Dial, MeterCard
from lib.ui import markup, session
from lib.ui.meters import _words
from lib.ui.meters import answers as meter_answers

FORM = "readings"
_LONGEST = 20
_WIDTH = 250
_ASKED = {Outcome.ASKED, Outcome.DOUBTFUL}
Answers = Mapping[tuple[int, int], Answer]


def preview_drafts(actor: Actor, accounts: Sequence[AccountMeters]) -> Answers:
    """Check what was typed before and is not accepted yet."""
    drafts = [
        Entry(card.account_id, card.meter_id, dial.zone, typed)
        for account in accounts
        for card, dial in _list_open_dials(account)
        if (typed := session.find_note(FORM, _name_field(card.meter_id, dial.zone)))
    ]
    if not drafts:
        return {}
    answers = readings.preview_readings(actor=actor, accounts=accounts, entries=drafts)
    return {(answer.entry.meter_id, answer.entry.zone): answer for answer in answers}


def ask_readings(account: AccountMeters, answers: Answers, key: str) -> list[Entry]:
    """Ask for the readings of an account, and draw the answers under the fields."""
    typed: dict[tuple[int, int], Entry] = {}
    answered = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for card, dial in _list_open_dials(account):
            name = _name_field(card.meter_id, dial.zone)
            value = st.text_input(
                markup.strip_markdown(_words.format_name(card, dial)),
                value=session.find_note(FORM, name) or "",
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


def ask_comment(answers: Answers, key: str) -> str:
    """Ask for a comment where a reading is unusual; staff will see both."""
    if not any(answer.outcome in _ASKED for answer in answers.values()):
        return ""
    return (
        st.text_input(
            "Комментарий для сотрудника (необязательно)",
            max_chars=requests.LONGEST_COMMENT,
            key=f"comment.{key}",
        )
        or ""
    )


def keep_drafts(entries: Iterable[Entry]) -> None:
    """Keep the readings that were typed and not accepted, and forget the rest."""
    session.forget_notes(FORM)
    for entry in entries:
        if entry.text.strip():
            session.keep_note(FORM, _name_field(entry.meter_id, entry.zone), entry.text)


def _ask_confirmation(card: MeterCard, dial: Dial, value: Decimal | None, key: str) -> bool:
    name = f"{_words.format_name(card, dial)} — {_words.format_value(value, card)}"
    return st.checkbox(
        f"Подтверждаю: {markup.strip_markdown(name)}",
        key=f"confirmed.{_name_field(card.meter_id, dial.zone)}.{value}.{key}",
    )


def _list_open_dials(account: AccountMeters) -> list[tuple[MeterCard, Dial]]:
    return [(card, dial) for card in account.meters if card.period for dial in card.dials]


def _name_field(meter_id: int, zone: int) -> str:
    return f"{meter_id}.{zone}"
