"""Which account and which month: kept in the address, so that a link leads back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain import formats
from lib.services.accounts import AccountCard
from lib.services.bills import BilledPeriod

_ACCOUNT, _PERIOD = "account", "period"


def account(held: Sequence[AccountCard]) -> AccountCard:
    """Return the account asked for; an unknown or foreign one in the address is ignored."""
    asked = st.query_params.get(_ACCOUNT, "")
    keys = [str(card.account_id) for card in held]
    index = keys.index(asked) if asked in keys else 0
    if len(held) == 1:
        return held[0]
    chosen = st.selectbox(
        "Лицевой счёт",
        held,
        index=index,
        format_func=lambda card: f"{card.number} · {card.address} · {card.organization}",
        key="charges.account",
    )
    st.query_params[_ACCOUNT] = str(chosen.account_id)
    return chosen


def period(periods: Sequence[BilledPeriod]) -> BilledPeriod | None:
    """Return the month asked for, the latest closed one at first; None where there is none."""
    if not periods:
        return None
    asked = st.query_params.get(_PERIOD, "")
    months = [f"{billed.period:%Y-%m}" for billed in periods]
    latest = next((n for n, billed in enumerate(periods) if billed.is_closed), 0)
    index = months.index(asked) if asked in months else latest
    chosen = st.selectbox("Месяц", periods, index=index, format_func=_name, width=320)
    st.query_params[_PERIOD] = f"{chosen.period:%Y-%m}"
    return chosen


def _name(billed: BilledPeriod) -> str:
    name = formats.month_name(billed.period)
    return name if billed.is_closed else f"{name} (ещё не закрыт)"
