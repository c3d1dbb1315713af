"""Fields of saved views: the months, and when a letter is wanted."""

from collections.abc import Mapping, Sequence

import streamlit as st

from lib.domain import formats
from lib.domain.insight import cells, saved
from lib.domain.insight.occasions import Figure, Occasion
from lib.domain.insight.view import Months
from lib.services.insight.saved.wishes import Wish
from lib.ui import markup

OCCASIONS: Mapping[Occasion, str] = {
    Occasion.WEEKLY: "каждую неделю, в понедельник утром",
    Occasion.MONTHLY: "каждый месяц, первого числа",
    Occasion.CLOSING: "когда закрыт месяц",
    Occasion.BOUND: "когда показатель перешёл порог",
}
_MOVING = "последние 12 закрытых месяцев"
_SIDES = {True: "выше", False: "ниже"}


def choose_months(query: Mapping[str, str], months: Months | None, *, key: str) -> dict[str, str]:
    """Draw the choice of months; return the query with the chosen ones, or without."""
    if months is None:
        return dict(query)
    fixed = formats.format_months(*months)
    words = {True: f"{_MOVING}, каждый раз новые", False: f"всегда {fixed}"}
    moving = st.radio(
        "Месяцы",
        [True, False],
        index=0 if saved.is_moving(query) else 1,
        format_func=words.__getitem__,
        key=f"{key}.months",
    )
    return saved.release_months(query) if moving else saved.fix_months(query, months)


def choose_wish(figures: Sequence[Figure], *, key: str) -> Wish:
    """Draw the choice of the occasion and, for a bound, its fields."""
    offered = [wanted for wanted in Occasion if figures or wanted is not Occasion.BOUND]
    occasion = st.selectbox(
        "Присылать", offered, format_func=OCCASIONS.__getitem__, key=f"{key}.when"
    )
    if occasion is not Occasion.BOUND:
        return Wish(occasion)
    figure = st.selectbox("Показатель", figures, format_func=_name_figure, key=f"{key}.figure")
    is_above = st.radio(
        "Письмо, если станет",
        [False, True],
        format_func=_SIDES.__getitem__,
        horizontal=True,
        key=f"{key}.side",
    )
    bound = st.text_input("Порог", placeholder="например 94,5", key=f"{key}.bound")
    return Wish(occasion, figure.key, is_above=is_above, bound=bound or "")


def _name_figure(figure: Figure) -> str:
    value = cells.format_alone(figure.value, figure.unit, name=figure.name)
    return markup.strip_markdown(f"{figure.name}, сейчас {value}")
