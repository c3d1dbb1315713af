"""«Собираемость»: paid ÷ charged, by month, by the due day, by what for, by target, by place."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures
from lib.domain.insight.answers import (
    Chart,
    Explanation,
    Line,
    Mark,
    Page,
    Panel,
    Series,
    Table,
    Tile,
    Unit,
)
from lib.facts.questions import collection as questions
from lib.facts.questions.collection import MonthPaid
from lib.services.insight import _compared, rules
from lib.services.insight._context import Context
from lib.services.insight.collection import _by_place, _debts, _parts
from lib.services.insight.rules import Targets

COLLECTION = Explanation(
    definition="Какую часть начисленного за месяцы вида жители оплатили в эти же месяцы.",
    formula="оплачено ÷ (начислено + перерасчёт − льгота + повышающий коэффициент + пени), "
    "как это учёл биллинг",
    moment="За месяцы вида; месяц берётся, когда он закрыт.",
)

UNNAMED = "сколько оплачено, биллинг не назвал"
_Pair = tuple[Decimal, Decimal | None]


@dataclass(frozen=True, slots=True)
class _Months:
    """Charged and paid by month and organisation: now and in the compared period."""

    now: Sequence[MonthPaid]
    before: Sequence[MonthPaid]


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    scope = context.scope_by_month
    months = _Months(
        now=questions.sum_by_month(context.facts, context.scope),
        before=questions.sum_by_month(context.facts, scope) if scope else (),
    )
    targets = rules.read_targets(organization=context.facts.organization)
    places, lagging = _by_place.build_places(context, COLLECTION)
    due = _parts.build_due(context, months.now)
    effectiveness = _debts.build_effectiveness(context, months.now, months.before)
    tiles = (
        _build_tile(months, context),
        *_parts.build_due_tile(due),
        *_debts.build_tiles(effectiveness),
    )
    panels = [
        _build_months(context, months, targets, lagging),
        due,
        _parts.build_purposes(context, COLLECTION),
        _parts.build_targets(context, months.now, targets),
        effectiveness,
        places,
    ]
    return Page(
        tiles=tiles,
        panels=tuple(panel for panel in panels if panel),
        remark=_tell_unnamed(context, months.now),
    )


def _tell_unnamed(context: Context, rows: Sequence[MonthPaid]) -> str:
    """Say whose payments billing does not name, if it names those of others."""
    unnamed = dict.fromkeys(row.organization for row in rows if row.paid is None)
    if not unnamed or all(row.paid is None for row in rows):
        return ""
    names = ", ".join(context.organizations.get(key, "другая организация") for key in unnamed)
    return (
        f"Не за все месяцы биллинг назвал оплату ({names}): в долях эти начисления есть, "
        "а их оплаты нет."
    )


def _build_tile(months: _Months, context: Context) -> Tile:
    now, before = _share(months.now), _share_before(context, months)
    changed = figures.difference(now, before)
    by_month = _sum_by_month(months.now)
    return Tile(
        key="collection.share",
        name="Собрано начисленного",
        value=now,
        unit=Unit.SHARE,
        explanation=COLLECTION,
        change=UNNAMED
        if months.now and now is None
        else _compared.describe_change(context, figures.format_points(changed), changed),
        is_good=None if not changed else changed > 0,
        line=tuple(figures.share(paid, charged) for charged, paid in by_month.values()),
    )


def _build_months(context: Context, months: _Months, targets: Targets, lagging: str) -> Panel:
    now, before = _sum_by_month(months.now), _sum_by_month(months.before)
    planned = _sum_planned(months.now, targets)
    back = _compared.count_back(context)
    lines = tuple(
        Line(
            formats.format_month(period),
            (
                *now[period],
                *_get(before, periods.add_months(period, -back)),
                *_get(planned, period),
            ),
            context.all_accounts,
            order=period,
        )
        for period in now
    )
    columns = [
        figures.value_column("Начислено, ₽", Unit.MONEY, 0),
        figures.value_column("Оплачено, ₽", Unit.MONEY, 1),
        figures.share_column("Собираемость", 1, 0, is_good=True),
    ]
    if planned:
        columns.append(figures.share_column("План", 4, 5))
    if before:
        name = _compared.name_change(context).capitalize()
        columns.append(figures.points_column(name, (1, 0), (3, 2), is_good=True))
    return Panel(
        key="collection.months",
        question="Какую часть начисленного собрали?",
        answer=_answer_months(context, months, lagging),
        explanation=COLLECTION,
        chart=_draw_months(context, lines) if lines else None,
        table=Table("Месяц", tuple(columns), lines) if lines else None,
    )


def _get(sums: Mapping[dt.date, _Pair], month: dt.date) -> tuple[Decimal | None, Decimal | None]:
    return sums.get(month) or (None, None)


def _sum_by_month(rows: Sequence[MonthPaid]) -> dict[dt.date, _Pair]:
    sums: dict[dt.date, _Pair] = {}
    for row in rows:
        charged, paid = sums.get(row.period, (Decimal(0), None))
        sums[row.period] = (charged + row.charged, figures.add([paid, row.paid]))
    return sums


def _sum_planned(rows: Sequence[MonthPaid], targets: Targets) -> dict[dt.date, _Pair]:
    """Return what was to be collected by month, and the charge that it is a part of."""
    sums: defaultdict[dt.date, tuple[Decimal, Decimal]] = defaultdict(
        lambda: (Decimal(0), Decimal(0))
    )
    for row in rows:
        share = targets.find_share(row.organization, row.period)
        if share is not None:
            planned, charged = sums[row.period]
            sums[row.period] = (planned + share * row.charged, charged + row.charged)
    return dict(sums)


def _answer_months(context: Context, months: _Months, lagging: str) -> str:
    if not months.now:
        return "За эти месяцы начислений нет."
    collected = _share(months.now)
    if collected is None:
        charged = figures.format_large(figures.add(row.charged for row in months.now))
        return f"Начислено {charged}; {UNNAMED}."
    words = f"Собрано {figures.format_share(collected)} начисленного"
    changed = figures.difference(collected, _share_before(context, months))
    if changed is not None:
        words += f", {_compared.describe_points(context, changed)}"
    return f"{words}; {lagging}." if lagging else f"{words}."


def _share(rows: Sequence[MonthPaid]) -> Decimal | None:
    return figures.share(
        figures.add(row.paid for row in rows), figures.add(row.charged for row in rows)
    )


def _share_before(context: Context, months: _Months) -> Decimal | None:
    return _share(months.before) if context.scope_before else None


def _draw_months(context: Context, lines: Sequence[Line]) -> Chart:
    def draw(name: str, part: int, whole: int, mark: Mark) -> Series:
        values = tuple(figures.share(line.values[part], line.values[whole]) for line in lines)
        return Series(name, values, mark)

    series = [draw("этот период", 1, 0, Mark.BARS)]
    if any(line.values[2] for line in lines):
        series.append(draw(_compared.name_period(context), 3, 2, Mark.PALE_BARS))
    if any(line.values[5] for line in lines):
        series.append(draw("план", 4, 5, Mark.DASHED))
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    return Chart(names, tuple(series), Unit.SHARE)
