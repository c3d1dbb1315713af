"""Charts of analysts; each has its question above it and its figures in the table beneath."""

import html
import re
import textwrap
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lib.domain.insight.answers import Chart, Mark, Series, Unit
from lib.domain.insight.view import write_view
from lib.ui import charts, session
from lib.ui.insight import cells

_MONTH = re.compile(r"([а-я]{3}) (\d{4})")
_HEIGHT, _HEIGHT_OF_BAR = 300, 38
_FEW_TICKS, _FEW_APPEALS, _LONGEST_NAME, _SHORTEST = 3, 4, 22, 3
_PALE = "#b9c6d3"
_MANY_MONTHS, _SMALL = 12, 10.5  # names of so many months touch each other on a phone
_TICKS = {
    Unit.MONEY: (",.0f", " ₽"),
    Unit.SHARE: (",.0f", "\N{NO-BREAK SPACE}%"),
    Unit.POINTS: (",.1f", "\N{NO-BREAK SPACE}п.\N{NO-BREAK SPACE}п."),
    Unit.CHANGE: (",.0f", "\N{NO-BREAK SPACE}%"),
}
_IN_PERCENT = {Unit.SHARE, Unit.POINTS, Unit.CHANGE}
# above the chart: below it, it would lie on long names of the axis
_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
_COLOURLESS = {Mark.PALE_BARS, Mark.PALE_LINE, Mark.BAND}
_BAND = "rgba(15, 92, 142, .15)"


def render_chart(chart: Chart, *, key: str) -> None:
    """Draw a chart; a click on a bar that leads somewhere opens its view.

    Args:
        chart: what to draw.
        key: of the element; a chart that leads somewhere has another one for each view, so that
            the bar that was clicked is not chosen any more when the reader comes back.
    """
    figure = go.Figure(
        [_make_trace(series, place, chart) for place, series in enumerate(chart.series)],
        layout=_make_layout(chart),
        _validate=False,
    )
    _add_notes(figure, chart)
    if not chart.leads:
        st.plotly_chart(figure, config=charts.CONFIG, width="stretch", key=key)
        return
    st.plotly_chart(
        figure,
        config=charts.CONFIG,
        width="stretch",
        key=key,
        on_select=lambda: _open_chosen(chart, key),
        selection_mode="points",
    )


def _open_chosen(chart: Chart, key: str) -> None:
    """Open the view of the bar that was clicked: its address, as a link would."""
    chosen: Any = session.read_field(key)
    points = chosen["selection"]["points"]
    lead = chart.leads[points[0]["point_index"]] if points else None
    if lead is not None:
        st.query_params.from_dict(write_view(lead))


def _make_layout(chart: Chart) -> dict[str, object]:
    layout = charts.make_layout(
        barmode="relative" if chart.is_stacked else "group", legend=len(chart.series) > 1
    )
    tick_format, suffix = _TICKS.get(chart.unit, (",", ""))
    values: dict[str, object] = {
        "tickformat": tick_format,
        "ticksuffix": suffix,
        "fixedrange": True,
        "automargin": True,
        "rangemode": "tozero",
    }
    if chart.unit is Unit.COUNT and _find_largest(chart) <= _FEW_APPEALS:
        values["dtick"] = 1  # there is no half of an appeal
    axis: dict[str, object] = {"type": "category", "fixedrange": True, "automargin": True}
    if chart.axis and _MONTH.fullmatch(chart.axis[0]):
        names = shorten_months(chart.axis)
        axis |= {"tickvals": list(chart.axis), "ticktext": names, "tickangle": 0}
    if all(len(name) <= _SHORTEST for name in chart.axis):
        axis["tickangle"] = 0
    if len(chart.axis) >= _MANY_MONTHS:
        axis["tickfont"] = {"size": _SMALL}
    layout |= {"xaxis": axis, "yaxis": values, "height": _HEIGHT, "legend": _LEGEND}
    if chart.leads:
        names = [_break_name(name) for name in chart.axis]
        axis |= {"tickvals": list(chart.axis), "ticktext": names, "autorange": "reversed"}
        values |= {"nticks": _FEW_TICKS, "tickangle": 0}
        axis.pop("tickfont", None)
        layout |= {"xaxis": values, "yaxis": axis, "dragmode": False}
        layout["height"] = _HEIGHT_OF_BAR * (len(chart.axis) + 1)
    return layout


def _find_largest(chart: Chart) -> Decimal:
    known = (value for series in chart.series for value in series.values if value is not None)
    return max(known, default=Decimal(0))


def _break_name(name: str) -> str:
    """Break a long name of a place into lines, so that bars have room beside it on a phone."""
    return "<br>".join(textwrap.wrap(html.escape(name), _LONGEST_NAME, break_long_words=False))


def _add_notes(figure: go.Figure, chart: Chart) -> None:
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
    scale = 100 if chart.unit in _IN_PERCENT else 1
    values = [None if value is None else str(value * scale) for value in series.values]
    common = {
        "name": series.name,
        "x": values if chart.leads else list(chart.axis),
        "y": list(chart.axis) if chart.leads else values,
        "customdata": [cells.format_cell(value, chart.unit) for value in series.values],
        "hovertemplate": f"%{{fullData.name}}<br>%{{{'y' if chart.leads else 'x'}}}: "
        "%{customdata}<extra></extra>",
        "_validate": False,
    }
    if series.mark in {Mark.BARS, Mark.PALE_BARS}:
        marker = charts.make_marker(_find_colour(place, chart))
        if series.mark is Mark.PALE_BARS:
            marker = {"color": _PALE}
        return go.Bar(marker=marker, orientation="h" if chart.leads else "v", **common)
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
