"""Charts; each has its question above and its figures as a table below."""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import plotly.io
import streamlit as st

from lib.domain import formats
from lib.domain.billing.charge_history import Point
from lib.domain.meters.history import MonthUse

# Streamlit sets the theme; the library's own would be copied into every figure
plotly.io.templates.default = None

# five at most; each has its own pattern, so that they differ in grey as well
COLOURS = ("#0f5c8e", "#c07a2c", "#5f9c85", "#8a6fae", "#8d97a1")
_PATTERNS = ("", "/", ".", "x", "-")
CONFIG = {"displayModeBar": False, "scrollZoom": False}
_YEARS = {"this": "этот год", "last": "год назад"}


def render_stacked(points: Sequence[Point]) -> None:
    """Draw months as stacked bars, the series in the bill's order."""
    names = list(dict.fromkeys(point.series for point in points))
    figure = go.Figure(
        [_make_bar(name, index, points) for index, name in enumerate(names)],
        layout=make_layout(barmode="relative", legend=len(names) > 1),
        _validate=False,
    )
    st.plotly_chart(figure, config=CONFIG, width="stretch", key="charges.stacked")


def render_year_on_year(points: Sequence[Point]) -> None:
    """Draw each month beside the same month of the year before."""
    figure = go.Figure(
        [
            _make_bar(series, index, points, label=_YEARS[series])
            for index, series in enumerate(("last", "this"))
        ],
        layout=make_layout(barmode="group", legend=True),
        _validate=False,
    )
    st.plotly_chart(figure, config=CONFIG, width="stretch", key="charges.years")


def render_readings(
    months: Sequence[tuple[dt.date, MonthUse | None, MonthUse | None]], *, unit: str
) -> None:
    """Draw the use of this year beside the last one, and the dial as a line."""
    # short names of months stay level on a phone
    names = [formats.format_short_month(month)[:3] for month, _, _ in months]
    first, last = (formats.format_short_month(months[end][0]) for end in (0, -1))
    bars = [
        _make_use_bar("расход годом раньше", 0, names, [before for _, _, before in months], unit),
        _make_use_bar(f"расход, {first} – {last}", 1, names, [now for _, now, _ in months], unit),
    ]
    dials = [now.value if now else None for _, now, _ in months]
    line = go.Scatter(
        name="показание",
        x=names,
        y=[None if value is None else str(value) for value in dials],
        customdata=[formats.format_number(value, places=0) for value in dials],
        hovertemplate="%{fullData.name}<br>%{x}: %{customdata}<extra></extra>",
        yaxis="y2",
        mode="lines+markers",
        connectgaps=True,
        line={"color": COLOURS[3]},
        _validate=False,
    )
    layout = make_layout(barmode="group", legend=True)
    layout["yaxis"] = {"ticksuffix": f" {unit}", "fixedrange": True, "automargin": True}
    layout["yaxis2"] = {
        "overlaying": "y",
        "side": "right",
        "fixedrange": True,
        "showgrid": False,
        "automargin": True,
    }
    figure = go.Figure([*bars, line], layout=layout, _validate=False)
    st.plotly_chart(figure, config=CONFIG, width="stretch", key="meters.readings")


def _make_use_bar(
    name: str, index: int, names: Sequence[str], uses: Sequence[MonthUse | None], unit: str
) -> go.Bar:
    return go.Bar(
        name=name,
        x=names,
        y=[None if use is None else str(use.used) for use in uses],
        customdata=[formats.format_number(use.used if use else None, places=0) for use in uses],
        hovertemplate=f"%{{fullData.name}}<br>%{{x}}: %{{customdata}} {unit}<extra></extra>",
        marker=make_marker(index),
        _validate=False,
    )


def _make_bar(name: str, index: int, points: Sequence[Point], *, label: str = "") -> go.Bar:
    of_series = [point for point in points if point.series == name]
    place = index % len(COLOURS)
    return go.Bar(
        name=label or name,
        x=[formats.format_short_month(point.period) for point in of_series],
        y=[str(point.amount) for point in of_series],
        customdata=[formats.format_money(point.amount) for point in of_series],
        hovertemplate="%{fullData.name}<br>%{x}: %{customdata} ₽<extra></extra>",
        marker=make_marker(place),
        _validate=False,
    )


def make_marker(place: int) -> dict[str, object]:
    """Return colour and pattern; without ``overlay`` the pattern would have no background."""
    return {
        "color": COLOURS[place],
        "pattern": {
            "shape": _PATTERNS[place],
            "fillmode": "overlay",
            "fgcolor": "#ffffff",
            "size": 6,
        },
    }


def make_layout(*, barmode: str, legend: bool) -> dict[str, object]:
    """Return the layout of all charts; money is the unit unless the caller sets another axis."""
    return {
        "barmode": barmode,
        "bargap": 0.3,
        "height": 340,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
        "separators": ",\u00a0",
        "showlegend": legend,
        "legend": {"orientation": "h", "y": -0.2, "traceorder": "normal"},
        "xaxis": {"type": "category", "fixedrange": True, "automargin": True},
        "yaxis": {
            "ticksuffix": " ₽",
            "fixedrange": True,
            "tickformat": ",.0f",
            "automargin": True,
        },
        "font": {"family": "PT Sans, sans-serif", "size": 14},
    }
