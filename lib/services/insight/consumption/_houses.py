"""«Потребление» by place: consumption, the meter of the house, ways of measuring, outliers."""

from collections.abc import Sequence
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Column, Explanation, Panel, Unit, Values
from lib.facts.questions.consumption import Balance, Use
from lib.services.insight import _places
from lib.services.insight._context import Context
from lib.services.insight.consumption import _outliers
from lib.services.insight.consumption._use_tables import (
    add_change,
    divide_uses,
    list_use_columns,
    sort_lines,
)

USE = Explanation(
    definition="Сколько услуги израсходовано в квартирах, по счётчикам, среднему и нормативам, "
    "как это учёл биллинг; без расхода на общее имущество.",
    formula="на человека: расход ÷ жители, на площадь: расход ÷ площадь квартир × 100; жители и "
    "площадь – всех счетов дома, сложенные по месяцам, за которые расход известен",
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

UNKNOWN = "Расход этой услуги за эти месяцы неизвестен."


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
        _outliers.build_panel(context, unit, uses[0], balances[0]),
    ]
    return [panel for panel in panels if panel]


def _build_use(
    context: Context, unit: str, uses: tuple[Sequence[Use], Sequence[Use]]
) -> Panel | None:
    if context.view.place.house is not None:
        return None  # its months are in the table above
    columns = list_use_columns(context, unit)
    table = divide_uses(context, columns, uses, lambda row: (row.own, row.residents, row.area))
    if table is None:
        return None
    table = sort_lines(table, 1)
    answer = UNKNOWN
    if any(line.values[0] is not None for line in table.lines):
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
        chart=_places.draw_places(table, column=1),
        table=table,
    )


def _format(value: object) -> str:
    rounded = Decimal(str(value)).quantize(Decimal("0.01"))
    return formats.format_number(rounded, places=0)


def _build_balance(
    context: Context, unit: str, balances: tuple[Sequence[Balance], Sequence[Balance]]
) -> Panel:
    columns = add_change(
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
    table = divide_uses(context, columns, balances, lambda row: row[3:])
    if table and context.view.place.house is None:
        table = sort_lines(table, 3)
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
    columns = add_change(
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
    table = divide_uses(
        context, columns, uses, lambda row: (row.metered, row.averaged, row.by_norm, row.accounts)
    )
    if table and context.view.place.house is None:
        table = sort_lines(table, 2)
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
