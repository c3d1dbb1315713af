"""What a meter showed: a chart of use beside the year before, and every reading."""

from collections.abc import Sequence

import streamlit as st

from lib.domain import formats
from lib.domain.meters import history
from lib.services.meters.cards import AccountMeters, Dial, MeterCard, PastReading
from lib.ui import charts, markup, tables
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


def show(held: Sequence[AccountMeters]) -> None:
    """Draw the history of one dial, the first one until another is chosen."""
    # keys, not dials, are the options: what a list offers is copied whole in every run
    dials = {
        f"{card.meter_id}.{dial.zone}": (account, card, dial)
        for account in held
        for card in account.meters
        for dial in card.dials
    }
    markup.subtitle("Сколько расходуется и что показывал счётчик")
    several = len(held) > 1
    chosen = st.selectbox(
        "История счётчика",
        list(dials),
        format_func=lambda key: _option(*dials[key], with_account=several),
        width=520,
        key="meters.chosen",
    )
    _, card, dial = dials[chosen]
    if not dial.history:
        markup.show(markup.note("По этому счётчику показаний ещё не было."))
        return
    if dial.months:
        charts.readings(history.beside_last_year(dial.months), unit=card.unit)
    markup.show(_tables(card, dial))


def _option(account: AccountMeters, card: MeterCard, dial: Dial, *, with_account: bool) -> str:
    whose = f"{account.number} · " if with_account else ""
    removed = " (снят)" if card.is_removed else ""
    return f"{whose}{_words.name(card, dial)}{removed}"


def _tables(card: MeterCard, dial: Dial) -> str:
    recent, earlier = dial.history[:_SHOWN], dial.history[_SHOWN:]
    more = markup.folded("Более ранние показания", _table(earlier, card)) if earlier else ""
    return _table(recent, card) + more


def _table(readings: Sequence[PastReading], card: MeterCard) -> str:
    return tables.table(
        caption=f"Показания, {card.unit}",
        headings=_HEADINGS,
        rows=[
            (
                formats.day(past.taken_on),
                formats.month_name(past.period),
                _words.value(past.value, card),
                _words.value(past.used, card),
                _words.source(past),
                _words.state(past),
            )
            for past in readings
        ],
        kind="kb-readings",
    )
