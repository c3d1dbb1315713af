"""One form for all meters: typed, looked at, confirmed where need be, sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from lib.access import Actor
from lib.errors import PortalError
from lib.services.meters import readings
from lib.services.meters.answers import KEPT, Answer, Entry, Outcome
from lib.services.meters.cards import AccountMeters, Dial, MeterCard
from lib.ui import markup, session
from lib.ui.meters import _answers as meter_answers
from lib.ui.meters import _words, table

_FORM = "readings"
_LONGEST = 20
_WIDTH = 250
_ASKED = {Outcome.ASKED, Outcome.DOUBTFUL}
_DONE = KEPT | {Outcome.UNCHANGED}
_Answers = Mapping[tuple[int, int], Answer]


def show(actor: Actor, held: Sequence[AccountMeters]) -> None:
    """Draw the form with what is to be said about it, and take it in."""
    title = markup.heading("Показания счётчиков")
    if not any(card.period for account in held for card in account.meters):
        markup.show(title + "".join(map(table.account, held)))
        return
    answers = _answers(actor, held)
    key = session.request_key(_FORM)
    with st.form(f"{_FORM}.{key}", border=False):
        entries = []
        for place, account in enumerate(held):
            # the heading goes with the first account: each element costs every run
            markup.show(("" if place else title) + table.account(account))
            entries += _account(account, answers, key)
        comment = _comment(key) if any(a.outcome in _ASKED for a in answers.values()) else ""
        with st.container(horizontal=True):
            sent = st.form_submit_button("Передать показания", type="primary")
            looked = st.form_submit_button("Проверить без отправки")
    if sent:
        _send(actor, entries, key=key, comment=comment)
    elif looked:
        _keep(entries)
        st.rerun()


def _answers(actor: Actor, held: Sequence[AccountMeters]) -> _Answers:
    """Judge what was typed before and not taken."""
    drafts = [
        Entry(card.account_id, card.meter_id, dial.zone, typed)
        for account in held
        for card, dial in _open(account)
        if (typed := session.noted(_FORM, _name(card.meter_id, dial.zone)))
    ]
    if not drafts:
        return {}
    answers = readings.preview(actor=actor, accounts=held, entries=drafts)
    return {(answer.entry.meter_id, answer.entry.zone): answer for answer in answers}


def _account(account: AccountMeters, answers: _Answers, key: str) -> list[Entry]:
    """Draw the fields of an account's meters, and under them what is to be said."""
    typed: dict[tuple[int, int], Entry] = {}
    said = []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for card, dial in _open(account):
            name = _name(card.meter_id, dial.zone)
            value = st.text_input(
                markup.label(_words.name(card, dial)),
                value=session.noted(_FORM, name) or "",
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
                said.append((card, dial, answer))
    if said:
        markup.show(meter_answers.said(said))
    confirmed = {
        (card.meter_id, dial.zone): answer.value
        for card, dial, answer in said
        if answer.outcome in _ASKED and _is_confirmed(card, dial, answer.value, key)
    }
    return [replace(entry, confirmed=confirmed.get(place)) for place, entry in typed.items()]


def _is_confirmed(card: MeterCard, dial: Dial, value: Decimal | None, key: str) -> bool:
    name = f"{_words.name(card, dial)} — {_words.value(value, card)}"
    return st.checkbox(
        f"Подтверждаю: {markup.label(name)}",
        key=f"confirmed.{_name(card.meter_id, dial.zone)}.{value}.{key}",
    )


def _comment(key: str) -> str:
    return (
        st.text_input(
            "Комментарий для сотрудника (необязательно)",
            max_chars=readings.LONGEST_COMMENT,
            key=f"comment.{key}",
        )
        or ""
    )


def _send(actor: Actor, entries: Sequence[Entry], *, key: str, comment: str) -> None:
    """Hand the form over; what was not taken stays in its fields with the reason under it."""
    try:
        answers = readings.submit(
            actor=actor,
            entries=entries,
            request_key=key,
            comment=comment,
            address=session.address(),
        )
    except PortalError as refusal:
        st.error(str(refusal), icon=":material/error:")
        return
    _keep(answer.entry for answer in answers if answer.outcome not in _DONE)
    if any(answer.outcome in _DONE for answer in answers):
        session.renew_key(_FORM)
        session.flash(meter_answers.summary(answers))
    st.rerun()


def _keep(entries: Iterable[Entry]) -> None:
    """Remember what was typed and is not taken, and forget the rest."""
    session.forget_notes(_FORM)
    for entry in entries:
        if entry.text.strip():
            session.note(_FORM, _name(entry.meter_id, entry.zone), entry.text)


def _open(account: AccountMeters) -> list[tuple[MeterCard, Dial]]:
    return [(card, dial) for card in account.meters if card.period for dial in card.dials]


def _name(meter_id: int, zone: int) -> str:
    return f"{meter_id}.{zone}"
