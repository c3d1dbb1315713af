"""«Платежи»: what part of a month's charge was paid by each day after it, and how soon."""

import calendar
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
    Mark,
    Panel,
    Series,
    Table,
    Unit,
    Values,
)
from lib.domain.insight.debt_ages import DUE_DAY
from lib.domain.insight.runs import THIRDS, Run
from lib.facts.questions import payers
from lib.facts.questions.payers import PayingDay
from lib.services.insight.payments.received import Receipts

_CURVE = Explanation(
    definition="Какую часть начисленного за месяц оплатили к каждому дню следующего месяца. "
    "Считаются все платежи следующего месяца, и за старые долги тоже, поэтому доля бывает больше "
    "100 %. Дни, в которые платили меньше 10 счетов, сложены с соседними.",
    formula="платежи с 1-го числа по этот день ÷ начислено за месяц перед ними вместе с пенями; "
    "обычно – сумма таких платежей за 12 месяцев до него ÷ сумма начисленного за них",
    moment="За последний месяц вида; платежи по дню оплаты. Срок оплаты – 10-е число.",
)
_SOON = Explanation(
    definition="За сколько дней после конца месяца счёт оплачивает начисленное: начисление или, "
    "если он меньше, долг на конец месяца. Счета без долга не считаются, счета, не оплатившие за "
    "месяц, считаются последними. Способ оплаты не учитывается.",
    formula="медиана: день, к которому всё начисленное оплатила половина счетов",
    moment="Начислено за месяц перед последним месяцем вида, оплачено в последнем.",
)
_MONTHS, _LONGEST = 12, 31
_BOUNDS = tuple(map(Decimal, (1000, 3000, 5000, 10000)))


def build_curve(receipts: Receipts) -> Panel:
    """Answer what part of the last month's charge was paid by each day after it."""
    charged = receipts.scope.until
    parts = receipts.divide_month(periods.add_months(charged, 1))
    has_charge = charged in receipts.charges
    lines = tuple(_make_point(receipts, charged, part) for part in parts) if has_charge else ()
    is_paid = any(line.values[0] for line in lines)
    columns = (
        figures.value_column("Оплачено с начала месяца, ₽", Unit.MONEY, 0),
        figures.share_column("Доля начисленного", 0, 1, is_good=True),
        figures.share_column("Обычно", 2, 3),
        figures.points_column("Разница", (0, 1), (2, 3), is_good=True),
    )
    return Panel(
        key="payments.curve",
        question="Когда платят после начисления?",
        answer=_answer_curve(receipts, lines if is_paid else ()),
        explanation=_CURVE,
        chart=_draw_curve(receipts, parts, lines) if is_paid else None,
        table=Table("По какое число", columns, lines) if is_paid else None,
    )


def _make_point(receipts: Receipts, charged: dt.date, part: Run) -> Line:
    paid = receipts.sum_month(periods.add_months(charged, 1), until=part.last)
    usual = _sum_usual(receipts, charged, part.last)
    values = (paid, receipts.charges[charged].charged, *usual)
    return Line(f"{part.last}-е", values, part.accounts, order=Decimal(part.last))


def _sum_usual(receipts: Receipts, charged: dt.date, day: int) -> tuple[Decimal, Decimal]:
    """Return what was paid by a day after the twelve charges before, and these charges."""
    months = [periods.add_months(charged, -back) for back in range(1, _MONTHS + 1)]
    known = [
        month
        for month in months
        if month in receipts.charges and receipts.sum_month(periods.add_months(month, 1))
    ]
    paid = [receipts.sum_month(periods.add_months(month, 1), until=day) for month in known]
    charges = [receipts.charges[month].charged for month in known]
    return sum(paid, Decimal(0)), sum(charges, Decimal(0))


def _answer_curve(receipts: Receipts, lines: Sequence[Line]) -> str:
    charged = receipts.scope.until
    month = formats.format_period(charged)
    if charged not in receipts.charges:
        return f"За {month} начислений нет."
    if not lines:
        if receipts.sum_month(periods.add_months(charged, 1)):
            return "Дни не показаны: за месяц платят меньше 10 счетов."
        return f"Начисленное за {month} ещё не оплачивали."
    due = next((line for line in lines if line.order == DUE_DAY), lines[-1])
    word = "К сроку, 10-му числу," if due.order == DUE_DAY else f"К {due.order}-му числу"
    paid, usual = (figures.share(*due.values[place : place + 2]) for place in (0, 2))
    words = f"{word} оплатили {figures.format_share(paid)} начисленного за {month}"
    if usual is not None:
        words += f" против {figures.format_share(usual)} обычно"
    if lines[-1] is not due:
        end = figures.format_share(figures.share(*lines[-1].values[:2]))
        words += f"; к {lines[-1].order}-му – {end}"
    return f"{words}."


