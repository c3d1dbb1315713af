"""«Потребление» by place: consumption, the meter of the house, ways of measuring, outliers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from lib.domain import formats, periods
from lib.domain.insight import figures, outliers
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit, Values
from lib.domain.insight.outliers import HouseFigures
from lib.facts.questions.consumption import Balance, Use
from lib.services.insight import _context
from lib.services.insight._context import HOUSE, Context
from lib.services.insight._shared_accounts import COMPARED

USE = Explanation(
    definition="Сколько услуги израсходовано в квартирах, по счётчикам, среднему и нормативам, "
    "как это учёл биллинг; без расхода на общее имущество.",
    formula="на человека: расход ÷ жители, на площадь: расход ÷ площадь квартир × 100; жители и "
    "площадь – всех счетов дома, сложенные по месяцам, в которые услуга начислена",
    moment="За месяцы вида. Число жителей и площадь – как в счетах сейчас. Если услуга не "
    "выбрана в фильтре, берётся та, на которую начислено больше всего.",
)
BALANCE = Explanation(
    definition="Насколько общедомовой счётчик показал больше, чем все помещения дома вместе: "
    "общее имущество, потери и то, что не учтено в квартирах.",
    formula="(по счётчику дома − сумма квартир) ÷ сумма квартир; только месяцы и дома, где "
    "известно и то и другое",
    moment="За месяцы вида.",
)
METHODS = Explanation(
    definition="Чем определён объём услуги в счёте. По среднему считают, когда счётчик есть, а "
    "показания не переданы; с четвёртого месяца и без счётчика – по нормативу.",
    formula="счета по среднему ÷ все счета с услугой; счета по нормативу ÷ все счета с услугой",
    moment="За месяцы вида, счета сложены по месяцам.",
)
OUTLIERS = Explanation(
    definition="Дома, у которых расход на человека, разница дома и квартир, доля норматива или "
    "доля без показаний сильно отличается от других домов этого места.",
    formula="значение дальше полутора межквартильных размахов от средней половины домов и "
    "отличается от середины: расход – на 20 %, разница – на 5 % расхода квартир, доля – на "
    "10 п. п.; «обычное» – середина (медиана) по домам",
    moment=f"За месяцы вида. Нужно не меньше {outliers.FEWEST_HOUSES} домов.",
)
R = TypeVar("R", Use, Balance)
_Values = tuple[Decimal | None, ...]


def build_panels(
    context: Context,
    unit: str,
    uses: tuple[Sequence[Use], Sequence[Use]],
    balances: tuple[Sequence[Balance], Sequence[Balance]],
) -> list[Panel]:
    """Answer the questions about places.

    Args:
        context: of the screen.
        unit: of the service.
        uses: now, and in the compared period.
        balances: now, and in the compared period.
    """
    panels = [
        _build_use(context, unit, uses),
        _build_balance(context, unit, balances),
        _build_methods(context, uses),
        _build_outliers(context, unit, uses[0], balances[0]),
    ]
    return [panel for panel in panels if panel]


def list_use_columns(context: Context, unit: str) -> tuple[Column, ...]:
    """Return the columns of consumption; values: used, residents, area, and the same before."""
    columns = (
        figures.value_column(f"Расход, {unit}", Unit.NUMBER, 0),
        Column(
            f"На человека в месяц, {unit}", Unit.NUMBER, lambda values: figures.share(*values[:2])
        ),
        Column(f"На 100 кв. м в месяц, {unit}", Unit.NUMBER, _compute_by_area),
    )
    return _with_change(context, columns, "Расход на человека", Unit.CHANGE, _compute_change)


def _with_change(
    context: Context,
    columns: Sequence[Column],
    name: str,
    unit: Unit,
    compute: Callable[[Values], Decimal | None],
    *,
    is_good: bool | None = None,
) -> tuple[Column, ...]:
    if context.scope_before is None:
        return tuple(columns)
    word = COMPARED[context.view.compared]
    return (*columns, Column(f"{name}: {word}", unit, compute, is_good))


def _compute_by_area(values: Values) -> Decimal | None:
    by_area = figures.share(values[0], values[2])
    return None if by_area is None else by_area * 100


def _compute_change(values: Values) -> Decimal | None:
    return figures.change(figures.share(*values[:2]), figures.share(*values[3:5]))


def _divide(
    context: Context,
    columns: Sequence[Column],
    rows: tuple[Sequence[R], Sequence[R]],
    list_values: Callable[[R], _Values],
) -> Table | None:
    """Return a table by place, or by month if the view is a house; None without rows."""
    if not rows[0]:
        return None
    if context.view.place.house is not None:
        months = tuple(
            Line(
                formats.format_month(row.period),
                list_values(row) + _find_before(context, row, rows[1], list_values),
                context.all_accounts,
                order=row.period,
            )
            for row in rows[0]
            if row.period
        )
        return Table("Месяц", tuple(columns), months)
    now, before = (_by_house(part, list_values) for part in rows)
    width = len(next(iter(now.values())))
    values = {house: own + before.get(house, (None,) * width) for house, own in now.items()}
    return _context.divide_by_place(context, columns, values)


def _by_house(rows: Sequence[R], list_values: Callable[[R], _Values]) -> dict[int, _Values]:
    return {row.house: list_values(row) for row in rows if row.house is not None}


def _find_before(
    context: Context, row: R, rows: Sequence[R], list_values: Callable[[R], _Values]
) -> _Values:
    """Return the values of the month that a month is compared with."""
    span = context.view.span_before
    if span and row.period:
        back = periods.count_months(span[0], context.view.since)
        month = periods.add_months(row.period, -back)
        found = next((other for other in rows if other.period == month), None)
        if found:
            return list_values(found)
    return (None,) * len(list_values(row))


def _sort(table: Table, place: int) -> Table:
    """Return the table with the largest cells of a column first; missing ones come last."""

    def measure(line: Line) -> Decimal:
        cell = table.columns[place].compute(line.values)
        return cell if isinstance(cell, Decimal) else Decimal("-Infinity")

    return replace(table, lines=tuple(sorted(table.lines, key=measure, reverse=True)))


def _build_use(
    context: Context, unit: str, uses: tuple[Sequence[Use], Sequence[Use]]
) -> Panel | None:
    if context.view.place.house is not None:
        return None  # its months are in the table above
    columns = list_use_columns(context, unit)
    table = _divide(context, columns, uses, lambda row: (row.own, row.residents, row.area))
    if table is None:
        return None
    table = _sort(table, 1)
    answer = "Сколько в домах жителей, неизвестно."
    top = [(cell, line.name) for line in table.lines if (cell := columns[1].compute(line.values))]
    if top:
        most, name = top[0]
        answer = f"Больше всего: {name}, {_format(most)} {unit} на человека в месяц"
        least, other = top[-1]
        answer += f"; меньше всего: {other}, {_format(least)}." if len(top) > 1 else "."
    return Panel(
        key="consumption.places",
        question="Где расходуют больше на человека?",
        answer=answer,
        explanation=USE,
        table=table,
    )


def _format(value: object) -> str:
    rounded = Decimal(str(value)).quantize(Decimal("0.01"))
    return formats.format_number(rounded, places=0)


def _build_balance(
    context: Context, unit: str, balances: tuple[Sequence[Balance], Sequence[Balance]]
) -> Panel:
    columns = _with_change(
        context,
        (
            figures.value_column(f"Счётчики домов, {unit}", Unit.NUMBER, 0),
            figures.value_column(f"Сумма квартир, {unit}", Unit.NUMBER, 1),
            Column(f"Разница, {unit}", Unit.NUMBER, lambda values: figures.difference(*values[:2])),
            Column("Разница", Unit.CHANGE, lambda values: figures.change(*values[:2])),
            figures.value_column(f"На общее имущество, {unit}", Unit.NUMBER, 2),
        ),
        "Разница",
        Unit.POINTS,
        _compute_balance_change,
    )
    table = _divide(context, columns, balances, lambda row: row[3:])
    if table and context.view.place.house is None:
        table = _sort(table, 3)
    return Panel(
        key="consumption.balance",
        question="Сходится ли счётчик дома с суммой квартир?",
        answer=_answer_balance(balances[0], unit),
        explanation=BALANCE,
        table=table,
    )


def _compute_balance_change(values: Values) -> Decimal | None:
    return figures.difference(figures.change(*values[:2]), figures.change(*values[3:5]))


def _answer_balance(balances: Sequence[Balance], unit: str) -> str:
    metered = sum((row.metered for row in balances if row.house), Decimal(0))
    premises = sum((row.premises for row in balances if row.house), Decimal(0))
    change = figures.change(metered, premises)
    if change is None:
        return "Показаний общедомовых счётчиков по этой услуге за эти месяцы нет."
    told = figures.describe_change(change)
    if told == "столько же":
        return "Общедомовые счётчики показали столько же, сколько квартиры вместе."
    amount = _format(abs(metered - premises))
    return f"Общедомовые счётчики показали {told}, чем квартиры вместе: разница {amount} {unit}."


def _build_methods(context: Context, uses: tuple[Sequence[Use], Sequence[Use]]) -> Panel:
    columns = _with_change(
        context,
        (
            figures.share_column("По счётчику", 0, 3),
            figures.share_column("По среднему, без показаний", 1, 3, is_good=False),
            figures.share_column("По нормативу", 2, 3, is_good=False),
        ),
        "По среднему и нормативу",
        Unit.POINTS,
        _compute_methods_change,
        is_good=False,
    )
    table = _divide(
        context, columns, uses, lambda row: (row.metered, row.averaged, row.by_norm, row.accounts)
    )
    if table and context.view.place.house is None:
        table = _sort(table, 2)
    return Panel(
        key="consumption.methods",
        question="Какая часть счетов без показаний и по нормативу?",
        answer=_answer_methods(uses[0]),
        explanation=METHODS,
        table=table if is_measured(uses[0]) else None,
    )


def _compute_methods_change(values: Values) -> Decimal | None:
    now, before = (
        None if part[1] is None or part[2] is None else figures.share(part[1] + part[2], part[3])
        for part in (values[:4], values[4:])
    )
    return figures.difference(now, before)


def is_measured(uses: Sequence[Use]) -> bool:
    """Tell whether volumes are found by meters of flats, by averages or by norms at all."""
    return any(row.metered or row.averaged or row.by_norm for row in uses)


def _answer_methods(uses: Sequence[Use]) -> str:
    months = [row for row in uses if row.period]
    counts = [
        sum((getattr(row, name) for row in months), Decimal(0))
        for name in ("metered", "averaged", "by_norm", "accounts")
    ]
    if not is_measured(uses):
        return "Объём этой услуги определяют не по счётчикам квартир и не по нормативу."
    metered, averaged, by_norm = (
        figures.format_share(figures.share(count, counts[3])) for count in counts[:3]
    )
    return (
        f"По счётчику считают {metered} счетов, по среднему, без показаний, – {averaged}, "
        f"по нормативу – {by_norm}."
    )


def _build_outliers(
    context: Context, unit: str, uses: Sequence[Use], balances: Sequence[Balance]
) -> Panel | None:
    if context.view.place.house is not None:
        return None
    houses = _list_figures(context, uses, balances)
    usual = outliers.find_usual_figures(tuple(houses.values()))
    found = {
        house: reason
        for house, known in houses.items()
        if (reason := outliers.describe_outlier(known, usual))
    }
    answer = f"Сравнить дома нельзя: с расходом их меньше {outliers.FEWEST_HOUSES}."
    if usual.per_person:
        count = formats.format_count(len(found), "дом", "дома", "домов")
        answer = f"Выделяются {count} из {len(houses)}." if found else "Ни один дом не выделяется."
        if len(found) == 1:
            answer = f"Выделяется 1 дом из {len(houses)}."
    return Panel(
        key="consumption.outliers",
        question="Какие дома выделяются и почему?",
        answer=answer,
        explanation=OUTLIERS,
        table=_list_outliers(context, unit, houses, found) if found else None,
    )


def _list_figures(
    context: Context, uses: Sequence[Use], balances: Sequence[Balance]
) -> dict[int, HouseFigures]:
    meters = {row.house: figures.change(row.metered, row.premises) for row in balances}
    return {
        row.house: HouseFigures(
            per_person=figures.share(row.own, row.residents),
            balance=meters.get(row.house),
            by_norm=figures.share(row.by_norm, row.accounts),
            averaged=figures.share(row.averaged, row.accounts),
        )
        for row in uses
        if row.house is not None and row.house in context.houses
        if row.house not in context.withheld
    }


def _list_outliers(
    context: Context, unit: str, houses: Mapping[int, HouseFigures], found: Mapping[int, str]
) -> Table:
    """Return the houses that stand out; a reason is a word, so its number is in the values."""
    order = sorted(found, key=lambda house: -(houses[house].per_person or Decimal(0)))
    reasons = {Decimal(place): found[house] for place, house in enumerate(order)}
    lines = tuple(
        Line(
            context.houses[house].name,
            (
                houses[house].per_person,
                houses[house].balance,
                houses[house].by_norm,
                Decimal(place),
            ),
            context.accounts.get(house, 0),
            leads=_context.lead_to(context, house, HOUSE),
        )
        for place, house in enumerate(order)
    )
    columns = (
        Column("Почему", Unit.TEXT, lambda values: reasons[values[3] or Decimal(0)]),
        figures.value_column(f"На человека в месяц, {unit}", Unit.NUMBER, 0),
        figures.value_column("Разница дома и квартир", Unit.CHANGE, 1),
        figures.value_column("По нормативу", Unit.SHARE, 2),
    )
    return Table("Дом", columns, lines)
