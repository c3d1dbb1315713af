"""The effectiveness of collection (CEI): what part of what could be collected was collected."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from lib import links
from lib.domain import formats, periods
from lib.domain.insight import figures
from lib.domain.insight.answers import (
    Chart,
    Column,
    Explanation,
    Line,
    Mark,
    Panel,
    Series,
    Table,
    Tile,
    Unit,
)
from lib.facts.questions import debts
from lib.facts.questions.collection import MonthPaid
from lib.facts.questions.debtors import OVERDUE, OWED
from lib.facts.questions.debts import MonthDebt
from lib.facts.questions.scope import Scope
from lib.services.insight import _compared, _hidden_debts
from lib.services.insight._context import Context
from lib.services.insight._hidden_debts import HiddenDebts

_EFFECTIVENESS = Explanation(
    definition="Какую часть того, что можно было собрать за месяц, собрали (CEI): 100 % – к концу "
    "месяца не осталось просроченных долгов. В отличие от собираемости учитывает и старый долг.",
    formula="(долг на начало + начислено − долг на конец) ÷ (долг на начало + начислено − долг на "
    "конец, срок которого не наступил); долги без переплат",
    moment="По концам месяцев; услуга считается вместе со своей группой.",
)
_DEBT = Explanation(
    definition="Долг жителей на конец последнего месяца вида, без переплат.",
    formula="сумма положительных остатков по счетам и группам услуг; просрочено – то, что надо "
    "было заплатить раньше этого дня",
    moment="На конец месяца.",
)
_OPENING, _CHARGED, _CLOSING, _CURRENT = range(4)
_WIDTH = 4
_Line = tuple[Decimal | None, ...]


def build_effectiveness(
    context: Context, now: Sequence[MonthPaid], before: Sequence[MonthPaid]
) -> Panel | None:
    """Tell how well debts are collected, by month; None if nothing was charged.

    With a service no charge can be set against the debt of its group: there is no panel.
    """
    scope = context.scope_by_month
    if not now or context.view.service:
        return None
    of_now = _read_values(context, now, context.scope)
    of_before = _read_values(context, before, scope) if scope else {}
    back = _compared.count_back(context)
    nothing: _Line = (None,) * _WIDTH
    lines = tuple(
        Line(
            formats.format_month(month),
            (*values, *of_before.get(periods.add_months(month, -back), nothing)),
            context.all_accounts,
            order=month,
        )
        for month, values in of_now.items()
    )
    return Panel(
        key="collection.effectiveness",
        question="Насколько хорошо взыскивают долги?",
        answer=_answer(context, lines),
        explanation=_EFFECTIVENESS,
        chart=_draw(context, lines),
        table=_make_table(context, lines),
    )


def _read_values(context: Context, paid: Sequence[MonthPaid], scope: Scope) -> dict[dt.date, _Line]:
    first = periods.add_months(scope.since, -1)
    owed = debts.sum_by_month(context.facts, scope.change(since=first))
    hidden = _hidden_debts.find_hidden_debts(context, [row.period for row in owed])
    return _list_values(paid, owed, hidden)


def _list_values(
    paid: Sequence[MonthPaid], owed: Sequence[MonthDebt], hidden: HiddenDebts
) -> dict[dt.date, _Line]:
    charged: defaultdict[dt.date, Decimal] = defaultdict(Decimal)
    for row in paid:
        charged[row.period] += row.charged
    ends = {row.period: row for row in owed if not hidden.hides(OWED, row.period)}
    values: dict[dt.date, _Line] = {}
    for month, amount in charged.items():
        opening, end = ends.get(periods.add_months(month, -1)), ends.get(month)
        values[month] = (
            opening.owed if opening else None,
            amount,
            end.owed if end else None,
            end.owed - end.overdue if end and not hidden.hides(OVERDUE, month) else None,
        )
    return values


def compute_effectiveness(values: Sequence[Decimal | None]) -> Decimal | None:
    """Return the CEI of opening debt, charge, closing debt and its current part."""
    opening, charged, closing, current = values
    if opening is None or charged is None or closing is None or current is None:
        return None
    return figures.share(opening + charged - closing, opening + charged - current)


def _compute_now(values: Sequence[Decimal | None]) -> Decimal | None:
    return compute_effectiveness(values[:_WIDTH])


def _compute_before(values: Sequence[Decimal | None]) -> Decimal | None:
    return compute_effectiveness(values[_WIDTH:])


def _make_table(context: Context, lines: tuple[Line, ...]) -> Table:
    columns = [
        figures.value_column("Долг на начало, ₽", Unit.MONEY, _OPENING),
        figures.value_column("Начислено, ₽", Unit.MONEY, _CHARGED),
        figures.value_column("Долг на конец, ₽", Unit.MONEY, _CLOSING),
        figures.value_column("Из него срок не наступил, ₽", Unit.MONEY, _CURRENT),
        Column("Эффективность", Unit.SHARE, _compute_now, is_good=True),
    ]
    if any(_compute_before(line.values) is not None for line in lines):
        columns.append(
            Column(
                _compared.name_change(context).capitalize(),
                Unit.POINTS,
                lambda values: figures.difference(_compute_now(values), _compute_before(values)),
                is_good=True,
            )
        )
    return Table("Месяц", tuple(columns), lines)


def _answer(context: Context, lines: Sequence[Line]) -> str:
    latest = lines[-1]
    share = _compute_now(latest.values)
    if share is None:
        return "Долга на начало месяца нет, или он есть у немногих: эффективность не считается."
    words = f"За {latest.name} собрали {figures.format_share(share)} того, что можно было собрать"
    changed = figures.difference(share, _compute_before(latest.values))
    return f"{words}, {_compared.describe_points(context, changed)}." if changed else f"{words}."


def _draw(context: Context, lines: Sequence[Line]) -> Chart:
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    series = [Series("этот период", tuple(_compute_now(line.values) for line in lines), Mark.LINE)]
    earlier = tuple(_compute_before(line.values) for line in lines)
    if any(value is not None for value in earlier):
        series.append(Series(_compared.name_period(context), earlier, Mark.PALE_LINE))
    return Chart(names, tuple(series), Unit.SHARE)


def build_tiles(panel: Panel | None) -> tuple[Tile, ...]:
    """Return the figures of the effectiveness and of the debt, which leads to its screen."""
    lines = panel.table.lines if panel and panel.table else ()
    if not lines:
        return ()
    latest = lines[-1].values
    shares = tuple(_compute_now(line.values) for line in lines)
    overdue = figures.difference(latest[_CLOSING], latest[_CURRENT])
    return (
        Tile(
            key="collection.effectiveness",
            name="Эффективность взыскания",
            value=shares[-1],
            unit=Unit.SHARE,
            explanation=_EFFECTIVENESS,
            change=f"за {lines[-1].name}",
            line=shares,
        ),
        Tile(
            key="collection.debt",
            name="Долг",
            value=latest[_CLOSING],
            unit=Unit.MONEY,
            explanation=_DEBT,
            change=_tell_overdue(overdue, latest[_CLOSING]),
            line=tuple(line.values[_CLOSING] for line in lines),
            path=links.DEBTS,
        ),
    )


def _tell_overdue(overdue: Decimal | None, owed: Decimal | None) -> str:
    part = figures.share(overdue, owed)
    return "" if part is None else f"из него просрочено {figures.format_share(part)}"
