"""A meter's history: a chart of use beside the year before, and every reading."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib.domain import formats
from lib.domain.meters import history
from lib.services.meters.cards import AccountMeters, Dial, MeterCard, PastReading
from lib.ui import charts, markup, tables
from lib.ui.markup import EMPTY
from lib.ui.meters import _words
from lib.ui.tables import Heading

_SHOWN = 12
_HEADINGS = (
    Heading("Дата"),
    Heading("За месяц", is_word=True),
    Heading("Показание"),
    Heading("Расход"),
    Heading("Кто передал", is_word=True),
    Heading("Состояние", is_word=True),
)


def render_history(accounts: Sequence[AccountMeters]) -> None:
    """Ask for a dial, the first one by default, and draw its history."""
    # keys, not dials, are the options: Streamlit copies all options in every run
    dials = {
        f"{card.meter_id}.{dial.zone}": (account, card, dial)
        for account in accounts
        for card in account.meters
        for dial in card.dials
    }
    markup.render_subtitle("Сколько расходуется и что показывал счётчик")
    several = len(accounts) > 1
    chosen = st.selectbox(
        "История счётчика",
        list(dials),
        format_func=lambda key: _format_option(*dials[key], with_account=several),
        width=520,
        key="meters.chosen",
    )
    _, card, dial = dials[chosen]
    if not dial.history:
        markup.render_markup(markup.build_note("По этому счётчику показаний ещё не было."))
        return
    if dial.months:
        charts.render_readings(history.compare_with_last_year(dial.months), unit=card.unit)
    markup.render_markup(_build_tables(card, dial))


def _format_option(
    account: AccountMeters, card: MeterCard, dial: Dial, *, with_account: bool
) -> str:
    number = f"{account.number} · " if with_account else ""
    removed = " (снят)" if card.is_removed else ""
    return f"{number}{_words.format_name(card, dial)}{removed}"


def _build_tables(card: MeterCard, dial: Dial) -> Markup:
    recent, earlier = dial.history[:_SHOWN], dial.history[_SHOWN:]
    more = (
        markup.build_folded("Более ранние показания", _build_table(earlier, card))
        if earlier
        else EMPTY
    )
    return _build_table(recent, card) + more


def _build_table(readings: Sequence[PastReading], card: MeterCard) -> Markup:
    return tables.build_table(
        caption=f"Показания, {card.unit}",
        headings=_HEADINGS,
        rows=[
            (
                formats.format_date(past.taken_on),
                formats.format_month(past.period),
                _words.format_value(past.value, card),
                _words.format_value(past.used, card),
                _words.format_source(past),
                _words.format_state(past),
            )
            for past in readings
        ],
        kind="kb-readings",
    )
