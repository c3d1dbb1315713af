"""The choice on Платежи: the account, the months, the part; kept in the address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from lib.domain import formats, periods
from lib.services.billing.account_cards import AccountCard
from lib.ui import query
from lib.ui.billing import charge_choice

_FROM, _TO, _VIEW = "from", "to", "view"
_DEFAULT_MONTHS = 12


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
    """What was chosen.

    Attributes:
        card: the account.
        since: the first month.
        until: the last month; both are closed ones of the account.
        view: the part of the screen to show.
    """

    card: AccountCard
    since: dt.date
    until: dt.date
    view: View

    @property
    def counted_since(self) -> dt.date | None:
        """Return the month from which payments count; None for all earlier ones too."""
        closed = [billed.period for billed in self.card.periods if billed.is_closed]
        return None if self.since == closed[-1] else self.since

    @property
    def counted_until(self) -> dt.date | None:
        """Return the month up to which payments count; None for all that came since."""
        return None if self.until == self.card.last_closed else self.until


def choose_months_and_view(card: AccountCard, latest: dt.date) -> Choice:
    """Ask for closed months and for the part of the screen.

    Args:
        card: the account.
        latest: its last closed month.
    """
    closed = {
        f"{billed.period:%Y-%m}": billed.period for billed in card.periods if billed.is_closed
    }
    year = periods.add_months(latest, 1 - _DEFAULT_MONTHS)
    oldest = min(period for period in closed.values() if period >= year)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = _choose_month("С месяца", _FROM, card, closed, oldest)
        until = _choose_month("По месяц", _TO, card, closed, latest)
        view = _choose_view()
    since, until = min(since, until), max(since, until)
    return Choice(card, since, until, view)


def _choose_month(
    label: str, name: str, card: AccountCard, closed: Mapping[str, dt.date], first: dt.date
) -> dt.date:
    """Ask for one of the closed months; the address may name the first choice."""
    months = list(closed)
    asked = query.get_text(name)
    chosen = st.selectbox(
        label,
        months,
        index=months.index(asked if asked in closed else f"{first:%Y-%m}"),
        format_func=lambda month: formats.format_month(closed[month]),
        width=170,
        key=f"payments.{card.account_id}.{name}",
    )
    charge_choice.keep_choice(name, chosen)
    return closed[chosen]


def _choose_view() -> View:
    asked = query.get_text(_VIEW)
    chosen = st.pills(
        "Показать",
        list(_NAMES),
        default=asked if asked in _NAMES else View.MOVEMENT.value,
        format_func=_NAMES.__getitem__,
        required=True,
        key="payments.view",
    )
    charge_choice.keep_choice(_VIEW, chosen or View.MOVEMENT.value)
    return View(chosen or View.MOVEMENT)
