"""«Потребление»: all services that are used up, each in its own unit."""

from collections.abc import Sequence
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit, Values
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import COMPARED
from lib.services.insight.consumption._services import UsedService

SERVICES = Explanation(
    definition="Услуги, у которых есть расход: по счётчику квартиры или дома. Каждая в своих "
    "единицах, поэтому строки не складываются.",
    formula="без показаний: счета, где объём взят по среднему или нормативу ÷ все счета с услугой",
    moment="За месяцы вида. Строка открывает услугу.",
)


def build_panel(
    context: Context, shown: Sequence[UsedService], shown_before: Sequence[UsedService]
) -> Panel:
    """Answer how much of each service is used; a line opens its service."""
    before = {service.title: service.values for service in shown_before}
    lines = tuple(
        Line(
            service.title,
            (*service.values, *before.get(service.title, (None,) * 4)),
            service.fewest,
            leads=context.view.change(service=service.name, sort=None),
        )
        for service in shown
    )
    columns = [
        figures.value_column("Расход", Unit.NUMBER, 0),
        Column("На человека в месяц", Unit.NUMBER, lambda values: figures.share(*values[:2])),
        figures.share_column("Без показаний и по нормативу", 3, 2, is_good=False),
    ]
    if context.scope_before:
        word = COMPARED[context.view.compared]
        columns.append(Column(f"Расход на человека, {word}", Unit.CHANGE, _compute_change))
    return Panel(
        key="consumption.services",
        question="Сколько расходуют каждой услуги?",
        answer=_answer_services(context, lines),
        explanation=SERVICES,
        table=Table("Услуга", tuple(columns), lines) if lines else None,
    )


def _compute_change(values: Values) -> Decimal | None:
    now, before = figures.share(*values[:2]), figures.share(*values[4:6])
    return figures.change(now, before)


def _answer_services(context: Context, lines: Sequence[Line]) -> str:
    known = [line for line in lines if line.values[0] is not None]
    if not known:
        return "За эти месяцы нет расхода услуг, который можно показать."
    changes = [
        (abs(change), change, line.name.rpartition(",")[0])
        for line in known
        if (change := _compute_change(line.values)) is not None
    ]
    if not changes:
        count = formats.format_count(len(known), "услуги", "услуг", "услуг")
        return f"Расход есть у {count}."
    _, change, name = max(changes)
    told = figures.describe_change(change)
    word = COMPARED[context.view.compared]
    return f"Сильнее всего изменился расход на человека: {name}, {told}, чем {word}."
