"""Words about the period that a view is compared with."""

from decimal import Decimal

from lib.domain import periods
from lib.domain.insight import figures
from lib.domain.insight.view import Compared
from lib.services.insight._context import Context

_NAMES = {Compared.YEAR: "год назад", Compared.BEFORE: "в предыдущем периоде"}


def name_period(context: Context) -> str:
    """Return when the compared period was: «год назад»; empty if nothing is compared."""
    return _NAMES.get(context.view.compared, "")


def name_change(context: Context) -> str:
    """Return to what a change is: «к прошлому году»."""
    return "к прошлому году" if _is_year(context) else "к предыдущему периоду"


def count_back(context: Context) -> int:
    """Return by how many months the compared period is earlier."""
    span = context.view.span_before
    return periods.count_months(span[0], context.view.since) if span else 0


def describe_points(context: Context, changed: Decimal) -> str:
    """Say a difference of shares: «на 1,3 п. п. меньше, чем год назад»."""
    return _describe(figures.describe_points(changed), context)


def describe_sum(context: Context, changed: Decimal) -> str:
    """Say a relative change of a sum: «на 6,4 % больше, чем год назад»."""
    return _describe(figures.describe_change(changed), context)


def describe_change(context: Context, words: str, changed: Decimal | None) -> str:
    """Return the change of a tile: «−1,3 п. п. к прошлому году»; empty without one."""
    if changed is None:
        return ""
    return f"{words} {name_change(context)}"


def _describe(words: str, context: Context) -> str:
    joint = "сколько и" if words == "столько же" else "чем"
    return f"{words}, {joint} {name_period(context)}"


def _is_year(context: Context) -> bool:
    return context.view.compared is Compared.YEAR
