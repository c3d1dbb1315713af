"""Charges over the months: a question, a chart that answers it, the same figures beneath."""

from collections.abc import Sequence

import streamlit as st

from lib.domain.billing.charge_history import Point, fold, latest, year_on_year
from lib.services.billing.bills import MonthlyCharge
from lib.ui import charts, markup, tables

_BY_GROUP, _BY_SERVICE, _BY_YEAR = "По группам", "По услуге", "К прошлому году"
_SPANS: dict[str, int | None] = {"12 месяцев": 12, "24": 24, "36": 36, "Всё время": None}


HEADING = '<h2 class="kb-subtitle">Сколько начислено по месяцам</h2>'


def history(charges: Sequence[MonthlyCharge]) -> None:
    """Draw how charges changed; the heading stands before, with the markup above it."""
    with st.container(horizontal=True):
        view = st.segmented_control(
            "Показать", [_BY_GROUP, _BY_SERVICE, _BY_YEAR], default=_BY_GROUP, required=True
        )
        span = None
        if view != _BY_YEAR:
            span = st.segmented_control(
                "За сколько", list(_SPANS), default="12 месяцев", required=True
            )
    _draw(view or _BY_GROUP, _SPANS[span] if span else None, charges)


def _draw(view: str, months: int | None, charges: Sequence[MonthlyCharge]) -> None:
    if view == _BY_YEAR:
        points = year_on_year([Point(c.period, c.group, c.total) for c in charges])
        charts.year_on_year(points)
        _figures(tables.year_on_year(points))
        return
    if view == _BY_SERVICE:
        names = list(dict.fromkeys(charge.service for charge in charges))
        name = st.selectbox("Услуга", sorted(names), width=420)
        chosen = [Point(c.period, c.service, c.total) for c in charges if c.service == name]
    else:
        chosen = [Point(c.period, c.group, c.total) for c in charges]
    points = latest(fold(chosen), months=months)
    charts.stacked(points)
    _figures(tables.charge_history(points))


def _figures(table: str) -> None:
    markup.show(markup.folded("Те же цифры таблицей", table))
