"""Questions of «Собираемость»: what part of what was charged has been paid."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from lib.facts.questions.scope import Scope
from lib.facts.reader import Facts


class HousePaid(NamedTuple):
    """A house: charged with penalties, and paid, over the months of the scope."""

    house: int
    charged: Decimal
    paid: Decimal


class MonthPaid(NamedTuple):
    """A month: charged with penalties, and paid."""

    period: dt.date
    charged: Decimal
    paid: Decimal


class PurposePaid(NamedTuple):
    """What groups are for, or «penalty»: charged and paid."""

    purpose: str
    charged: Decimal
    paid: Decimal


_SUMS = (
    "coalesce(sum(total), 0) + coalesce(sum(penalty), 0) AS charged, coalesce(sum(paid), 0) AS paid"
)


def sum_by_house(facts: Facts, scope: Scope) -> list[HousePaid]:
    """Return what was charged and paid in each house."""
    question = (
        f"SELECT house, {_SUMS} FROM charges_by_house "
        f"WHERE {scope.match_place()} AND {scope.match_service()} GROUP BY 1"
    )
    return facts.ask(question, HousePaid, scope.bind(question))


def sum_by_month(facts: Facts, scope: Scope) -> list[MonthPaid]:
    """Return what was charged and paid in each month, the oldest first."""
    question = (
        f"SELECT period, {_SUMS} FROM charges_by_house "
        f"WHERE {scope.match_place()} AND {scope.match_service()} GROUP BY 1 ORDER BY 1"
    )
    return facts.ask(question, MonthPaid, scope.bind(question))
