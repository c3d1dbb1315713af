"""«Потребление»: the houses that stand out, each with its reason."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures, outliers
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit
from lib.domain.insight.outliers import HouseFigures
from lib.facts.questions.consumption import Balance, Use
from lib.services.insight import _places
from lib.services.insight._context import Context
from lib.services.insight._places import HOUSE

OUTLIERS = Explanation(
    definition="Дома, у которых расход на человека, разница дома и квартир, доля норматива или "
    "доля без показаний сильно отличается от других домов этого места.",
    formula="значение дальше полутора межквартильных размахов от средней половины домов и "
    "отличается от середины: расход – на 20 %, разница – на 5 % расхода квартир, доля – на "
    "10 п. п.; «обычное» – середина (медиана) по домам",
    moment=f"За месяцы вида. Нужно не меньше {outliers.FEWEST_HOUSES} домов.",
)


def build_panel(
    context: Context, unit: str, uses: Sequence[Use], balances: Sequence[Balance]
) -> Panel | None:
    """Answer which houses stand out; None if the view is a house."""
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
            leads=_places.lead_to(context, house, HOUSE),
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
