"""The choice of an account and a month, kept in the address so that a link leads back."""

from collections.abc import Sequence

import streamlit as st

from lib.domain import formats
from lib.services.billing.account_cards import AccountCard, BilledPeriod

_ACCOUNT, _PERIOD = "account", "period"


def choose_account_and_period(
    cards: Sequence[AccountCard],
) -> tuple[AccountCard, BilledPeriod | None]:
    """Ask for an account and a month; a foreign account in the address is ignored."""
    with st.container(horizontal=True):
        card = choose_account(cards, key="charges.account")
        return card, _choose_period(card.periods)


def choose_account(cards: Sequence[AccountCard], *, key: str) -> AccountCard:
    """Ask for an account, where there are several; the first one is the default."""
    # keys, not cards, are the options: Streamlit copies all options in every run
    accounts = {str(card.account_id): card for card in cards}
    if len(accounts) == 1:
        return cards[0]
    keys = list(accounts)
    named = st.query_params.get(_ACCOUNT, "")
    chosen = st.selectbox(
        "Лицевой счёт",
        keys,
        index=keys.index(named) if named in accounts else 0,
        format_func=lambda key: (
            f"{accounts[key].number} · {accounts[key].address} · {accounts[key].organization}"
        ),
        key=key,
    )
    keep_choice(_ACCOUNT, chosen)
    return accounts[chosen]


def _choose_period(periods: Sequence[BilledPeriod]) -> BilledPeriod | None:
    """Ask for a month; the latest closed one is the default, None where there is no month."""
    billed = {f"{period.period:%Y-%m}": period for period in periods}
    if not billed:
        return None
    months = list(billed)
    latest = next((n for n, period in enumerate(periods) if period.is_closed), 0)
    named = st.query_params.get(_PERIOD, "")
    chosen = st.selectbox(
        "Месяц",
        months,
        index=months.index(named) if named in billed else latest,
        format_func=lambda month: _format_period(billed[month]),
        width=260,
    )
    keep_choice(_PERIOD, chosen)
    return billed[chosen]


def keep_choice(name: str, value: str) -> None:
    """Put the choice into the address, unless it is there: a change sends a message."""
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _format_period(billed: BilledPeriod) -> str:
    name = formats.format_month(billed.period)
    return name if billed.is_closed else f"{name} (ещё не закрыт)"
