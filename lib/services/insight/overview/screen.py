"""«Обзор»: the main figures, each leading to its screen, and what is worth a look."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib import links
from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import Explanation, Page, Tile, Unit
from lib.facts.questions import overview as questions
from lib.facts.questions import payments
from lib.facts.questions.debtors import OVERDUE, OWED
from lib.facts.questions.overview import GroupCharged, GroupOwed, MonthReceived
from lib.services.insight import _hidden_debts
from lib.services.insight._context import Context
from lib.services.insight.collection.screen import COLLECTION, UNNAMED
from lib.services.insight.overview import _panels
from lib.services.insight.payments.received import TO_COMPARED

_RECEIVED = Explanation(
    definition="Сколько пришло с начала этого месяца и сколько пришло за те же дни год назад. Пока "
    "в этом месяце никто не платил – за последний месяц с платежами, целиком.",
    formula="сумма платежей по дню оплаты, с 1-го числа по сегодняшнее",
    moment="На сегодня, какие бы месяцы ни были выбраны.",
)
_DEBT = Explanation(
    definition="Долг счетов по группам услуг; переплата другой группы его не уменьшает. "
    "Просроченный – тот, срок которого прошёл. Фильтр по услуге не действует.",
    formula="сумма долгов; просроченный ÷ весь долг",
    moment="На конец последнего месяца вида.",
)
_ONLINE = Explanation(
    definition="Какую часть денег жители заплатили онлайн, то есть в кабинете. Месяцы, в которых "
    "так платили меньше 10 счетов, не показаны. Фильтр по способу оплаты не действует.",
    formula="сумма платежей способом «онлайн» ÷ сумма всех платежей",
    moment="За месяцы вида, по дню оплаты.",
)
_LATE = Explanation(
    definition="Сколько обращений не закрыто, хотя срок ответа прошёл.",
    formula="число открытых обращений, срок которых раньше этого дня",
    moment="На сегодня; линия – на конец каждого месяца.",
)
_ONLINE_CHANNEL, _MONTHS = "online", 12
_FEW_ONLINE = "так платили меньше 10 счетов"


@dataclass(frozen=True, slots=True)
class _Months:
    """The months that the figures need."""

    current: dt.date
    line: tuple[dt.date, ...]
    first: dt.date


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    months = _find_months(context)
    everything = context.scope.change(since=months.first)
    received = questions.sum_receipts(
        context.facts,
        everything.change(until=max(months.current, context.view.until)),
        day=context.today.day,
    )
    charges = questions.sum_charges(context.facts, everything)
    debts = questions.sum_debts(context.facts, everything.change(since=months.line[0]))
    return Page(
        tiles=(
            _build_received(context, months, received),
            _build_collection(context, months, charges),
            _build_debt(context, months, debts),
            _build_online(context, months, received),
            _build_late(context),
        ),
        panels=(
            _panels.build_months(context, charges),
            _panels.build_moves(context, charges, debts),
            *_panels.build_houses(context),
        ),
    )


def _find_months(context: Context) -> _Months:
    view = context.view
    current = context.today.replace(day=1)
    line = tuple(periods.add_months(view.until, -back) for back in range(_MONTHS - 1, -1, -1))
    known = [view.since, line[0], periods.add_months(current, -_MONTHS)]
    # a year before the last month in which somebody paid
    known.append(periods.add_months(line[-1], -_MONTHS))
    if context.scope_before:
        known.append(context.scope_before.since)
    return _Months(current, line, min(known))


def _build_received(context: Context, months: _Months, rows: Sequence[MonthReceived]) -> Tile:
    known = {row.period: row for row in rows}
    period, is_whole = months.current, False
    if period not in known:
        period, is_whole = max(known, default=period), True
    sums = {month: row.whole if is_whole else row.by_day for month, row in known.items()}
    now, before = sums.get(period), sums.get(periods.add_months(period, -_MONTHS))
    changed = figures.change(now, before)
    name = f"Поступило за {formats.format_month(period)}"
    compared = f"к {formats.format_short_month(periods.add_months(period, -_MONTHS))}"
    if not is_whole:
        # the year is in the words beneath
        name = f"Поступило за {formats.format_month(period).split()[0]}, по {context.today.day}-е"
        compared = f"к тем же дням {period.year - 1} года"
    return Tile(
        key="overview.received",
        name=name,
        value=now,
        unit=Unit.MONEY,
        explanation=_RECEIVED,
        change=f"{figures.format_change(changed)} {compared}" if changed is not None else "",
        is_good=None if not changed else changed > 0,
        line=tuple(
            sums.get(periods.add_months(period, -back)) for back in range(_MONTHS - 1, -1, -1)
        ),
        path=links.INSIGHT_PAYMENTS,
    )


def _build_collection(context: Context, months: _Months, rows: Sequence[GroupCharged]) -> Tile:
    scope, before = context.scope, context.scope_before
    now = _collect(rows, scope.since, scope.until)
    changed = figures.difference(
        now, _collect(rows, before.since, before.until) if before else None
    )
    return Tile(
        key="overview.collection",
        name="Собираемость",
        value=now,
        unit=Unit.SHARE,
        explanation=COLLECTION,
        change=UNNAMED if rows and now is None else _tell_points(context, changed),
        is_good=None if not changed else changed > 0,
        line=tuple(_collect(rows, month, month) for month in months.line),
        path=links.COLLECTION,
    )


def _collect(rows: Sequence[GroupCharged], since: dt.date, until: dt.date) -> Decimal | None:
    known = [row for row in rows if since <= row.period <= until]
    return figures.share(
        figures.add(row.paid for row in known), figures.add(row.charged for row in known)
    )


def _tell_points(context: Context, changed: Decimal | None) -> str:
    if changed is None:
        return ""
    return f"{figures.format_points(changed)} {TO_COMPARED[context.view.compared]}"


def _build_debt(context: Context, months: _Months, rows: Sequence[GroupOwed]) -> Tile:
    hidden = _hidden_debts.find_hidden_debts(context, months.line)
    owed = [
        None if hidden.hides(OWED, month) else _panels.sum_rows(rows, month, "owed")
        for month in months.line
    ]
    overdue = _panels.sum_rows(rows, months.line[-1], "overdue")
    is_told = not hidden.hides(OVERDUE, months.line[-1])
    part = figures.share(overdue, owed[-1]) if is_told else None
    return Tile(
        key="overview.debt",
        name="Долг",
        value=owed[-1],
        unit=Unit.MONEY,
        explanation=_DEBT,
        change=f"из него просрочено {figures.format_share(part)}" if part is not None else "",
        line=tuple(owed),
        path=links.DEBTS,
    )


def _build_online(context: Context, months: _Months, rows: Sequence[MonthReceived]) -> Tile:
    scope, before = context.scope, context.scope_before
    few = _list_few_online(context, months)
    now = _share_online(rows, few, scope.since, scope.until)
    then = _share_online(rows, few, before.since, before.until) if before else None
    changed = figures.difference(now, then)
    return Tile(
        key="overview.online",
        name="Оплачено в кабинете",
        value=now,
        unit=Unit.SHARE,
        explanation=_ONLINE,
        change=_FEW_ONLINE if few and now is None else _tell_points(context, changed),
        is_good=None if not changed else changed > 0,
        line=tuple(_share_online(rows, few, month, month) for month in months.line),
        path=links.INSIGHT_PAYMENTS,
    )


def _list_few_online(context: Context, months: _Months) -> set[dt.date]:
    """Return the months in which so few accounts paid online that their share is not shown.

    Neither is the share of a span with such a month: another span could be subtracted from it.
    """
    counts: defaultdict[dt.date, dict[str, int]] = defaultdict(dict)
    scope = context.scope.change(since=months.first)
    for row in payments.count_payers(context.facts, scope):
        if row.channel is not None and row.group == context.view.group:
            counts[row.period][row.channel] = row.accounts
    return {
        month
        for month, of_month in counts.items()
        if _ONLINE_CHANNEL in privacy.find_withheld(of_month)
    }


def _share_online(
    rows: Sequence[MonthReceived], few: Collection[dt.date], since: dt.date, until: dt.date
) -> Decimal | None:
    if any(since <= month <= until for month in few):
        return None
    known = [row for row in rows if since <= row.period <= until]
    return figures.share(
        figures.add(row.online for row in known), figures.add(row.every for row in known)
    )


def _build_late(context: Context) -> Tile:
    today = context.today
    ends = [
        periods.add_months(today, -back) - dt.timedelta(days=1)
        for back in range(_MONTHS - 2, -1, -1)
    ]
    rows = questions.count_late(context.facts, context.scope, [*ends, today])
    counts = [row.late for row in rows]
    changed = counts[-1] - counts[-2]
    words = "столько же, сколько на начало месяца"
    if changed:
        words = f"{'+' if changed > 0 else '−'}{abs(changed)} с начала месяца"
    return Tile(
        key="overview.late",
        name="Просрочено обращений",
        value=counts[-1],
        unit=Unit.COUNT,
        explanation=_LATE,
        change=words,
        is_good=None if not changed else changed < 0,
        line=tuple(Decimal(count) for count in counts),
        path=links.INSIGHT_APPEALS,
    )
