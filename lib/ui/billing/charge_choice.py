"""Which account and which month: kept in the address, so that a link leads back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain import formats
from lib.services.billing.account_cards import AccountCard, BilledPeriod

_ACCOUNT, _PERIOD = "account", "period"


def account_and_period(held: Sequence[AccountCard]) -> tuple[AccountCard, BilledPeriod | None]:
    """Return what was asked for; an unknown or foreign account in the address is ignored."""
    with st.container(horizontal=True):
        card = account(held, key="charges.account")
        return card, _period(card.periods)


def account(held: Sequence[AccountCard], *, key: str) -> AccountCard:
    """Return the account asked for, the first one at first; asks nothing where there is one."""
    # keys, not cards, are the options: what a list offers is copied whole in every run
    own = {str(card.account_id): card for card in held}
    if len(own) == 1:
        return held[0]
    keys = list(own)
    asked = st.query_params.get(_ACCOUNT, "")
    chosen = st.selectbox(
        "Лицевой счёт",
        keys,
        index=keys.index(asked) if asked in own else 0,
        format_func=lambda key: f"{own[key].number} · {own[key].address} · {own[key].organization}",
        key=key,
    )
    remember(_ACCOUNT, chosen)
    return own[chosen]


def _period(periods: Sequence[BilledPeriod]) -> BilledPeriod | None:
    """Return the month asked for, the latest closed one at first; None where there is none."""
    billed = {f"{one.period:%Y-%m}": one for one in periods}
    if not billed:
        return None
    months = list(billed)
    latest = next((n for n, one in enumerate(periods) if one.is_closed), 0)
    asked = st.query_params.get(_PERIOD, "")
    chosen = st.selectbox(
        "Месяц",
        months,
        index=months.index(asked) if asked in billed else latest,
        format_func=lambda month: _name(billed[month]),
        width=260,
    )
    remember(_PERIOD, chosen)
    return billed[chosen]


def remember(name: str, value: str) -> None:
    """Put the choice into the address, unless it stands there: each change is a message."""
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _name(billed: BilledPeriod) -> str:
    name = formats.month_name(billed.period)
    return name if billed.is_closed else f"{name} (ещё не закрыт)"
