"""«Обзор»: what moved most since the last month, and the best and the worst houses."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Column,
    Explanation,
    Line,
    Mark,
    Panel,
    Series,
    Table,
    Unit,
)
from lib.facts.questions import collection, places
from lib.facts.questions.collection import HousePaid
from lib.facts.questions.overview import GroupCharged, GroupOwed
from lib.services.insight import _places
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import COMPARED
from lib.services.insight.collection.screen import COLLECTION

_MOVED = Explanation(
    definition="На сколько рублей за месяц изменилось начисленное, оплаченное и долг каждой группы "
    "услуг; показаны десять самых больших изменений.",
    formula="сумма последнего месяца − сумма месяца перед ним; в процентах – к месяцу перед ним",
    moment="Последний месяц вида и месяц перед ним; долг – на их последний день.",
)
_HOUSES = Explanation(
    definition="Пять домов с самой большой и пять с самой малой собираемостью. Дома, в которых "
    "мало счетов, не участвуют.",
    formula=COLLECTION.formula,
    moment=COLLECTION.moment,
)
_MOST, _SIDE = 10, 5
R = TypeVar("R", GroupCharged, GroupOwed)


class _Move(NamedTuple):
    """A figure that moved: its name, its sum now and a month before, and whether more is better."""

    name: str
    now: Decimal
    before: Decimal


def build_months(context: Context, charges: Sequence[GroupCharged]) -> Panel:
    """Answer how much is charged and how much is paid."""
    months = sorted({row.period for row in charges})
    lines = tuple(
        Line(formats.format_month(month), sums, context.all_accounts, order=month)
        for month in months
        for sums in [tuple(sum_rows(charges, month, name) for name in ("charged", "paid"))]
        if context.view.since <= month <= context.view.until
    )
    columns = (
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
    )
    total = Line("Всего", privacy.add_values(lines), context.all_accounts) if lines else None
    return Panel(
        key="overview.months",
        question="Сколько начислили и сколько оплатили?",
        answer=_answer_months(lines, total),
        explanation=COLLECTION,
        chart=_draw_months(lines) if lines else None,
        table=Table("Месяц", columns, lines, total=total) if lines else None,
    )


def sum_rows(rows: Sequence[R], month: object, name: str) -> Decimal | None:
    """Return the sum of a field over the groups of a month; None if it is missing in all."""
    return figures.add(getattr(row, name) for row in rows if row.period == month)


def _answer_months(lines: Sequence[Line], total: Line | None) -> str:
    if total is None:
        return "За эти месяцы начислений нет."
    charged, paid = (figures.format_large(value) for value in total.values)
    if total.values[1] is None:
        return f"Начислили {charged}; сколько оплатили, биллинг не назвал."
    known = [line for line in lines if line.values[1] is not None]
    short = [line for line in known if (line.values[1] or 0) < (line.values[0] or 0)]
    months = formats.format_count(len(short), "месяц", "месяца", "месяцев")
    told = f"меньше начисленного платили {months} из {len(known)}"
    return f"Начислили {charged}, оплатили {paid}; {told}."


def _draw_months(lines: Sequence[Line]) -> Chart:
    series = (
        Series("начислено", tuple(line.values[0] for line in lines), Mark.PALE_BARS),
        Series("оплачено", tuple(line.values[1] for line in lines), Mark.BARS),
    )
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    return Chart(names, series, Unit.MONEY)


def build_moves(
    context: Context, charges: Sequence[GroupCharged], debts: Sequence[GroupOwed]
) -> Panel:
    """Answer what moved most since the month before the last one."""
    moves = [
        *_list_moves(context, charges, "Начислено", lambda row: row.charged),
        *_list_moves(context, charges, "Оплачено", lambda row: row.paid),
    ]
    if context.view.service is None:
        moves += _list_moves(context, debts, "Долг", lambda row: row.owed)
    withheld = _find_withheld(context) if moves else set()
    shown = [move for move in moves if move.name.split(": ", 1)[1] not in withheld]
    shown.sort(key=lambda move: abs(move.now - move.before), reverse=True)
    lines = tuple(
        Line(move.name, (move.before, move.now), context.all_accounts) for move in shown[:_MOST]
    )
    columns = (
        figures.value_column("Месяцем раньше, ₽", Unit.MONEY, 0),
        figures.value_column("Последний месяц, ₽", Unit.MONEY, 1),
        Column("Разница, ₽", Unit.MONEY, lambda values: figures.difference(values[1], values[0])),
        figures.change_column("Изменение за месяц", 1, 0),
    )
    return Panel(
        key="overview.moves",
        question="Что изменилось сильнее всего за месяц?",
        answer=_answer_moves(context, shown),
        explanation=_MOVED,
        table=Table("Что", columns, lines) if lines else None,
    )


def _list_moves(
    context: Context, rows: Sequence[R], word: str, get: Callable[[R], Decimal | None]
) -> list[_Move]:
    until = context.view.until
    earlier = periods.add_months(until, -1)
    now: dict[str, Decimal | None] = {r.group: get(r) for r in rows if r.period == until}
    before: dict[str, Decimal | None] = {r.group: get(r) for r in rows if r.period == earlier}
    if not now or not before:
        return []
    nothing = Decimal(0)  # of a group that a month does not have; what is not known stays missing
    pairs = {
        name: (now.get(name, nothing), before.get(name, nothing))
        for name in dict.fromkeys([*now, *before])
    }
    return [
        _Move(f"{word}: {name}", last, first)
        for name, (last, first) in pairs.items()
        if last is not None and first is not None and (last or first)
    ]


def _find_withheld(context: Context) -> set[str]:
    """Return the groups of few accounts in one of the two months."""
    until = context.view.until
    scope = context.scope.change(since=periods.add_months(until, -1))
    users = places.count_users(context.facts, scope, by="groups")
    return privacy.find_withheld({row.name: row.accounts for row in users})


def _answer_moves(context: Context, moves: Sequence[_Move]) -> str:
    if not moves:
        return "Месяца для сравнения нет."
    move = moves[0]
    told = figures.format_change(figures.change(move.now, move.before))
    moved = figures.format_large(abs(move.now - move.before))
    word = "больше" if move.now > move.before else "меньше"
    if move.now == move.before:
        return "За месяц ничего не изменилось."
    month = formats.format_period(context.view.until)
    name, group = move.name.split(": ", 1)
    name = f"{name.lower()} «{group}»"
    return f"За {month} сильнее всего изменилось: {name}, на {moved} {word} ({told})."


def build_houses(context: Context) -> tuple[Panel, ...]:
    """Answer which houses collect best and worst; a house alone is compared with nothing."""
    if context.view.place.house is not None:
        return ()
    now = collection.sum_by_house(context.facts, context.scope)
    before: Mapping[int, HousePaid] = {}
    if context.scope_before:
        rows = collection.sum_by_house(context.facts, context.scope_before)
        before = {row.house: row for row in rows if row.house not in context.unlike}
    houses = set(context.houses) - context.withheld
    shares = {row.house: figures.share(row.paid, row.charged) for row in now if row.house in houses}
    shown = [row for row in now if shares.get(row.house) is not None]
    shown.sort(key=lambda row: shares[row.house] or Decimal(0), reverse=True)
    chosen = shown if len(shown) <= _MOST else [*shown[:_SIDE], *shown[-_SIDE:]]
    columns = [
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
    ]
    if context.scope_before:
        word = f"Изменение: {COMPARED[context.view.compared]}"
        columns.append(figures.points_column(word, (1, 0), (3, 2), is_good=True))
    names = _name_houses(context, [row.house for row in chosen])
    lines = tuple(
        _make_house(context, names[row.house], row, before.get(row.house)) for row in chosen
    )
    return (
        Panel(
            key="overview.houses",
            question="Какие дома собрали больше и меньше всех?",
            answer=_answer_houses(lines),
            explanation=_HOUSES,
            table=Table("Дом", tuple(columns), lines) if lines else None,
        ),
    )


def _name_houses(context: Context, houses: Sequence[int]) -> dict[int, str]:
    """Return the addresses; where two organisations have one each at it, with the organisation."""
    names = {house: context.houses[house].name for house in houses}
    counts = Counter(names.values())
    return {
        house: name
        if counts[name] == 1
        else f"{name} ({context.organizations.get(context.houses[house].organization, '')})"
        for house, name in names.items()
    }


def _make_house(context: Context, name: str, row: HousePaid, before: HousePaid | None) -> Line:
    return Line(
        name,
        (
            row.charged,
            row.paid,
            before.charged if before else None,
            before.paid if before else None,
        ),
        context.accounts.get(row.house, 0),
        leads=_places.lead_to(context, row.house, _places.HOUSE),
    )


def _answer_houses(lines: Sequence[Line]) -> str:
    if len(lines) < 2:  # noqa: PLR2004 - two can be compared
        return "Домов, которые можно сравнить, нет."
    best, worst = (
        f"{line.name}, {figures.format_share(figures.share(line.values[1], line.values[0]))}"
        for line in (lines[0], lines[-1])
    )
    return f"Больше всех – {best}; меньше всех – {worst}."
