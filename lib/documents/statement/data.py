"""The data of a statement as billing supplied it: nothing is recomputed, only added up."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.payments.movement import GroupMovement
from lib.domain.payments.payment import Payment


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's movement of money and payments from one closed month to another.

    Attributes:
        payer: name, masked already.
        organization: who serves the account.
        since: first day of the first month.
        until: first day of the last one.
        groups: in the order of the bill.
        payments: counted in these months, the oldest first.
        debt: at the end; one group's overpayment does not reduce another's debt.
        made_on: the day on which the document is made.
    """

    account_number: str
    els: str | None
    payer: str | None
    address: str
    organization: str
    since: dt.date
    until: dt.date
    groups: tuple[GroupMovement, ...]
    payments: tuple[Payment, ...]
    debt: Decimal
    made_on: dt.date

    @property
    def title(self) -> str:
        """Name the document, without the account: others may see a title in a list of windows."""
        return f"Выписка за {self.span}"

    @property
    def span(self) -> str:
        """Name the months: «октябрь 2014», «январь 2014 – октябрь 2014»."""
        return formats.format_months(self.since, self.until)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the facts about the account; unknown ones are left out."""
        named = (
            ("Лицевой счёт", self.account_number),
            ("ЕЛС", self.els),
            ("Плательщик", self.payer),
            ("Адрес", self.address),
            ("Организация", self.organization),
            ("Период", self.span),
            (f"К концу {formats.format_period_genitive(self.until)}", self._owed),
            ("Выписка составлена", formats.format_date(self.made_on)),
        )
        return tuple((name, value) for name, value in named if value)

    @property
    def _owed(self) -> str:
        """Write the debt; overpayments of other groups do not reduce it."""
        return (
            f"{formats.format_balance(self.debt)} ₽"
            if self.debt
            else formats.format_balance(self.debt)
        )
