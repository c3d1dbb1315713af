"""Charts: each answers the question written above it, and has its table beneath."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from lib.domain import formats
from lib.services.bills import MonthlyCharge

# distinct in grey as well: dark, middle, light
_COLOURS = ("#0f5c8e", "#c07a2c", "#6fa58f", "#8a6fae", "#b8bec6")
_CONFIG = {"displayModeBar": False, "scrollZoom": False, "locale": "ru"}


def charge_history(charges: Sequence[MonthlyCharge]) -> None:
    """Draw what was charged by month, the groups stacked in the bill's order."""
    st.plotly_chart(_history(charges), config=_CONFIG, width="stretch", key="charge_history")


def _history(charges: Sequence[MonthlyCharge]) -> go.Figure:
    names = list(dict.fromkeys(charge.group for charge in charges))
    bars = [
        go.Bar(
            name=name,
            x=[formats.month_short(c.period) for c in charges if c.group == name],
            y=[c.total for c in charges if c.group == name],
            customdata=[formats.money(c.total) for c in charges if c.group == name],
            hovertemplate="%{fullData.name}, %{x}: %{customdata} ₽<extra></extra>",
            marker={"color": _COLOURS[index % len(_COLOURS)]},
        )
        for index, name in enumerate(names)
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="relative",
        bargap=0.35,
        height=320,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        separators=", ",
        legend={"orientation": "h", "y": -0.15, "traceorder": "normal"},
        xaxis={"type": "category", "fixedrange": True},
        yaxis={"ticksuffix": " ₽", "fixedrange": True, "tickformat": ",.0f"},
        font={"family": "PT Sans, sans-serif", "size": 14},
    )
    return figure