def _draw_curve(receipts: Receipts, parts: Sequence[Run], lines: Sequence[Line]) -> Chart:
    charged = receipts.scope.until
    paid_in = periods.add_months(charged, 1)
    now = [figures.share(*line.values[:2]) for line in lines]
    usual = [figures.share(*line.values[2:]) for line in lines]
    axis = [str(part.last) for part in parts]
    end = calendar.monthrange(paid_in.year, paid_in.month)[1]
    coming = sorted({min(last, end) for _, last in THIRDS if min(last, end) > parts[-1].last})
    later = [figures.share(*_sum_usual(receipts, charged, day)) for day in coming]
    series = [
        Series("обычно", (*usual, *later), Mark.PALE_LINE),
        Series(formats.format_month(paid_in), (*now, *(None for _ in coming)), Mark.LINE),
    ]
    base, last = now[-1], usual[-1]
    if coming and base is not None and last is not None:
        hoped = [None if share is None else base + share - last for share in later]
        series.append(Series("ожидание", (*(None for _ in now[1:]), base, *hoped), Mark.DASHED))
    axis += [str(day) for day in coming]
    notes = ((str(DUE_DAY), "срок оплаты, 10-е"),) if str(DUE_DAY) in axis else ()
    return Chart(tuple(axis), tuple(series), Unit.SHARE, notes=notes)


def build_paying_days(receipts: Receipts) -> Panel:
    """Answer how many days it takes to pay a charge, by what is to be paid."""
    paid_in = receipts.scope.until
    charged_in = periods.add_months(paid_in, -1)
    rows = payers.count_paying_days(
        receipts.context.facts,
        receipts.scope,
        charged_in=charged_in,
        paid_in=paid_in,
        bounds=_BOUNDS,
    )
    lines = tuple(
        Line(_name_band(band), values, int(sum(values)), order=Decimal(band))
        for band in range(len(_BOUNDS) + 1)
        if any(values := _count_days(rows, band))
    )
    columns = (
        Column("Счетов", Unit.COUNT, count_accounts),
        Column("Медиана, дней", Unit.DAYS, find_median, is_good=False),
        Column("К 10-му числу", Unit.SHARE, lambda values: _share_by(values, DUE_DAY)),
        Column("За месяц", Unit.SHARE, lambda values: _share_by(values, _LONGEST)),
    )
    accounts = sum(line.accounts for line in lines)
    total = Line("Всего", privacy.add_values(lines), accounts) if lines else None
    table = Table("К оплате", columns, lines, total=total)
    is_few = accounts < privacy.FEWEST
    table = privacy.withhold_lines(table)
    return Panel(
        key="payments.paying_days",
        question="За сколько дней оплачивают начисленное?",
        answer=_answer_days(charged_in, None if is_few else total),
        explanation=_SOON,
        chart=None if is_few or not table.lines else _draw_days(table.lines),
        table=None if is_few else table,
    )


def _count_days(rows: Sequence[PayingDay], band: int) -> tuple[Decimal, ...]:
    """Return how many accounts had paid on each day, and last, how many had not."""
    counts = {row.day: row.accounts for row in rows if row.band == band}
    return tuple(Decimal(counts.get(day, 0)) for day in (*range(1, _LONGEST + 1), None))


def _name_band(band: int) -> str:
    bounds = [formats.format_number(bound, places=0) for bound in _BOUNDS]
    if band == 0:
        return f"до {bounds[0]} ₽"
    if band == len(bounds):
        return f"от {bounds[-1]} ₽"
    return f"{bounds[band - 1]}–{bounds[band]} ₽"


def count_accounts(values: Values) -> Decimal:
    """Return how many accounts there are, given how many had paid on each day and how many not."""
    return sum((value for value in values if value), Decimal(0))


def find_median(values: Values) -> Decimal | None:
    """Return the day by which half of the accounts had paid; None if fewer than half have."""
    half, paid = count_accounts(values) / 2, Decimal(0)
    for day, value in enumerate(values[:-1], start=1):
        paid += value or 0
        if paid and paid >= half:
            return Decimal(day)
    return None


def _share_by(values: Values, day: int) -> Decimal | None:
    paid = sum((value for value in values[:-1][:day] if value), Decimal(0))
    return figures.share(paid, count_accounts(values))


def _answer_days(charged_in: dt.date, total: Line | None) -> str:
    month = formats.format_period(charged_in)
    if total is None:
        return f"За {month} платить нечего или платят меньше 10 счетов."
    median = find_median(total.values)
    due, end = (figures.format_share(_share_by(total.values, day)) for day in (DUE_DAY, _LONGEST))
    if median is None:
        return f"Начисленное за {month} за месяц оплатили меньше половины счетов: {end}."
    days = formats.format_count(int(median), "день", "дня", "дней")
    return (
        f"Начисленное за {month} половина счетов оплатила за {days}; к 10-му числу – {due}, "
        f"за месяц – {end}."
    )


def _draw_days(lines: Sequence[Line]) -> Chart:
    series = (
        Series("к 10-му числу", tuple(_share_by(line.values, DUE_DAY) for line in lines)),
        Series(
            "за месяц", tuple(_share_by(line.values, _LONGEST) for line in lines), Mark.PALE_BARS
        ),
    )
    return Chart(tuple(line.name for line in lines), series, Unit.SHARE)
