"""«Обращения» by place: for a thousand accounts, and the houses where they grow."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit
from lib.facts.questions import appeals as questions
from lib.services.insight import _places
from lib.services.insight._context import Context
from lib.services.insight._places import HOUSE
from lib.services.insight._shared_accounts import COMPARED, get_spans

PLACES = Explanation(
    definition="Сколько обращений отправили из домов места. Дом показан целиком: о чём и кто "
    "писал, по домам не показывается. Обращения из домов других организаций не входят.",
    formula="обращения ÷ лицевые счета в последнем месяце вида × 1 000",
    moment="За месяцы вида, по дню отправки.",
)
_MOST = 10
_ZERO = Decimal(0)


def build_panels(context: Context) -> list[Panel]:
    """Answer the questions about places; a house is not divided."""
    if context.view.place.house is not None:
        return []
    rows = questions.count_by_house(context.facts, get_spans(context))
    now, before = (
        {row.house: row.appeals for row in rows if row.is_now is is_now} for is_now in (True, False)
    )
    # without one appeal before, the portal was not there yet
    values: dict[int, tuple[Decimal | None, ...]] = {
        house: (
            now.get(house, _ZERO),
            Decimal(context.accounts.get(house, 0)),
            before.get(house, _ZERO) if before and house not in context.unlike else None,
        )
        for house in context.houses
    }
    return [_build_places(context, values), _build_houses(context, values)]


def _list_columns(context: Context) -> tuple[Column, ...]:
    columns: tuple[Column, ...] = (
        figures.value_column("Обращений", Unit.COUNT, 0),
        Column("На 1 000 счетов", Unit.NUMBER, _compute_rate),
    )
    if context.scope_before is None:
        return columns
    word = COMPARED[context.view.compared]
    return (
        *columns,
        figures.value_column(f"Было: {word}", Unit.COUNT, 2),
        figures.change_column("Изменение", 0, 2, is_good=False),
    )


def _compute_rate(values: Sequence[Decimal | None]) -> Decimal | None:
    rate = figures.share(values[0], values[1])
    return None if rate is None else rate * 1000


def _build_places(context: Context, values: dict[int, tuple[Decimal | None, ...]]) -> Panel:
    table = _places.divide_by_place(context, _list_columns(context), values)
    if table:
        ranked = sorted(table.lines, key=lambda line: -(_compute_rate(line.values) or _ZERO))
        table = replace(table, lines=tuple(ranked))
    lines = table.lines if table else ()
    rated = [(rate, line.name) for line in lines if (rate := _compute_rate(line.values))]
    answer = "Из мест, которые можно показать, обращений не было."
    if rated:
        most, name = max(rated)
        count = formats.format_number(most.quantize(Decimal("0.1")), places=0)
        answer = f"Чаще всего пишут: {name}, {count} на 1 000 счетов."
    return Panel(
        key="appeals.places",
        question="Откуда пишут чаще?",
        answer=answer,
        explanation=PLACES,
        chart=_places.draw_places(table, column=1),
        table=table,
    )


def _build_houses(context: Context, values: dict[int, tuple[Decimal | None, ...]]) -> Panel:
    is_compared = any(before is not None for _, _, before in values.values())
    ranked = sorted(
        (house for house in values if house not in context.withheld),
        key=lambda house: (-_measure_growth(values[house]), context.houses[house].name),
    )
    grown = [house for house in ranked if _measure_growth(values[house]) > 0][:_MOST]
    lines = tuple(
        Line(
            context.houses[house].name,
            values[house],
            context.accounts.get(house, 0),
            leads=_places.lead_to(context, house, HOUSE),
        )
        for house in grown
    )
    return Panel(
        key="appeals.houses",
        question="В каких домах обращений стало больше?"
        if is_compared
        else "Из каких домов пишут больше?",
        answer=_answer_houses(context, lines, is_compared=is_compared),
        explanation=PLACES,
        table=Table("Дом", _list_columns(context), lines) if lines else None,
    )


def _measure_growth(values: tuple[Decimal | None, ...]) -> Decimal:
    """Return how many appeals more there are; without a compared period, how many there are."""
    return (values[0] or _ZERO) - (values[2] or _ZERO)


def _answer_houses(context: Context, lines: Sequence[Line], *, is_compared: bool) -> str:
    if not lines:
        return "Ни в одном доме обращений не стало больше."
    first = lines[0]
    more = formats.format_count(
        int(_measure_growth(first.values)), "обращение", "обращения", "обращений"
    )
    if not is_compared:
        return f"Больше всего: {first.name}, {more}."
    word = COMPARED[context.view.compared]
    return f"Сильнее всего выросло: {first.name}, на {more} больше, чем {word}."
