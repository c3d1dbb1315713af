"""«Собираемость»: paid ÷ charged, by month, by place and by what it is charged for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Column,
    Explanation,
    Line,
    Mark,
    Page,
    Panel,
    Series,
    Table,
    Unit,
)
from lib.domain.insight.view import Compared
from lib.facts.questions import collection as questions
from lib.facts.questions.collection import HousePaid, MonthPaid
from lib.services.insight import _context
from lib.services.insight._context import Context

COLLECTION = Explanation(
    definition="Какую часть начисленного за месяцы вида жители оплатили в эти же месяцы.",
    formula="оплачено ÷ (начислено + перерасчёт − льгота + повышающий коэффициент + пени), "
    "как это учёл биллинг",
    moment="За месяцы вида; месяц берётся, когда он закрыт.",
)
_COMPARED = {Compared.YEAR: "год назад", Compared.BEFORE: "в предыдущем периоде"}
_COLUMNS = (
    figures.value_column("Начислено, ₽", Unit.MONEY, 0),
    figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
    figures.share_column("Собираемость", 1, 0, is_good=True),
)


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    months = _build_months(context)
    return Page(tiles=(), panels=(months, *_build_places(context)))


def _build_months(context: Context) -> Panel:
    now = questions.sum_by_month(context.facts, context.scope)
    before = _ask_before(context)
    back = _count_back(context)
    earlier = {periods.add_months(row.period, back): row for row in before}
    lines = tuple(
        Line(
            formats.format_month(row.period),
            (row.charged, row.paid, *_pair(earlier.get(row.period))),
            context.all_accounts,
            order=row.period,
        )
        for row in now
    )
    table = privacy.withhold_lines(Table("Месяц", _list_columns(context), lines))
    return Panel(
        key="collection.months",
        question="Какую часть начисленного собрали?",
        answer=_answer_months(context, now, before),
        explanation=COLLECTION,
        chart=_draw_months(context, table),
        table=table,
    )


def _list_columns(context: Context) -> tuple[Column, ...]:
    if context.scope_before is None:
        return _COLUMNS
    word = _COMPARED[context.view.compared]
    return (*_COLUMNS, figures.points_column(f"Изменение: {word}", (1, 0), (3, 2), is_good=True))


def _ask_before(context: Context) -> Sequence[MonthPaid]:
    scope = context.scope_before
    return questions.sum_by_month(context.facts, scope) if scope else ()


def _count_back(context: Context) -> int:
    span = context.view.span_before
    return periods.count_months(span[0], context.view.since) if span else 0


def _pair(row: MonthPaid | None) -> tuple[Decimal | None, Decimal | None]:
    return (row.charged, row.paid) if row else (None, None)


def _answer_months(context: Context, now: Sequence[MonthPaid], before: Sequence[MonthPaid]) -> str:
    if not now:
        return "За эти месяцы начислений нет."
    collected = _share(now)
    words = f"Собрано {figures.format_share(collected)} начисленного"
    if before:
        changed = figures.difference(collected, _share(before))
        told = figures.describe_points(changed)
        words += f", {told}, чем {_COMPARED[context.view.compared]}" if told else ""
    return f"{words}."


def _share(rows: Sequence[MonthPaid]) -> Decimal | None:
    return figures.share(
        sum((row.paid for row in rows), Decimal(0)), sum((row.charged for row in rows), Decimal(0))
    )


def _draw_months(context: Context, table: Table) -> Chart:
    lines = sorted(table.lines, key=lambda line: str(line.order))
    now = Series(
        "этот период", tuple(figures.share(line.values[1], line.values[0]) for line in lines)
    )
    series = [now]
    if context.scope_before:
        before = tuple(figures.share(line.values[3], line.values[2]) for line in lines)
        series.append(Series(_COMPARED[context.view.compared], before, Mark.PALE_BARS))
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    return Chart(names, tuple(series), Unit.SHARE)


def _build_places(context: Context) -> tuple[Panel, ...]:
    now = _by_house(questions.sum_by_house(context.facts, context.scope))
    before: Mapping[int, tuple[Decimal | None, ...]] = {}
    scope = context.scope_before
    if scope:
        before = _by_house(questions.sum_by_house(context.facts, scope))
    values = _context.join_values(context.houses, now, before) if scope else now
    table = _context.divide_by_place(context, _list_columns(context), values)
    if table is None:
        return ()
    return (
        Panel(
            key="collection.places",
            question="Где отстали сильнее всего?",
            answer=_answer_places(context, table),
            explanation=COLLECTION,
            table=table,
        ),
    )


def _by_house(rows: Sequence[HousePaid]) -> dict[int, tuple[Decimal | None, ...]]:
    return {row.house: (row.charged, row.paid) for row in rows}


def _answer_places(context: Context, table: Table) -> str:
    ranked = [
        (cell, line)
        for line in table.lines
        if isinstance(cell := table.compute_cells(line)[-1], Decimal)
    ]
    if not ranked:
        return "Сравнить места не с чем."
    worst, line = min(ranked, key=lambda pair: pair[0])
    if context.scope_before is None:
        return f"Меньше всего собрали: {line.name}, {figures.format_share(worst)}."
    told = figures.format_points(worst)
    return f"Сильнее всего изменилось: {line.name}, {told} ({_COMPARED[context.view.compared]})."
