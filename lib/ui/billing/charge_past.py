"""Charges over the months: a choice of views, a chart, and the same figures as a table."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from lib.domain.billing.charge_history import Point, compare_years, keep_latest, sum_by_series
from lib.services.billing.bills import MonthlyCharge
from lib.ui import charts, markup
from lib.ui.billing import charge_tables

_BY_GROUP, _BY_SERVICE, _BY_YEAR = "По группам", "По услуге", "К прошлому году"
_SPANS: dict[str, int | None] = {"12 месяцев": 12, "24": 24, "36": 36, "Всё время": None}

HEADING = Markup('<h2 class="kb-subtitle">Сколько начислено по месяцам</h2>')


def render_history(charges: Sequence[MonthlyCharge]) -> None:
    """Draw how charges changed; the page draws ``HEADING`` with the markup above."""
    with st.container(horizontal=True):
        view = st.segmented_control(
            "Показать", [_BY_GROUP, _BY_SERVICE, _BY_YEAR], default=_BY_GROUP, required=True
        )
        span = None
        if view != _BY_YEAR:
            span = st.segmented_control(
                "За сколько", list(_SPANS), default="12 месяцев", required=True
            )
    _render_view(view or _BY_GROUP, _SPANS[span] if span else None, charges)


def _render_view(view: str, months: int | None, charges: Sequence[MonthlyCharge]) -> None:
    if view == _BY_YEAR:
        points = compare_years([Point(c.period, c.group, c.total) for c in charges])
        charts.render_year_on_year(points)
        _render_figures(charge_tables.build_year_on_year(points))
        return
    if view == _BY_SERVICE:
        names = list(dict.fromkeys(charge.service for charge in charges))
        name = st.selectbox("Услуга", sorted(names), width=420)
        chosen = [Point(c.period, c.service, c.total) for c in charges if c.service == name]
    else:
        chosen = [Point(c.period, c.group, c.total) for c in charges]
    points = keep_latest(sum_by_series(chosen), months=months)
    charts.render_stacked(points)
    _render_figures(charge_tables.build_charge_history(points))


def _render_figures(table: Markup) -> None:
    markup.render_markup(markup.build_folded("Те же цифры таблицей", table))
