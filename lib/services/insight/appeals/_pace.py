"""«Обращения»: how soon they are answered and ended."""

from collections.abc import Collection, Sequence
from dataclasses import replace
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
)
from lib.facts.questions.appeals import Pace
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import COMPARED

PACE = Explanation(
    definition="Сколько прошло от отправки до первого ответа или вопроса сотрудника и до конца: "
    "обращение закрыто, отклонено или на него дан ответ.",
    formula="половина – медиана по обращениям; 9 из 10 – девяностый процентиль; обращения без "
    "ответа не входят",
    moment="За месяцы вида, по месяцу отправки, в календарных днях. Показано, если писали не "
    "меньше чем с 10 счетов.",
)


_NOTHING = (None,) * 2


def get_days(row: Pace | None) -> tuple[Decimal | None, ...]:
    """Return the days to the first answer and to the end; None if few accounts are behind them."""
    if row is None:
        return (None,) * 4
    answers = (row.answer_half, row.answer_most) if row.askers >= privacy.FEWEST else _NOTHING
    ends = (row.end_half, row.end_most) if row.enders >= privacy.FEWEST else _NOTHING
    return (*answers, *ends)


def build_panel(
    context: Context, whole: tuple[Pace | None, Pace | None], months: tuple[Sequence[Pace], ...]
) -> Panel:
    """Answer how soon appeals are answered.

    Args:
        context: of the screen.
        whole: all months together, now and before.
        months: each month, now and before.
    """
    span = context.view.span_before if context.scope_before else None
    back = periods.count_months(span[0], context.view.since) if span else 0
    before = {periods.add_months(row.period, back): row for row in months[1] if row.period}
    lines = tuple(
        Line(
            formats.format_month(row.period),
            (*get_days(row), get_days(before.get(row.period))[0]),
            row.writers,
            order=row.period,
        )
        for row in months[0]
        if row.period and any(get_days(row))
    )
    columns: tuple[Column, ...] = tuple(
        figures.value_column(name, Unit.DAYS, place)
        for place, name in enumerate(
            (
                "Первый ответ: половина за, дней",
                "9 из 10 за, дней",
                "До конца: половина за, дней",
                "9 из 10 за, дней",
            )
        )
    )
    if span:
        word = COMPARED[context.view.compared]
        columns += (figures.change_column(f"Первый ответ: {word}", 0, 4, is_good=False),)
    table = replace(privacy.withhold_lines(Table("Месяц", columns, lines)), withheld=None)
    return Panel(
        key="appeals.pace",
        question="Как быстро отвечают?",
        answer=_answer_pace(context, *whole),
        explanation=PACE,
        chart=_draw_pace(table) if len(table.lines) > 1 else None,
        table=table if table.lines else None,
    )


def _draw_pace(table: Table) -> Chart:
    names = ("первый ответ", "до конца")
    series = tuple(
        Series(name, tuple(line.values[place] for line in table.lines), Mark.LINE)
        for name, place in zip(names, (0, 2), strict=True)
        if any(line.values[place] is not None for line in table.lines)
    )
    return Chart(list_axis(table.lines), series, Unit.DAYS)


def _answer_pace(context: Context, whole: Pace | None, before: Pace | None) -> str:
    answer_half, answer_most, end_half, _ = get_days(whole)
    if answer_half is None or answer_most is None:
        return "Ответов меньше чем на 10 счетов: сроки не показываются."
    words = (
        f"Половина получает первый ответ за {_format_days(answer_half)}, "
        f"9 из 10 – за {_format_days(answer_most)}"
    )
    if end_half is not None:
        words += f"; до конца половина доходит за {_format_days(end_half)}"
    told = figures.describe_change(figures.change(answer_half, get_days(before)[0]))
    if told:
        words += f". Первого ответа ждут {told}, чем {COMPARED[context.view.compared]}"
    return f"{words}."


def _format_days(days: Decimal) -> str:
    """Write days in words: «3 дня», «1,4 дня», and hours under a day: «5 часов»."""
    if days < 1:
        hours = int((days * 24).to_integral_value())
        return formats.format_count(hours, "час", "часа", "часов") if hours else "час"
    rounded = days.quantize(Decimal("0.1"))
    if rounded == rounded.to_integral_value():
        return formats.format_count(int(rounded), "день", "дня", "дней")
    return f"{formats.format_number(rounded, places=0)} дня"


def list_axis(lines: Collection[Line]) -> tuple[str, ...]:
    """Return the names of months for the axis of a chart."""
    return tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
