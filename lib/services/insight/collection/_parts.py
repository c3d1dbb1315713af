"""«Собираемость» by the due day, by what is charged for, and against the targets."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Explanation,
    Line,
    Mark,
    Panel,
    Series,
    Table,
    Tile,
    Unit,
)
from lib.domain.insight.debt_ages import DUE_DAY
from lib.facts.questions import collection as questions
from lib.facts.questions.collection import MonthPaid, PurposePaid
from lib.services.insight import _compared
from lib.services.insight._context import Context
from lib.services.insight.rules import Targets

_DUE = Explanation(
    definition="Какая часть начисленного за месяц пришла в следующем месяце: к сроку оплаты, "
    f"{DUE_DAY}-му числу, и всего – на сегодня или за весь месяц. В этих деньгах бывает и старый "
    "долг, и аванс.",
    formula="платежи, которые биллинг учёл в следующем месяце (ещё не учтённые – по дню оплаты) ÷ "
    "начислено за месяц с пенями",
    moment="По дням оплаты, сколько известно сейчас. Услуга считается вместе со своей группой.",
)
_TARGETS = Explanation(
    definition="Собираемость рядом с планом организации. План на месяц – последний, который "
    "начался не позже этого месяца; месяцы без плана не сравниваются.",
    formula="план: сумма (начислено × план месяца) ÷ начислено; отклонение: собираемость − план, "
    "по месяцам с планом",
    moment="За месяцы вида. Планы ведёт администратор.",
)
# in the order of the table
_PURPOSES = {
    "housing": "Жильё",
    "utilities": "Коммунальные услуги",
    "capital": "Капитальный ремонт",
    "penalty": "Пени",
}
_IN_SENTENCE = {
    "housing": "жильё",
    "utilities": "коммунальные услуги",
    "capital": "капитальный ремонт",
    "penalty": "пени",
}


def build_due(context: Context, months: Sequence[MonthPaid]) -> Panel | None:
    """Tell what part of each month came by the due day; None if nothing was charged."""
    charged: defaultdict[dt.date, Decimal] = defaultdict(Decimal)
    for row in months:
        charged[row.period] += row.charged
    found = questions.sum_arrived(context.facts, context.scope, due_day=DUE_DAY)
    arrived = {row.period: row for row in found}
    if context.view.service or not charged:
        # payments are not divided by service
        return None
    lines = []
    for period, amount in charged.items():
        come = arrived.get(period)
        is_over = context.today > periods.add_months(period, 1).replace(day=DUE_DAY)
        # a month of which no payment is known has not got nothing
        by_due, so_far = (come.by_due, come.altogether) if come else (None, None)
        values = (amount, by_due if is_over else None, so_far)
        name = formats.format_month(period)
        lines.append(Line(name, values, context.all_accounts, order=period))
    columns = (
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("К сроку, ₽", Unit.MONEY, 1),
        figures.share_column("К сроку", 1, 0, is_good=True),
        figures.value_column("На сегодня, ₽", Unit.MONEY, 2),
        figures.share_column("На сегодня", 2, 0, is_good=True),
    )
    return Panel(
        key="collection.due",
        question=f"Сколько приходит к сроку, {DUE_DAY}-му числу?",
        answer=_answer_due(lines),
        explanation=_DUE,
        chart=_draw_due(lines),
        table=Table("За месяц", columns, tuple(lines)),
    )


def _answer_due(lines: Sequence[Line]) -> str:
    over = [line for line in lines if line.values[1] is not None]
    if not over:
        if any(line.values[2] is not None for line in lines):
            return "Срок оплаты этих месяцев ещё не наступил."
        return "Платежей за эти месяцы в данных нет."
    latest = over[-1]
    by_due = figures.share(latest.values[1], latest.values[0])
    so_far = figures.share(latest.values[2], latest.values[0])
    words = (
        f"За {latest.name} к сроку пришло {figures.format_share(by_due)} начисленного, "
        f"на сегодня {figures.format_share(so_far)}"
    )
    if len(over) == 1:
        return f"{words}."
    others = privacy.add_values(over[:-1])
    usual = figures.format_share(figures.share(others[1], others[0]))
    return f"{words}; в остальные месяцы вида к сроку приходило {usual}."


def _draw_due(lines: Sequence[Line]) -> Chart:
    by_due = tuple(figures.share(line.values[1], line.values[0]) for line in lines)
    so_far = tuple(figures.share(line.values[2], line.values[0]) for line in lines)
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    series = (Series("к сроку", by_due), Series("на сегодня", so_far, Mark.PALE_BARS))
    return Chart(names, series, Unit.SHARE)


def build_due_tile(panel: Panel | None) -> tuple[Tile, ...]:
    """Return the figure of what came by the due day, for the last month whose day is over."""
    lines = panel.table.lines if panel and panel.table else ()
    over = [line for line in lines if line.values[1] is not None]
    if not over:
        return ()
    shares = tuple(figures.share(line.values[1], line.values[0]) for line in over)
    name = f"К сроку за {over[-1].name}"
    return (Tile("collection.due", name, shares[-1], Unit.SHARE, _DUE, line=shares),)


def build_purposes(context: Context, explanation: Explanation) -> Panel | None:
    """Tell for what less is collected; None if nothing was charged."""
    scope = context.scope_before
    now = questions.sum_by_purpose(context.facts, context.scope)
    before = questions.sum_by_purpose(context.facts, scope) if scope else []
    earlier = {row.purpose: row for row in before}
    lines = [_make_line(row, earlier.get(row.purpose)) for row in now if row.charged or row.paid]
    if not lines:
        return None
    order = list(_PURPOSES.values())
    lines.sort(key=lambda line: order.index(line.name))
    columns = [
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
    ]
    if scope:
        name = _compared.name_change(context).capitalize()
        columns.append(figures.points_column(name, (1, 0), (3, 2), is_good=True))
    table = privacy.withhold_lines(Table("За что", tuple(columns), tuple(lines)))
    return Panel(
        key="collection.purposes",
        question="За что собирают хуже?",
        answer=_answer_purposes(table.lines),
        explanation=replace(
            explanation,
            definition=f"{explanation.definition} Жильё, коммунальные услуги и капитальный ремонт "
            "– без пеней. Если биллинг ведёт пени в строке услуги, их оплата не отделена от "
            "оплаты услуги.",
        ),
        table=table,
    )


def _make_line(row: PurposePaid, before: PurposePaid | None) -> Line:
    earlier = (before.charged, before.paid) if before else (None, None)
    values = (row.charged, row.paid, *earlier)
    return Line(_PURPOSES[row.purpose], values, row.accounts)


def _answer_purposes(lines: Sequence[Line]) -> str:
    shares = [(figures.share(line.values[1], line.values[0]), line.name) for line in lines]
    known = sorted((share, name) for share, name in shares if share is not None)
    if not known:
        return "Данных об оплате по назначению нет."
    words = {_PURPOSES[key]: _IN_SENTENCE[key] for key in _PURPOSES}
    share, name = known[0]
    told = f"Хуже всего собирают за {words[name]}: {figures.format_share(share)}"
    if len(known) == 1:
        return f"За {words[name]} собрано {figures.format_share(share)} начисленного."
    share, name = known[-1]
    return f"{told}; лучше всего – за {words[name]}: {figures.format_share(share)}."


def build_targets(context: Context, months: Sequence[MonthPaid], targets: Targets) -> Panel | None:
    """Compare organisations with their targets; None if none of them has one."""
    sums: dict[int, list[Decimal]] = {}
    for row in months:
        share = targets.find_share(row.organization, row.period)
        if share is not None and row.paid is not None:
            values = sums.setdefault(row.organization, [Decimal(0)] * 3)
            for place, value in enumerate((row.charged, row.paid, share * row.charged)):
                values[place] += value
    accounts: defaultdict[int, int] = defaultdict(int)
    for house, row_of_house in context.houses.items():
        accounts[row_of_house.organization] += context.accounts.get(house, 0)
    lines = tuple(
        Line(context.organizations.get(key, str(key)), tuple(values), accounts[key])
        for key, values in sums.items()
    )
    if not lines:
        return None
    columns = (
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
        figures.share_column("План", 2, 0),
        figures.points_column("Отклонение от плана", (1, 0), (2, 0), is_good=True),
    )
    table = privacy.withhold_lines(Table("Организация", columns, lines))
    ranked = sorted(table.lines, key=lambda line: _get_gap(line) or Decimal(0))
    return Panel(
        key="collection.targets",
        question="Кто выполняет план?",
        answer=_answer_targets(ranked),
        explanation=_TARGETS,
        table=replace(table, lines=tuple(ranked)),
    )


def _get_gap(line: Line) -> Decimal | None:
    charged, paid, planned = line.values
    return figures.difference(figures.share(paid, charged), figures.share(planned, charged))


def _answer_targets(lines: Sequence[Line]) -> str:
    gaps = [(gap, line.name) for line in lines if (gap := _get_gap(line)) is not None]
    if not gaps:
        return "Сравнить с планом нечего."
    behind = [pair for pair in gaps if pair[0] < 0]
    if not behind:
        return "План выполнили все." if len(gaps) > 1 else f"{gaps[0][1]}: план выполнен."
    gap, name = min(behind)
    if len(gaps) == 1:
        return f"План не выполнен, отклонение {figures.format_points(gap)}."
    return (
        f"План не выполнили {len(behind)} из {len(gaps)}; дальше всех от него {name}: "
        f"{figures.format_points(gap)}."
    )
