"""«Долги» by place: where more is owed, and how old it is there."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Explanation, Line, Panel, Table, Unit
from lib.domain.insight.debt_ages import OLD_DAYS
from lib.domain.insight.hidden_places import Key
from lib.facts.questions import debts as questions
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debtors import OLD, OVERDUE, OVERPAID, OWED
from lib.facts.questions.debts import HouseDebt
from lib.services.insight import _compared, _hidden_debts, _places
from lib.services.insight._context import Context
from lib.services.insight._places import ORGANIZATION
from lib.services.insight.debts import _shown_days
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts._ages import Debts

_Values = tuple[Decimal | None, ...]
_FIGURES = (OWED, OVERDUE, OLD, OVERPAID)  # of the values, in their order


def build_places(context: Context, found: Debts, closed: Sequence[dt.date]) -> tuple[Panel, ...]:
    """Tell where more is owed; streets and houses are shown at a month's end.

    The debts of a house on two days would tell what one of its accounts has paid.
    """
    level = _places.find_level(context)
    if level is None:
        return ()
    at, before = found.at, found.before
    if level is not ORGANIZATION and not at.is_end:
        at = _shown_days.make_end(at)
        before = debt_day.find_day_before(context, closed, at)
    now = _read(context, at)
    earlier = _read(context, before) if before else {}
    values: dict[int, _Values] = {
        house: (*_spread(now.get(house)), then.owed if (then := earlier.get(house)) else None)
        for house in context.houses
        if house in now or house in earlier
    }
    hidden = _find_hidden(context, found, at, before)
    columns = [
        figures.value_column("Долг, ₽", Unit.MONEY, 0),
        figures.share_column("Из него просрочено", 1, 0, is_good=False),
        figures.share_column(f"Старше {OLD_DAYS} дней", 2, 0, is_good=False),
        figures.value_column("Переплата, ₽", Unit.MONEY, 3),
    ]
    if before:
        words = f"Долг {_compared.name_change(context)}"
        columns.append(figures.change_column(words, 0, 4, is_good=False))
    table = _places.divide_by_place(context, columns, values, hidden=hidden)
    if table is None or not values:
        return ()
    lines = sorted(table.lines, key=lambda line: line.values[0] or Decimal(0), reverse=True)
    return (_make_panel(replace(table, lines=tuple(lines)), found, at),)


def _read(context: Context, at: DebtDay) -> Mapping[int, HouseDebt]:
    scope = context.scope.change(since=at.month, until=at.month)
    return {row.house: row for row in questions.sum_by_house(context.facts, scope, at)}


def _spread(row: HouseDebt | None) -> _Values:
    return (row.owed, row.overdue, row.old, row.overpaid) if row else (None,) * 4


def _find_hidden(
    context: Context, found: Debts, at: DebtDay, before: DebtDay | None
) -> Mapping[int, frozenset[Key]]:
    """Return the places that each value is hidden of: few accounts have it, or would be told."""
    of_ends = found.hidden
    if at != found.at:  # a street or a house, at the month's end
        ends = [day.month for day in (at, before) if day and day.is_end]
        of_ends = _hidden_debts.find_hidden_debts(context, ends, is_divided=True)
    now = of_ends if at.is_end else _hidden_debts.find_hidden_on(context, at)
    hidden = {place: now.list_places(figure, at.month) for place, figure in enumerate(_FIGURES)}
    if before:
        then = of_ends if before.is_end else _hidden_debts.find_hidden_on(context, before)
        hidden[len(_FIGURES)] = then.list_places(OWED, before.month)
    return hidden


def _make_panel(table: Table, found: Debts, at: DebtDay) -> Panel:
    day = formats.format_long_date(at.day)
    moment = f"На {day}."
    if at != found.at:
        moment += (
            " Улицы и дома показываются на конец закрытого месяца: по долгу дома за два соседних "
            "дня было бы видно, сколько заплатил один счёт."
        )
    return Panel(
        key="debts.places",
        question="Где должны больше?",
        answer=_answer(table.lines, day),
        explanation=Explanation(
            definition="Долг места, его просроченная и старая части, переплаты.",
            formula="сумма по счетам и группам услуг; дома, где мало счетов, сложены в одну строку",
            moment=moment,
        ),
        chart=_places.draw_places(table, column=0),
        table=table,
    )


def _answer(lines: Sequence[Line], day: str) -> str:
    known = [line for line in lines if line.values[0]]
    if not known:
        return "Показывать нечего: во всех местах должны меньше 10 счетов."
    first = known[0]
    whole = sum((line.values[0] or Decimal(0) for line in known), Decimal(0))
    part = figures.format_share(figures.share(first.values[0], whole))
    words = f"На {day} больше всего должны: {first.name}, {part} показанного долга"
    shares = [(figures.share(line.values[2], line.values[0]), line.name) for line in known]
    told = [(share, name) for share, name in shares if share is not None]
    if not told:
        return f"{words}."
    share, name = max(told, key=lambda pair: pair[0])
    old = figures.format_share(share)
    return f"{words}; самый старый долг – {name}: {old} старше {OLD_DAYS} дней."
