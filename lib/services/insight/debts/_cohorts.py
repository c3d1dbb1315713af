"""«Долги» over time: who fell behind and has paid since; and how concentrated the debt is."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Cell,
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
from lib.facts.questions import debt_moves
from lib.facts.questions import debts as questions
from lib.facts.questions.debt_moves import Cohort
from lib.facts.questions.debts import Concentration
from lib.services.insight._context import Context
from lib.services.insight.debts._ages import Debts

LATER = (1, 3, 6, 12)
_MOST_COHORTS, _FEWEST_POINTS = 24, 3
_NOTHING: tuple[Decimal | None, ...] = (None,) * (len(LATER) + 1)
_AGO = {1: "через месяц", 3: "через 3 месяца", 6: "через полгода", 12: "через год"}


def build_cohorts(context: Context, found: Debts, closed: Sequence[dt.date]) -> Panel | None:
    """Tell how many of those who fell behind have paid; None before the second closed month."""
    question = "Сколько вновь отставших рассчитались?"
    until = found.at.month
    months = [
        month
        for month in closed
        if context.view.since <= month <= until and periods.add_months(month, -1) in closed
    ][-_MOST_COHORTS:]
    if not months:
        return None
    explanation = Explanation(
        definition="Счета, у которых на конец прошлого месяца просроченного долга не было, а на "
        "конец этого есть; рассчитался – на конец одного из следующих месяцев просроченного "
        "долга снова нет.",
        formula="рассчитались через столько месяцев ÷ отстали в этом месяце; если за разницей "
        "меньше 10 счетов, она не показывается",
        moment=f"По концам месяцев до {formats.format_period_genitive(until)}, по всем услугам "
        "счёта вместе.",
    )
    if context.view.group or context.view.service:
        answer = "По отдельной услуге не считается: снимите фильтр услуг."
        return Panel("debts.cohorts", question, answer, explanation)
    rows = debt_moves.count_cohorts(context.facts, context.scope, months=months, until=until)
    lines = tuple(_make_line(row, until) for row in rows)
    table = privacy.withhold_lines(
        Table("Отстали", (_SIZE, *map(_make_column, range(1, len(LATER) + 1))), lines)
    )
    # what was paid by different times does not add up
    table = Table(table.heading, table.columns, table.lines)
    return Panel(
        "debts.cohorts",
        question,
        _answer_cohorts(rows, table.lines, until),
        explanation,
        chart=_draw_cohorts(table.lines) if table.lines else None,
        table=table if table.lines else None,
    )


def _make_line(row: Cohort, until: dt.date) -> Line:
    paid = _get_paid(row)
    values: list[Decimal | None] = [Decimal(row.accounts)]
    shown = 0
    for later, count in zip(LATER, paid, strict=True):
        is_over = periods.add_months(row.period, later) <= until
        # what is shown must not tell of few accounts, nor the difference from what is shown
        is_large = all(
            part == 0 or part >= privacy.FEWEST for part in (count - shown, row.accounts - count)
        )
        if is_over and is_large:
            shown = count
            values.append(Decimal(count))
        else:
            values.append(None)
    name = formats.format_month(row.period)
    return Line(name, tuple(values), row.accounts, order=row.period)


_SIZE = figures.value_column("Счетов", Unit.COUNT, 0)


def _make_column(place: int) -> Column:
    def compute(values: Values) -> Cell:
        return figures.share(values[place], values[0])

    words = _AGO[LATER[place - 1]]
    return Column(f"Рассчитались {words}", Unit.SHARE, compute, is_good=True)


def _answer_cohorts(rows: Sequence[Cohort], lines: Sequence[Line], until: dt.date) -> str:
    if not lines:
        return "Вновь отставших мало: группы меньше 10 счетов не показываются."
    shown = {line.order: line.values for line in lines}
    told = []
    for place, later in enumerate(LATER, start=1):
        over = [row for row in rows if periods.add_months(row.period, later) <= until]
        hidden = [row for row in over if shown.get(row.period, _NOTHING)[place] is None]
        # together they must not tell of few accounts by what their cells leave out
        if over and _is_large(over, place) and _is_large(hidden, place):
            paid = sum(_get_paid(row)[place - 1] for row in over)
            size = sum(row.accounts for row in over)
            share = figures.share(Decimal(paid), Decimal(size))
            told.append(f"{_AGO[later]} – {figures.format_share(share)}")
    if not told:
        return "Сколько отставших рассчитались, пока не показать: за каждой долей мало счетов."
    return f"Из вновь отставших рассчитались: {', '.join(told)}."


def _is_large(rows: Sequence[Cohort], place: int) -> bool:
    paid = sum(_get_paid(row)[place - 1] for row in rows)
    size = sum(row.accounts for row in rows)
    return all(part == 0 or part >= privacy.FEWEST for part in (paid, size - paid))


def _get_paid(row: Cohort) -> tuple[int, int, int, int]:
    return row.paid_1, row.paid_3, row.paid_6, row.paid_12


def _draw_cohorts(lines: Sequence[Line]) -> Chart | None:
    series = []
    for place, later in enumerate(LATER, start=1):
        values = tuple(figures.share(line.values[place], line.values[0]) for line in lines)
        if sum(value is not None for value in values) >= _FEWEST_POINTS:
            series.append(Series(_AGO[later], values, Mark.LINE))
    if len(series) <= 1:  # one line alone says nothing of the others that the answer tells of
        return None
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    return Chart(names, tuple(series), Unit.SHARE)


def build_concentration(context: Context, found: Debts) -> Panel | None:
    """Tell what part of the debt the largest debtors owe; None if few owe anything."""
    if found.is_few:
        return None
    scope = context.scope.change(since=found.at.month, until=found.at.month)
    row = questions.sum_largest(context.facts, scope, found.at)
    lines = _list_largest(row)
    if not lines:
        return None
    columns = (
        figures.value_column("Счетов", Unit.COUNT, 0),
        figures.value_column("Долг, ₽", Unit.MONEY, 1),
        figures.share_column("Доля долга", 1, 2),
        Column("В среднем на счёт, ₽", Unit.MONEY, _compute_average),
    )
    return Panel(
        key="debts.concentration",
        question="Насколько долг сосредоточен?",
        answer=_answer_largest(lines),
        explanation=Explanation(
            definition="Какую часть долга должны счета с самым большим долгом.",
            formula="долг самых больших должников ÷ весь долг; доля должников округляется вниз до "
            "целого счёта, группы меньше 10 счетов не показываются",
            moment=f"На {found.day}.",
        ),
        table=Table("Самые большие должники", columns, tuple(lines)),
    )


def _list_largest(row: Concentration) -> list[Line]:
    tops = dict(zip(questions.SHARES, (row.top_1, row.top_5, row.top_10), strict=True))
    lines: list[Line] = []
    shown = 0
    for share, owed in tops.items():
        count = row.debtors * share // 100
        if count - shown >= privacy.FEWEST and row.debtors - count >= privacy.FEWEST:
            values = (Decimal(count), owed, row.owed)
            lines.append(Line(f"{share} % должников", values, count, order=share))
            shown = count
    if row.debtors >= privacy.FEWEST:
        values = (Decimal(row.debtors), row.owed, row.owed)
        lines.append(Line("Все должники", values, row.debtors, order=100))
    return lines


def _compute_average(values: Values) -> Cell:
    count, owed = values[0], values[1]
    return None if not count or owed is None else (owed / count).quantize(Decimal("0.01"))


def _answer_largest(lines: Sequence[Line]) -> str:
    *tops, whole = lines
    average = figures.format_large(Decimal(str(_compute_average(whole.values) or 0)))
    debtors = formats.format_count(whole.accounts, "счёт", "счёта", "счетов")
    if not tops:
        return f"Должны {debtors}, в среднем {average}; для доли самых больших их мало."
    part = figures.format_share(figures.share(tops[0].values[1], whole.values[1]))
    return f"{tops[0].name} должны {part} всего долга; в среднем должник должен {average}."
