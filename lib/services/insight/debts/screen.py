"""«Долги»: as of any day, how old they are, where and for what, how they move, who owes most."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import debt_ages, figures, privacy
from lib.domain.insight.answers import Explanation, Page, Tile, Unit
from lib.domain.insight.debt_ages import OLD_DAYS, Ages
from lib.facts.questions import debts as questions
from lib.facts.questions import places
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debts import AgeSum
from lib.services.insight import _compared, _hidden_debts, rules
from lib.services.insight._context import Context
from lib.services.insight._hidden_debts import HiddenDebts
from lib.services.insight.debts import (
    _ages,
    _by_place,
    _cohorts,
    _groups,
    _hidden_parts,
    _months,
    _moves,
    _shown_days,
)
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts._ages import WITHIN_MONTH, Debts
from lib.services.insight.debts._shown_days import ShownDays

_FORMULA = (
    "остатки счетов по группам услуг на конец последнего закрытого месяца − платежи, которые были "
    "известны на этот день и которые биллинг учёл позже или ещё не учёл; старый долг гасится первым"
)


def build_page(context: Context) -> Page:
    """Answer the questions of the screen as of the view's day."""
    closed = debt_day.list_closed(context)
    wanted = _find_day(context, closed)
    if wanted is None:
        first = formats.format_period_genitive(closed[0]) if closed else ""
        words = f" Первый закрытый месяц – конец {first}." if first else ""
        return Page(refusal=f"На этот день данных о долгах нет.{words}")
    shown = _shown_days.find_shown(context, wanted)
    at = shown.parts
    before = _shown_days.find_before(context, closed, at)
    context = _count_at(context, at)
    if refusal := _find_refusal(context, at):
        return Page(refusal=refusal)
    found = _read_debts(context, shown, before)
    panels = [
        _ages.build_ages(context, found),
        *_by_place.build_places(context, found, closed),
        _groups.build_groups(context, found),
        _months.build_months(context, found),
        *_moves.build_moves(context, found, closed),
        _cohorts.build_cohorts(context, found, closed),
        _cohorts.build_concentration(context, found),
    ]
    return Page(
        tiles=_build_tiles(context, found),
        panels=tuple(filter(None, panels)),
        remark=_explain_day(wanted, at),
    )


def _find_day(context: Context, closed: Sequence[dt.date]) -> DebtDay | None:
    day = context.view.day
    if day is None:
        return debt_day.find_end(closed, context.view.until)
    return debt_day.find_day(closed, min(day, context.today))


def _explain_day(wanted: DebtDay, at: DebtDay) -> str:
    """Say why another day is shown than was asked for; empty if it is the same."""
    if at.day == wanted.day:
        return ""
    asked, shown = formats.format_date(wanted.day), formats.format_date(at.day)
    return (
        f"На {asked} цифр нет: рядом с соседними днями они выдали бы платежи отдельных счетов. "
        f"Показано на {shown}."
    )


def _count_at(context: Context, at: DebtDay) -> Context:
    """Return the context with the accounts of the month of the day."""
    counts = places.count_accounts(context.facts, at.month, at.month)
    return replace(context, accounts=dict(counts))


def _find_refusal(context: Context, at: DebtDay) -> str:
    view = context.view
    if view.since <= at.month <= view.until:
        is_known = context.all_accounts >= privacy.FEWEST
        return "" if is_known else context.find_refusal()
    return replace(context, view=view.change(since=at.month, until=at.month)).find_refusal()


def _read_debts(context: Context, shown: ShownDays, before: DebtDay | None) -> Debts:
    at = shown.parts
    hidden = _find_hidden(context, at, before)
    bounds = debt_ages.choose_bounds(rules.read_bounds(), at.day)
    ages = Ages(at.day, bounds)
    earlier: Sequence[AgeSum] = ()
    if before:
        scope = context.scope.change(since=before.month, until=before.month)
        earlier = questions.sum_ages(context.facts, scope, before, Ages(before.day, bounds))
    scope = context.scope.change(since=at.month, until=at.month)
    later: Sequence[AgeSum] = ()
    if shown.total != at:
        later = questions.sum_ages(context.facts, scope, shown.total, Ages(shown.total.day, bounds))
    return Debts(
        at=at,
        before=before,
        ages=ages,
        now=questions.sum_ages(context.facts, scope, at, ages),
        earlier=earlier,
        later_at=shown.total,
        later=later,
        hidden=hidden,
        parts=_hidden_parts.find_hidden_parts(context, at, before, ages, hidden),
    )


def _find_hidden(context: Context, at: DebtDay, before: DebtDay | None) -> HiddenDebts:
    """Return what is hidden at months' ends; within a month all places are shown together."""
    months = [day.month for day in (at, before) if day and day.is_end]
    return _hidden_debts.find_hidden_debts(context, months, is_divided=True)


def _build_tiles(context: Context, found: Debts) -> tuple[Tile, ...]:
    total, earlier = found.total, found.total_before
    if total is None or found.is_few:
        return ()
    changed = figures.change(total.owed, earlier.owed if earlier else None)
    debtors = formats.format_count(total.owing, "счёт", "счёта", "счетов")
    words = _compared.describe_change(context, figures.format_change(changed), changed)
    how = _explain(found)
    owed = Tile("debts.owed", "Долг", total.owed, Unit.MONEY, how, words)
    tiles = (
        replace(owed, is_good=None if not changed else changed < 0),
        _share_tile("overdue", "Из него просрочено", total.overdue, found),
        _share_tile("old", f"Старше {OLD_DAYS} дней", total.old, found),
        Tile(
            key="debts.overpaid",
            name="Переплаты",
            value=abs(total.overpaid),
            unit=Unit.MONEY,
            explanation=how,
            change=f"должны {debtors}" if total.owing >= privacy.FEWEST else "",
        ),
    )
    shown = _list_shown(found)
    known = [tile for tile, is_shown in zip(tiles, shown, strict=True) if is_shown]
    return (*_build_later(found), *known)


def _build_later(found: Debts) -> tuple[Tile, ...]:
    later = found.total_later
    if later is None:
        return ()
    day = formats.format_long_date(found.later_at.day)
    how = replace(_explain(found), moment=f"На {day}. {WITHIN_MONTH}")
    return (Tile("debts.owed_later", f"Долг на {day}", later.owed, Unit.MONEY, how),)


def _share_tile(key: str, name: str, part: Decimal, found: Debts) -> Tile:
    whole = found.total.owed if found.total else None
    share, words = figures.share(part, whole), figures.format_large(part)
    return Tile(f"debts.{key}", name, share, Unit.SHARE, _explain(found), words)


def _list_shown(found: Debts) -> tuple[bool, ...]:
    """Tell which figures stand for enough accounts or none, and are no difference of others."""
    shown = found.may_tell_overdue, found.may_tell_old, found.may_tell_overpaid
    return not found.is_few, *shown


def _explain(found: Debts) -> Explanation:
    return Explanation(
        definition="Сколько жители должны на выбранный день, как это было в книге; переплаты "
        "считаются отдельно и долг других не уменьшают. Начисление месяца входит в долг с "
        "последнего дня этого месяца.",
        formula=_FORMULA,
        moment=f"На {formats.format_long_date(found.at.day)}. {WITHIN_MONTH}",
    )
