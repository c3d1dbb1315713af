"""«Платежи»: what came in month by month, and day by day."""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from lib.domain import formats
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
from lib.domain.insight.runs import Run
from lib.services.insight._shared_accounts import COMPARED
from lib.services.insight.payments.received import PALE, Receipts

RECEIVED = Explanation(
    definition="Сколько денег пришло от жителей: все платежи, о которых знает портал, за вычетом "
    "возвратов и отмен. Отмена – тоже запись о платеже, с обратной суммой.",
    formula="сумма платежей; средний платёж = сумма ÷ число записей о платежах",
    moment="За месяцы вида; месяц тот, в котором заплатили, а не тот, за который.",
)
_DAYS = Explanation(
    definition="Сколько пришло в каждый день последнего месяца вида. Дни, в которые платили меньше "
    "10 счетов, сложены с соседними.",
    formula="сумма платежей по дню оплаты ÷ сумма платежей за месяц",
    moment="За последний месяц вида; сравнивается с последним месяцем другого периода.",
)
_SHORTEST = 28  # days of the shortest month
_KOPECK = Decimal("0.01")


def build_months(receipts: Receipts) -> Panel:
    """Answer how much came in month by month."""
    lines = tuple(_make_month(receipts, *months) for months in receipts.list_months())
    total = Line("Всего", privacy.add_values(lines), receipts.context.all_accounts)
    columns = list_columns(receipts)
    table = privacy.withhold_lines(Table("Месяц", columns, lines, total=total if lines else None))
    return Panel(
        key="payments.months",
        question="Сколько поступило по месяцам?",
        answer=_answer_months(receipts, total if lines else None),
        explanation=RECEIVED,
        chart=_draw(receipts, table.lines) if table.lines else None,
        table=table if lines else None,
    )


def list_columns(receipts: Receipts) -> tuple[Column, ...]:
    """Return the columns of lines with a sum, a count of payments, and the compared sum."""
    columns = [
        figures.value_column("Поступило, ₽", Unit.MONEY, 0),
        figures.value_column("Платежей", Unit.COUNT, 1),
        Column("Средний платёж, ₽", Unit.MONEY, lambda values: average(values[0], values[1])),
    ]
    return (*columns, *_list_changes(receipts))


def average(amount: Decimal | None, count: Decimal | None) -> Decimal | None:
    """Return an amount for each of a count, to the kopeck."""
    if amount is None or not count:
        return None
    return (amount / count).quantize(_KOPECK, ROUND_HALF_UP)


def _list_changes(receipts: Receipts) -> tuple[Column, ...]:
    if receipts.scope_before is None:
        return ()
    word = f"Изменение: {COMPARED[receipts.context.view.compared]}"
    return (figures.change_column(word, 0, 2, is_good=True),)


def _make_month(receipts: Receipts, period: dt.date, before: dt.date | None) -> Line:
    counts = [receipts.count_payers(month).get("", 0) for month in (period, before) if month]
    values = (
        receipts.sum_month(period),
        receipts.count_payments(period),
        receipts.sum_month(before) if before and counts[-1] else None,
    )
    # behind all that came are those who are charged; nobody paid in the compared month: that
    # hides nothing
    accounts = receipts.context.all_accounts
    if receipts.scope.group or receipts.scope.channel:
        accounts = min((count for count in counts if count), default=0)
    return Line(formats.format_month(period), values, accounts, order=period)


def _answer_months(receipts: Receipts, total: Line | None) -> str:
    if total is None:
        return "За эти месяцы платежей нет."
    now, _, before = total.values
    words = f"Поступило {figures.format_large(now)}"
    told = figures.describe_change(figures.change(now, before))
    if told:
        words += f", {told}, чем {COMPARED[receipts.context.view.compared]}"
    if receipts.context.view.service:
        words += ". Фильтр по услуге здесь не действует: платежи делятся по группам услуг"
    return f"{words}."


def build_days(receipts: Receipts) -> Panel:
    """Answer on which days of the last month people pay."""
    period = receipts.scope.until
    before = receipts.scope_before.until if receipts.scope_before else None
    parts = receipts.divide_month(period)
    if before and parts and not _is_same(parts, receipts.divide_month(before)):
        # days are joined differently; ten days may be the same in both months
        parts = receipts.divide_month(period, by_days=False)
        if not _is_same(parts, receipts.divide_month(before, by_days=False)):
            before = None
    lines = tuple(_make_days(receipts, part, period, before) for part in parts)
    columns = [
        figures.value_column("Поступило, ₽", Unit.MONEY, 0),
        figures.share_column("Доля месяца", 0, 1),
        *(_list_changes(receipts) if before else ()),
    ]
    return Panel(
        key="payments.days",
        question="В какие дни последнего месяца платили?",
        answer=_answer_days(period, lines),
        explanation=_DAYS,
        chart=_draw(receipts, lines, has_before=before is not None) if lines else None,
        table=Table("Дни", tuple(columns), lines) if lines else None,
    )


def _is_same(now: Sequence[Run], before: Sequence[Run]) -> bool:
    """Tell whether two months have the same runs; the last days of a longer month do not count."""
    return [run.first for run in now[:_SHORTEST]] == [run.first for run in before[:_SHORTEST]]


def _make_days(receipts: Receipts, part: Run, period: dt.date, before: dt.date | None) -> Line:
    now, then = (
        receipts.sum_month(month, until=part.last) - receipts.sum_month(month, until=part.first - 1)
        for month in (period, before)
    )
    values = (now, receipts.sum_month(period), then if before else None)
    return Line(part.name, values, part.accounts, order=Decimal(part.first))


def _answer_days(period: dt.date, lines: Sequence[Line]) -> str:
    month = formats.format_period(period)
    best = max(lines, key=lambda line: line.values[0] or 0, default=None)
    if best is None:
        return f"За {month} дни не показаны: за месяц платят меньше 10 счетов."
    if not best.values[0]:
        return f"За {month} платежей нет."
    part = figures.format_share(figures.share(best.values[0], best.values[1]))
    first, _, last = best.name.removesuffix("-е").partition("–")
    days = f"с {first}-го по {last}-е число" if last else f"{first}-го числа"
    return f"За {month} больше всего пришло {days}: {part} денег месяца."


def _draw(receipts: Receipts, lines: Sequence[Line], *, has_before: bool = True) -> Chart:
    ordered = sorted(lines, key=_sort_key)
    series = [Series("этот период", tuple(line.values[0] for line in ordered))]
    if has_before and receipts.scope_before:
        before = tuple(line.values[2] for line in ordered)
        series.append(Series(PALE[receipts.context.view.compared], before, Mark.PALE_BARS))
    return Chart(tuple(_name_point(line) for line in ordered), tuple(series), Unit.MONEY)


def _sort_key(line: Line) -> int:
    if isinstance(line.order, dt.date):
        return line.order.toordinal()
    return int(line.order or 0)


def _name_point(line: Line) -> str:
    if isinstance(line.order, dt.date):
        return formats.format_short_month(line.order)
    return line.name.removesuffix("-е")
