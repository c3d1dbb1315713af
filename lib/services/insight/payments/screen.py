"""«Платежи»: what came in, when, how, and what is still to come."""

from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures
from lib.domain.insight.answers import Explanation, Page, Panel, Tile, Unit
from lib.domain.insight.hidden_places import is_hidden
from lib.services.insight._context import FEW, Context
from lib.services.insight._hidden_filters import Parts, find_hidden_groups_paid, list_hiding
from lib.services.insight._tree import get_key
from lib.services.insight.payments import _curve, _expected, _parts, _payers, _times, received
from lib.services.insight.payments._expected import Expected
from lib.services.insight.payments.received import TO_COMPARED, Receipts


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    if context.view.group:
        few = list_hiding(_find_hidden_groups(context), context.view.group)
        if is_hidden(get_key(context.view.place), few):
            return Page(refusal=FEW)
        context = replace(context, few_with_filter=context.few_with_filter | few)
    receipts = received.load_receipts(context)
    expected = _expected.find_expected(receipts)
    months = _times.build_months(receipts)
    paying = _curve.build_paying_days(receipts)
    return Page(
        tiles=_build_tiles(receipts, months, paying, expected),
        panels=(
            months,
            _curve.build_curve(receipts),
            _expected.build_expected(receipts, expected),
            _times.build_days(receipts),
            paying,
            *_parts.build_parts(receipts),
            _payers.build_habits(receipts),
            _payers.build_seasons(receipts),
        ),
    )


def _find_hidden_groups(context: Context) -> Parts:
    """Return the groups of places that few accounts pay for, however many are charged."""
    return find_hidden_groups_paid(context.facts, context.tree, context.scope, context.spans)


def _build_tiles(
    receipts: Receipts, months: Panel, paying: Panel, expected: Expected | None
) -> tuple[Tile, ...]:
    total = months.table.total if months.table else None
    now, count, before = total.values if total else (None, None, None)
    shown = sorted(months.table.lines, key=lambda line: str(line.order)) if months.table else []
    changed = figures.change(now, before)
    median = None
    if paying.table and paying.table.total:
        median = _curve.find_median(paying.table.total.values)
    return (
        Tile(
            key="payments.received",
            name="Поступило за период",
            value=now,
            unit=Unit.MONEY,
            explanation=_times.RECEIVED,
            change=_tell_change(receipts, changed),
            is_good=None if not changed else changed > 0,
            line=tuple(line.values[0] for line in shown),
        ),
        Tile(
            key="payments.average",
            name="Средний платёж, ₽",
            value=_times.average(now, count),
            unit=Unit.NUMBER,
            explanation=_times.RECEIVED,
            change="" if receipts.scope.group is None else "с группой услуг не считается",
            line=tuple(_times.average(*line.values[:2]) for line in shown),
        ),
        Tile(
            key="payments.paying_days",
            name="Половина платит за",
            value=median,
            unit=Unit.DAYS,
            explanation=paying.explanation,
            change="дней после начисления",
        ),
        _build_expected_tile(expected, _expected.EXPECTED),
    )


def _tell_change(receipts: Receipts, changed: Decimal | None) -> str:
    if changed is None:
        return ""
    return f"{figures.format_change(changed)} {TO_COMPARED[receipts.context.view.compared]}"


def _build_expected_tile(expected: Expected | None, explanation: Explanation) -> Tile:
    guess = expected.forecast if expected else None
    name, change = "Ждём за месяц", "для дома не считается"
    if expected:
        name = f"Ждём за {formats.format_month(expected.period)}"
        change = "платежей ещё нет"
    if guess:
        low, high = figures.format_apart((guess.low, guess.high))
        change = f"от {low} до {high}"
    return Tile(
        key="payments.expected",
        name=name,
        value=guess.middle if guess else None,
        unit=Unit.MONEY,
        explanation=explanation,
        change=change,
    )
