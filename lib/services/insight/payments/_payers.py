"""«Платежи»: seasons, and who pays every month, again, for the first time, or not at all."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Column,
    Explanation,
    Line,
    Panel,
    Series,
    Table,
    Unit,
)
from lib.facts.questions import payers
from lib.services.insight._shared_accounts import COMPARED
from lib.services.insight.payments.received import Receipts

_SEASONS = Explanation(
    definition="Сколько в среднем приходит в каждый месяц года. Отопительный сезон – с октября по "
    "апрель.",
    formula="средняя сумма платежей месяца ÷ средняя сумма платежей за все эти месяцы",
    moment="За последние 36 закрытых месяцев до конца вида или сколько их есть, по дню оплаты.",
)
_HABITS = Explanation(
    definition="Платит – значит, биллинг учёл за месяц оплату больше нуля. Каждый месяц: и в "
    "каждом из трёх месяцев до него; снова: хотя бы раз за двенадцать месяцев до него; впервые: "
    "ни разу за них; пропустил: платил в трёх месяцах до него, а в этом нет; давно не платит: ни "
    "в одном из этих четырёх.",
    formula="число таких счетов ÷ число всех счетов",
    moment="За последний месяц вида. Фильтры по услугам и способу здесь не действуют.",
)
_MONTHS, _RECENT, _YEAR = 36, 3, 12
_HEATING = (10, 11, 12, 1, 2, 3, 4)
_NAMES = {
    "regular": "платят каждый месяц",
    "again": "заплатили снова",
    "first": "заплатили впервые за год",
    "missed": "пропустили месяц",
    "silent": "давно не платят",
}


def build_seasons(receipts: Receipts) -> Panel:
    """Answer how receipts go with the seasons."""
    first = periods.add_months(receipts.scope.until, -_MONTHS)
    sums = [(period, receipts.sum_month(period)) for period in receipts.charges if period > first]
    paid = [(period, amount) for period, amount in sums if amount]
    is_whole = len({period.month for period, _ in paid}) == _YEAR
    mean = sum((amount for _, amount in paid), Decimal(0)) / len(paid) if paid else Decimal(0)
    lines = _list_seasons(receipts, paid) if is_whole else ()
    is_shown = bool(lines) and not privacy.find_withheld({n.name: n.accounts for n in lines})
    lines = lines if is_shown else ()
    columns = (
        Column("Сезон", Unit.TEXT, lambda values: "отопительный" if values[2] else "тёплый"),
        Column("В среднем за месяц, ₽", Unit.MONEY, lambda values: _average(values[0], values[1])),
        Column(
            "К среднему месяцу",
            Unit.CHANGE,
            lambda values: figures.change(_average(values[0], values[1]), mean),
        ),
        figures.value_column("Месяцев в расчёте", Unit.COUNT, 1),
    )
    return Panel(
        key="payments.seasons",
        question="Как оплата зависит от сезона?",
        answer=_answer_seasons(lines),
        explanation=_SEASONS,
        chart=_draw_seasons(lines) if lines else None,
        table=Table("Месяц года", columns, lines) if lines else None,
    )


def _list_seasons(receipts: Receipts, paid: Sequence[tuple[dt.date, Decimal]]) -> tuple[Line, ...]:
    lines = []
    for number in range(1, _YEAR + 1):
        known = [(period, amount) for period, amount in paid if period.month == number]
        values = (
            sum((amount for _, amount in known), Decimal(0)),
            Decimal(len(known)),
            Decimal(number in _HEATING),
        )
        accounts = min(receipts.count_payers(period).get("", 0) for period, _ in known)
        name = formats.format_month(known[0][0]).split()[0]
        lines.append(Line(name, values, accounts, order=Decimal(number)))
    return tuple(lines)


def _average(amount: Decimal | None, count: Decimal | None) -> Decimal | None:
    return None if amount is None or not count else (amount / count).quantize(Decimal("0.01"))


def _answer_seasons(lines: Sequence[Line]) -> str:
    if not lines:
        return "Сезоны видны, когда в каждый из двенадцати месяцев года платили хотя бы 10 счетов."
    heating, warm = (
        _average(
            *privacy.add_values([line for line in lines if bool(line.values[2]) is is_cold])[:2]
        )
        if any(bool(line.values[2]) is is_cold for line in lines)
        else None
        for is_cold in (True, False)
    )
    most = max(lines, key=lambda line: _average(*line.values[:2]) or 0)
    told = figures.describe_change(figures.change(heating, warm))
    words = f"В отопительный сезон приходит в среднем {figures.format_large(heating)} в месяц"
    words += f", {told}, чем в тёплое время" if told else ""
    return f"{words}; больше всего – {most.name}."


def _draw_seasons(lines: Sequence[Line]) -> Chart:
    sums = [(_average(*line.values[:2]), bool(line.values[2])) for line in lines]
    series = (
        Series("отопительный сезон", tuple(amount if cold else None for amount, cold in sums)),
        Series("тёплое время", tuple(None if cold else amount for amount, cold in sums)),
    )
    return Chart(tuple(line.name[:3] for line in lines), series, Unit.MONEY, is_stacked=True)


def build_habits(receipts: Receipts) -> Panel:
    """Answer who pays every month, and who has begun or stopped."""
    months = _list_known(receipts)
    rows = payers.count_habits(receipts.context.facts, receipts.scope, months) if months else []
    now, before = (
        {row.habit: (Decimal(row.accounts), row.paid) for row in rows if row.period == month}
        for month in (receipts.scope.until, months[-1] if len(months) > 1 else None)
    )
    totals = tuple(
        sum((accounts for accounts, _ in habits.values()), Decimal(0)) for habits in (now, before)
    )
    lines = tuple(
        Line(
            name,
            (*now.get(habit, (None, None)), before.get(habit, (None,))[0]),
            min(int(habits[habit][0]) for habits in (now, before) if habit in habits),
        )
        for habit, name in _NAMES.items()
        if habit in now or habit in before
    )
    table = privacy.withhold_lines(Table("Счета", _list_columns(receipts, totals), lines))
    return Panel(
        key="payments.payers",
        question="Кто платит каждый месяц, а кто впервые?",
        answer=_answer_habits(receipts, table, totals[0]),
        explanation=_HABITS,
        table=table if table.lines else None,
    )


def _list_columns(receipts: Receipts, totals: Sequence[Decimal]) -> tuple[Column, ...]:
    columns = [
        figures.value_column("Счетов", Unit.COUNT, 0),
        Column("Доля", Unit.SHARE, lambda values: figures.share(values[0], totals[0])),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
    ]
    if receipts.scope_before:
        word = f"Изменение доли: {COMPARED[receipts.context.view.compared]}"
        columns.append(
            Column(
                word,
                Unit.POINTS,
                lambda values: figures.difference(
                    figures.share(values[0], totals[0]), figures.share(values[2], totals[1])
                ),
            )
        )
    return tuple(columns)


def _list_known(receipts: Receipts) -> list[dt.date]:
    """Return the last month and the compared one, those that have enough months before them."""
    known = []
    for scope in (receipts.scope, receipts.scope_before):
        if scope is None:
            break
        earlier = [periods.add_months(scope.until, -back) for back in range(_RECENT + 1)]
        if any(month not in receipts.charges for month in earlier):
            break
        known.append(scope.until)
    return known


def _answer_habits(receipts: Receipts, table: Table, total: Decimal) -> str:
    if not total:
        return "Это видно, когда закрыты четыре месяца подряд."
    shares = {
        line.name: figures.format_share(figures.share(line.values[0], total))
        for line in table.lines
    }
    known = [f"{name} – {shares[name]}" for name in _NAMES.values() if name in shares]
    month = formats.format_period(receipts.scope.until)
    return f"За {month}: {'; '.join(known)} счетов." if known else "Таких счетов меньше 10."
