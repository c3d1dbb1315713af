"""«Обращения»: how many there are, about what, how soon they are answered, and where they grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Column,
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
from lib.facts.questions import appeals as questions
from lib.facts.questions.appeals import Pace
from lib.services.insight._context import FEW, Context
from lib.services.insight._shared_accounts import COMPARED, get_spans
from lib.services.insight.appeals import _by_place, _pace, _parts, _states

VOLUME = Explanation(
    definition="Обращения, отправленные в кабинете из домов этого места, кому бы они ни были "
    "адресованы; заявки на платные услуги не считаются. Фильтры услуг и способа оплаты на "
    "обращения не действуют.",
    formula="количество обращений по дню отправки",
    moment="За месяцы вида; незакрытый месяц – по сегодняшний день.",
)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Appeals now and in the compared period: all together, and by month."""

    context: Context
    whole: Pace | None
    months: Sequence[Pace]
    whole_before: Pace | None
    months_before: Sequence[Pace]

    @property
    def has_states(self) -> bool:
        """Tell whether figures that add up may be shown."""
        return _states.may_show_states(self.context, (*self.months, *self.months_before))


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    if not set(context.houses) - context.withheld:
        return Page(refusal=FEW)
    asked = _ask(context)
    panels = [_build_months(asked)]
    if asked.whole or asked.whole_before:
        panels += [
            _pace.build_panel(
                context,
                (asked.whole, asked.whole_before),
                (asked.months, asked.months_before),
            ),
            *_parts.build_panels(context),
        ]
        panels += _by_place.build_panels(context)
    return Page(tiles=_build_tiles(asked), panels=tuple(panels))


def _ask(context: Context) -> _Asked:
    rows = questions.measure_pace(context.facts, get_spans(context), today=context.today)
    now, before = ([row for row in rows if row.is_now is is_now] for is_now in (True, False))
    return _Asked(context, *_divide(now), *_divide(before))


def _divide(rows: Sequence[Pace]) -> tuple[Pace | None, list[Pace]]:
    """Return the row of all months, None without appeals, and those of each month."""
    whole = next((row for row in rows if row.period is None and row.appeals), None)
    return whole, [row for row in rows if row.period is not None]


def _build_tiles(asked: _Asked) -> tuple[Tile, ...]:
    context, whole, before = asked.context, asked.whole, asked.whole_before
    word = COMPARED.get(context.view.compared, "")
    change = figures.change(*(row.appeals if row else None for row in (whole, before)))
    days, days_before = _pace.get_days(whole)[0], _pace.get_days(before)[0]
    faster = figures.difference(days, days_before)
    tiles = [
        Tile(
            key="appeals.count",
            name="Обращений",
            value=whole.appeals if whole else _ZERO,
            unit=Unit.COUNT,
            explanation=VOLUME,
            change=f"{figures.format_change(change)}: {word}" if change is not None else "",
            is_good=change < 0 if change else None,
            line=tuple(_count_months(context, asked.months).values()),
        ),
        Tile(
            key="appeals.answer_days",
            name="До первого ответа, дней",
            value=days,
            unit=Unit.DAYS,
            explanation=_pace.PACE,
            change=f"{_sign_days(faster)}: {word}" if faster is not None else "",
            is_good=faster < 0 if faster else None,
            line=tuple(_pace.get_days(row)[0] for row in asked.months),
        ),
    ]
    if whole and asked.has_states:
        tiles += _states.build_tiles(whole, before, word)
    return tuple(tiles)


def _sign_days(days: Decimal) -> str:
    text = formats.format_number(days.quantize(Decimal("0.1")), places=0)
    return f"+{text} дня" if days > 0 else f"{text} дня"


def _count_months(context: Context, rows: Sequence[Pace], back: int = 0) -> dict[object, Decimal]:
    """Return the appeals of each month of the view, also of those without any.

    Args:
        context: of the screen.
        rows: by month.
        back: how many months before those of the view they are.
    """
    counts = {row.period: row.appeals for row in rows}
    months = [periods.add_months(context.view.since, at) for at in range(context.view.months)]
    return {month: counts.get(periods.add_months(month, -back), _ZERO) for month in months}


def _build_months(asked: _Asked) -> Panel:
    context = asked.context
    span = context.view.span_before if context.scope_before else None
    now = _count_months(context, asked.months)
    back = periods.count_months(span[0], context.view.since) if span else 0
    before = _count_months(context, asked.months_before, back) if span else {}
    lines = tuple(
        Line(
            formats.format_month(month),  # type: ignore[arg-type]
            (count, before.get(month) if asked.whole_before else None),
            context.all_accounts,
            order=month,  # type: ignore[arg-type]
        )
        for month, count in now.items()
    )
    columns: tuple[Column, ...] = (figures.value_column("Обращений", Unit.COUNT, 0),)
    if span:
        word = COMPARED[context.view.compared]
        columns += (
            figures.value_column(f"Было: {word}", Unit.COUNT, 1),
            figures.change_column("Изменение", 0, 1, is_good=False),
        )
    total = Line("Всего", privacy.add_values(lines), context.all_accounts)
    has_any = asked.whole is not None or asked.whole_before is not None
    return Panel(
        key="appeals.months",
        question="Сколько обращений?",
        answer=_answer_months(asked),
        explanation=VOLUME,
        chart=_draw_months(context, lines, is_compared=asked.whole_before is not None)
        if has_any
        else None,
        table=Table("Месяц", columns, lines, total=total),
    )


def _draw_months(context: Context, lines: Sequence[Line], *, is_compared: bool) -> Chart:
    series = [Series("этот период", tuple(line.values[0] for line in lines))]
    if is_compared:
        word = COMPARED[context.view.compared]
        series.append(Series(word, tuple(line.values[1] for line in lines), Mark.PALE_BARS))
    return Chart(_pace.list_axis(lines), tuple(series), Unit.COUNT)


def _answer_months(asked: _Asked) -> str:
    if asked.whole is None:
        return "За эти месяцы обращений не было."
    count = formats.format_count(int(asked.whole.appeals), "обращение", "обращения", "обращений")
    per_thousand = figures.share(asked.whole.appeals, Decimal(asked.context.all_accounts))
    words = f"За эти месяцы – {count}"
    if per_thousand is not None:
        rate = formats.format_number((per_thousand * 1000).quantize(Decimal("0.1")), places=0)
        words += f", {rate} на 1 000 счетов"
    if asked.whole_before is None:
        return f"{words}."
    told = figures.describe_change(figures.change(asked.whole.appeals, asked.whole_before.appeals))
    return f"{words}; {told}, чем {COMPARED[asked.context.view.compared]}."
