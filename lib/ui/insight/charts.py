"""Charts of analysts; each has its question above it and its figures in the table beneath."""

import re
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from lib.domain.insight.answers import Chart, Mark, Series, Unit
from lib.ui import charts
from lib.ui.insight import cells

_MONTH = re.compile(r"([а-я]{3}) (\d{4})")
_PALE = "#b9c6d3"
_TICKS = {
    Unit.MONEY: (",.0f", " ₽"),
    Unit.SHARE: (".0%", ""),
    Unit.POINTS: (".1%", ""),
    Unit.CHANGE: (".0%", ""),
}
_COLOURLESS = {Mark.PALE_BARS, Mark.PALE_LINE, Mark.BAND}
_BAND = "rgba(15, 92, 142, .15)"


def render_chart(chart: Chart, *, key: str) -> None:
    """Draw a chart."""
    layout = charts.make_layout(
        barmode="relative" if chart.is_stacked else "group", legend=len(chart.series) > 1
    )
    tick_format, suffix = _TICKS.get(chart.unit, (",", ""))
    layout["yaxis"] = {
        "tickformat": tick_format,
        "ticksuffix": suffix,
        "fixedrange": True,
        "automargin": True,
        "rangemode": "tozero",
    }
    axis: dict[str, object] = {"type": "category", "fixedrange": True, "automargin": True}
    if chart.axis and _MONTH.fullmatch(chart.axis[0]):
        names = shorten_months(chart.axis)
        axis |= {"tickvals": list(chart.axis), "ticktext": names, "tickangle": 0}
    layout["xaxis"] = axis
    layout["height"] = 300
    traces = [_make_trace(series, place, chart) for place, series in enumerate(chart.series)]
    figure = go.Figure(traces, layout=layout, _validate=False)
    for point, words in chart.notes:
        # by its place: a name like «10» would be taken for the place itself
        place = chart.axis.index(point)
        figure.add_vline(x=place, line_dash="dot", line_color="#a8401a")
        is_right = place * 2 > len(chart.axis)
        figure.add_annotation(
            x=place,
            y=1,
            yref="paper",
            text=words,
            showarrow=False,
            xanchor="right" if is_right else "left",
        )
    st.plotly_chart(figure, config=charts.CONFIG, width="stretch", key=key)


def shorten_months(axis: Sequence[str]) -> list[str]:
    """Return the names of an axis of months with the year under the first one and each January."""
    shortened = []
    for place, name in enumerate(axis):
        month = _MONTH.fullmatch(name)
        if month is None:
            shortened.append(name)
        elif place == 0 or month[1] == "янв":
            shortened.append(f"{month[1]}<br>{month[2]}")
        else:
            shortened.append(month[1])
    return shortened


def _find_colour(place: int, chart: Chart) -> int:
    """Return the number of a series' colour; what is pale or a band takes none of them."""
    before = [series for series in chart.series[:place] if series.mark not in _COLOURLESS]
    return len(before) % len(charts.COLOURS)


def _make_trace(series: Series, place: int, chart: Chart) -> object:
    values = [None if value is None else str(value) for value in series.values]
    common = {
        "name": series.name,
        "x": list(chart.axis),
        "y": values,
        "customdata": [cells.format_cell(value, chart.unit) for value in series.values],
        "hovertemplate": "%{fullData.name}<br>%{x}: %{customdata}<extra></extra>",
        "_validate": False,
    }
    if series.mark in {Mark.BARS, Mark.PALE_BARS}:
        marker = charts.make_marker(_find_colour(place, chart))
        if series.mark is Mark.PALE_BARS:
            marker = {"color": _PALE}
        return go.Bar(marker=marker, **common)
    line: dict[str, object] = {"color": charts.COLOURS[_find_colour(place, chart)], "width": 2.5}
    if series.mark is Mark.PALE_LINE:
        line = {"color": _PALE, "width": 4}
    if series.mark is Mark.DASHED:
        line["dash"] = "dash"
    if series.mark is Mark.BAND:
        is_upper = bool(place) and chart.series[place - 1].mark is Mark.BAND
        return go.Scatter(
            mode="lines",
            line={"width": 0},
            fill="tonexty" if is_upper else None,
            fillcolor=_BAND,
            showlegend=is_upper,
            **common,
        )
    return go.Scatter(mode="lines", line=line, connectgaps=False, **common)
