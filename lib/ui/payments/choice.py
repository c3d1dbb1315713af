"""What Платежи are asked for: whose, from which month to which, what of it; kept in the address."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from lib.domain import formats
from lib.domain.billing.charge_history import months_before
from lib.services.billing.account_cards import AccountCard
from lib.ui import query
from lib.ui.billing import charge_choice

_FROM, _TO, _VIEW = "from", "to", "view"
_AT_FIRST = 12  # months


class View(StrEnum):
    """A part of the screen, as the address names it."""

    MOVEMENT = "movement"
    PAYMENTS = "payments"
    OVERPAYMENTS = "overpayments"
    RECEIPTS = "receipts"


_NAMES: Mapping[str, str] = {
    View.MOVEMENT: "Движение финансов",
    View.PAYMENTS: "Платежи",
    View.OVERPAYMENTS: "Переплаты",
    View.RECEIPTS: "Квитанции",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for.

    Attributes:
        card: the account.
        since: the first month.
        until: the last month; both are closed ones of the account.
        view: what of it to show.
    """

    card: AccountCard
    since: dt.date
    until: dt.date
    view: View

    @property
    def counted_since(self) -> dt.date | None:
        """Return the first month whose payments belong here; None for all before."""
        closed = [one.period for one in self.card.periods if one.is_closed]
        return None if self.since == closed[-1] else self.since

    @property
    def counted_until(self) -> dt.date | None:
        """Return the last one; None after the last closed month: what came since belongs here."""
        return None if self.until == self.card.last_closed else self.until


def account(held: Sequence[AccountCard]) -> AccountCard:
    """Ask for the account, where there are several."""
    return charge_choice.account(held, key="payments.account")


def ask(card: AccountCard, latest: dt.date) -> Choice:
    """Ask for the months, of those that are closed, and for the part of the screen.

    Args:
        card: the account.
        latest: its last closed month.
    """
    closed = {f"{one.period:%Y-%m}": one.period for one in card.periods if one.is_closed}
    year = months_before(latest, _AT_FIRST - 1)
    oldest = min(one for one in closed.values() if one >= year)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = _month("С месяца", _FROM, card, closed, oldest)
        until = _month("По месяц", _TO, card, closed, latest)
        view = _view()
    since, until = min(since, until), max(since, until)
    return Choice(card, since, until, view)


def _month(
    label: str, name: str, card: AccountCard, closed: Mapping[str, dt.date], first: dt.date
) -> dt.date:
    """Ask for one of the closed months; what the address says is taken where it is one."""
    months = list(closed)
    asked = query.words(name)
    chosen = st.selectbox(
        label,
        months,
        index=months.index(asked if asked in closed else f"{first:%Y-%m}"),
        format_func=lambda month: formats.month_name(closed[month]),
        width=170,
        key=f"payments.{card.account_id}.{name}",
    )
    charge_choice.remember(name, chosen)
    return closed[chosen]


def _view() -> View:
    asked = query.words(_VIEW)
    chosen = st.pills(
        "Показать",
        list(_NAMES),
        default=asked if asked in _NAMES else View.MOVEMENT.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key="payments.view",
    )
    charge_choice.remember(_VIEW, chosen or View.MOVEMENT.value)
    return View(chosen or View.MOVEMENT)
