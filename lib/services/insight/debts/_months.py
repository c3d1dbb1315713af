"""«Долги» by month: how the debt and its overdue part have changed."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures
from lib.domain.insight.answers import Chart, Explanation, Line, Mark, Panel, Series, Table, Unit
from lib.facts.questions import debts as questions
from lib.facts.questions.debtors import OVERDUE, OVERPAID, OWED
from lib.facts.questions.debts import MonthDebt
from lib.services.insight import _compared, _hidden_debts
from lib.services.insight._context import Context
from lib.services.insight._hidden_debts import HiddenDebts
from lib.services.insight.debts._ages import Debts


def build_months(context: Context, found: Debts) -> Panel | None:
    """Tell how the debt has changed over the months of the view; None without months."""
    lines = _list_lines(context)
    if not any(line.values[0] is not None for line in lines):
        return None
    columns = [
        figures.value_column("Долг, ₽", Unit.MONEY, 0),
        figures.value_column("Просрочено, ₽", Unit.MONEY, 1),
        figures.share_column("Доля просроченного", 1, 0, is_good=False),
        figures.value_column("Переплата, ₽", Unit.MONEY, 2),
    ]
    if any(line.values[3] is not None for line in lines):
        words = f"Долг {_compared.name_change(context)}"
        columns.append(figures.change_column(words, 0, 3, is_good=False))
    return Panel(
        key="debts.months",
        question="Как меняется долг?",
        answer=_answer_months(lines),
        explanation=Explanation(
            definition="Долг на конец каждого месяца вида и его просроченная часть.",
            formula="сумма положительных остатков; просрочено – срок оплаты раньше конца месяца; "
            "суммы, которые есть меньше чем у 10 счетов, не показываются",
            moment=f"По концам месяцев; выбранный день, {found.day}, на это не влияет.",
        ),
        chart=_draw_months(lines),
        table=Table("На конец месяца", tuple(columns), lines),
    )


def _list_lines(context: Context) -> tuple[Line, ...]:
    scope = context.scope_by_month
    now = questions.sum_by_month(context.facts, context.scope)
    before = questions.sum_by_month(context.facts, scope) if scope else []
    back = _compared.count_back(context)
    hidden = _hidden_debts.find_hidden_debts(context, [row.period for row in (*now, *before)])
    earlier = {
        periods.add_months(row.period, back): None if hidden.hides(OWED, row.period) else row.owed
        for row in before
    }
    return tuple(
        Line(
            formats.format_month(row.period),
            (*_list_values(row, hidden), earlier.get(row.period)),
            context.all_accounts,
            order=row.period,
        )
        for row in now
    )


def _list_values(row: MonthDebt, hidden: HiddenDebts) -> tuple[Decimal | None, ...]:
    """Return the debt, its overdue part and overpayments; None where few accounts have them."""
    values = ((OWED, row.owed), (OVERDUE, row.overdue), (OVERPAID, row.overpaid))
    return tuple(None if hidden.hides(figure, row.period) else value for figure, value in values)


def _answer_months(lines: Sequence[Line]) -> str:
    known = [line for line in lines if line.values[0] is not None]
    first, last = known[0], known[-1]
    changed = figures.change(last.values[0], first.values[0])
    if changed is None or first is last:
        return f"На конец {_name_end(last)} должны {figures.format_large(last.values[0])}."
    grown = figures.change(last.values[1], first.values[1])
    word = "вырос" if changed > 0 else "снизился"
    words = f"С конца {_name_end(first)} долг {word} на {_percent(changed)}"
    if grown is None:
        return f"{words}."
    word = "выросла" if grown > 0 else "снизилась"
    return f"{words}, просроченная часть {word} на {_percent(grown)}."


def _name_end(line: Line) -> str:
    return formats.format_period_genitive(line.order) if isinstance(line.order, dt.date) else ""


def _percent(value: Decimal) -> str:
    return figures.format_share(abs(value))


def _draw_months(lines: Sequence[Line]) -> Chart:
    def pick(compute: Callable[[Line], Decimal | None]) -> tuple[Decimal | None, ...]:
        return tuple(compute(line) for line in lines)

    names = tuple(_shorten(line.order) for line in lines)
    series = (
        Series("просрочено", pick(lambda line: line.values[1])),
        Series(
            "срок не наступил",
            pick(lambda line: figures.difference(line.values[0], line.values[1])),
            Mark.PALE_BARS,
        ),
    )
    return Chart(names, series, Unit.MONEY, is_stacked=True)


def _shorten(month: object) -> str:
    return formats.format_short_month(month) if isinstance(month, dt.date) else ""
