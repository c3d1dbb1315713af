"""Which account and which month: kept in the address, so that a link leads back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain import formats
from lib.services.accounts import AccountCard, BilledPeriod

_ACCOUNT, _PERIOD = "account", "period"


def account_and_period(held: Sequence[AccountCard]) -> tuple[AccountCard, BilledPeriod | None]:
    """Return what was asked for; an unknown or foreign account in the address is ignored."""
    with st.container(horizontal=True):
        card = _account(held)
        return card, _period(card.periods)


def _account(held: Sequence[AccountCard]) -> AccountCard:
    if len(held) == 1:
        return held[0]
    keys = [str(card.account_id) for card in held]
    asked = st.query_params.get(_ACCOUNT, "")
    chosen = st.selectbox(
        "Лицевой счёт",
        held,
        index=keys.index(asked) if asked in keys else 0,
        format_func=lambda card: f"{card.number} · {card.address} · {card.organization}",
        key="charges.account",
    )
    st.query_params[_ACCOUNT] = str(chosen.account_id)
    return chosen


def _period(periods: Sequence[BilledPeriod]) -> BilledPeriod | None:
    """Return the month asked for, the latest closed one at first; None where there is none."""
    if not periods:
        return None
    months = [f"{billed.period:%Y-%m}" for billed in periods]
    latest = next((n for n, billed in enumerate(periods) if billed.is_closed), 0)
    asked = st.query_params.get(_PERIOD, "")
    chosen = st.selectbox(
        "Месяц",
        periods,
        index=months.index(asked) if asked in months else latest,
        format_func=_name,
        width=260,
    )
    st.query_params[_PERIOD] = f"{chosen.period:%Y-%m}"
    return chosen


def _name(billed: BilledPeriod) -> str:
    name = formats.month_name(billed.period)
    return name if billed.is_closed else f"{name} (ещё не закрыт)"
