"""«Собираемость» by place: who fell behind most, and what is owed there."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lib.domain.insight import figures
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit
from lib.domain.insight.debt_ages import OLD_DAYS
from lib.domain.insight.hidden_places import Key
from lib.facts.questions import collection as questions
from lib.facts.questions import debts
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debtors import OLD, OWED
from lib.services.insight import _compared, _hidden_debts, _places
from lib.services.insight._context import Context
from lib.services.insight._places import HOUSE, ORGANIZATION
from lib.services.insight.debts import day as debt_day

_Values = Mapping[int, tuple[Decimal | None, ...]]
_CHANGE = 3
# the gender of a street's kind, for the sentence: «отстала ул. Гражданская»
_FEMININE = ("ул", "наб", "пл", "алл", "линия")
_MASCULINE = ("пр", "пер", "б-р", "бул", "тракт", "туп")


def build_places(context: Context, explanation: Explanation) -> tuple[Panel | None, str]:
    """Return the panel of places, and the words about the place that fell behind most.

    The view of a house has no parts: there is neither.
    """
    end = debt_day.find_end(debt_day.list_closed(context), context.view.until)
    table = _places.divide_by_place(
        context,
        _list_columns(context),
        _read_values(context, end),
        hidden=_find_hidden(context, end),
    )
    if table is None:
        return None, ""
    place = _CHANGE if context.scope_before else 2
    measured = [(_get(table, line, place), line) for line in table.lines]
    ranked = sorted(measured, key=lambda pair: (pair[0] is None, pair[0] or 0))
    ordered = replace(table, lines=tuple(line for _, line in ranked))
    panel = Panel(
        key="collection.places",
        question="Где отстали сильнее всего?",
        answer=_answer(context, ordered),
        explanation=replace(
            explanation,
            definition=f"{explanation.definition} Рядом – долг на конец последнего месяца вида "
            f"и его часть, просроченная больше {OLD_DAYS} дней.",
        ),
        chart=_places.draw_places(ordered, column=2),
        table=ordered,
    )
    return panel, _name_lagging(context, ordered)


def _get(table: Table, line: Line, place: int) -> Decimal | None:
    cell = table.compute_cells(line)[place]
    return cell if isinstance(cell, Decimal) else None


def _list_columns(context: Context) -> tuple[Column, ...]:
    columns = [
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
    ]
    if context.scope_before is not None:
        name = _compared.name_change(context).capitalize()
        columns.append(figures.points_column(name, (1, 0), (3, 2), is_good=True))
    columns += [
        figures.value_column("Долг, ₽", Unit.MONEY, 4),
        figures.share_column(f"Из него старше {OLD_DAYS} дней", 5, 4, is_good=False),
    ]
    return tuple(columns)


def _find_hidden(context: Context, end: DebtDay | None) -> Mapping[int, frozenset[Key]]:
    """Return the places that the debt and its old part are hidden of."""
    if end is None:
        return {}
    found = _hidden_debts.find_hidden_debts(context, [end.month], is_divided=True)
    return {4: found.list_places(OWED, end.month), 5: found.list_places(OLD, end.month)}


def _read_values(context: Context, end: DebtDay | None) -> dict[int, tuple[Decimal | None, ...]]:
    facts, scope = context.facts, context.scope_before
    now: _Values = {
        row.house: (row.charged, row.paid) for row in questions.sum_by_house(facts, context.scope)
    }
    before: _Values = {}
    if scope:
        before = {
            row.house: (row.charged, row.paid)
            for row in questions.sum_by_house(facts, scope)
            if row.house not in context.unlike
        }
    owed: _Values = {}
    if end:
        owed = {
            row.house: (row.owed, row.old) for row in debts.sum_by_house(facts, context.scope, end)
        }
    nothing = (None, None)
    return {
        house: (*now.get(house, nothing), *before.get(house, nothing), *owed.get(house, nothing))
        for house in context.houses
        if house in now or house in before
    }


def _answer(context: Context, table: Table) -> str:
    known = [line for line in table.lines if _get(table, line, 2) is not None]
    if not known:
        return "Сколько оплачено, биллинг не назвал: сравнить места нельзя."
    first, share = known[0], figures.format_share(_get(table, known[0], 2))
    changed = _get(table, first, _CHANGE) if context.scope_before else None
    if changed is None:
        lowest = min(known, key=lambda line: _get(table, line, 2) or Decimal(0))
        share = figures.format_share(_get(table, lowest, 2))
        return f"Меньше всего собрали: {lowest.name}, {share} начисленного."
    if changed >= 0:
        return f"Ни одно место не отстало; меньше всех прибавили: {first.name}, собрано {share}."
    behind = sum((_get(table, line, _CHANGE) or 0) < 0 for line in known)
    words = _compared.describe_points(context, changed)
    return f"{first.name}: собрано {share}, {words}. Отстали {behind} из {len(known)}."


def _name_lagging(context: Context, table: Table) -> str:
    if context.scope_before is None or not table.lines:
        return ""
    first = table.lines[0]
    changed = _get(table, first, _CHANGE)
    if changed is None or changed >= 0:
        return ""
    return f"сильнее всего {_agree(context, first.name)}"


def _agree(context: Context, name: str) -> str:
    """Return «отстала ул. Гражданская»: the verb agrees with the kind of the place."""
    level = _places.find_level(context)
    if level is ORGANIZATION:
        return f"отстала организация {name}"
    if level is HOUSE:
        return f"отстал дом {name}"
    kind = name.lower()
    if kind.startswith(_MASCULINE):
        return f"отстал {name}"
    return f"отстала {name}" if kind.startswith(_FEMININE) else f"отстала улица «{name}»"
