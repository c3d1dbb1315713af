"""«Потребление»: by which channels readings come, and on which days of the month."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain.insight import figures
from lib.domain.insight.answers import Chart, Column, Explanation, Line, Panel, Series, Table, Unit
from lib.facts.questions import consumption as questions
from lib.facts.questions.consumption import Sent
from lib.facts.questions.spans import Spans
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import (
    COMPARED,
    OTHERS,
    find_few_in_organization,
    get_spans,
    is_below_organization,
    needs_organizations,
    withhold_shared,
)

CHANNELS = Explanation(
    definition="Откуда пришли показания счётчиков квартир, которые учёл биллинг. Показание "
    "двухтарифного счётчика – одно.",
    formula="показания этим способом ÷ все показания",
    moment="За месяцы вида, по всем счётчикам или по выбранной услуге; для города и организации.",
)
DAYS = Explanation(
    definition="В какое число месяца сняты показания, которые учёл биллинг, и в какое переданы "
    "показания в кабинете. Исправленное жителем показание не считается дважды.",
    formula="показания этого числа ÷ все показания",
    moment="За все месяцы вида вместе; для города и организации.",
)
_SOURCES = {
    "portal": "личный кабинет",
    "resident": "житель",
    "phone": "по телефону",
    "inspector": "контролёр",
    "file": "файл организации",
    "remote": "дистанционно",
    "bank": "при оплате",
}

_NOBODY = "Показаний за эти месяцы нет."
_TOO_FEW = "Показаний слишком мало, чтобы показать их по частям."
_LAST_DAY = 31


def build_panels(context: Context, services: Sequence[int] | None) -> list[Panel]:
    """Answer the questions about readings; below an organisation there are too few a day.

    Args:
        context: of the screen.
        services: keys of the chosen services; None means all.
    """
    if is_below_organization(context):
        return []
    return [_build_channels(context, services), _build_days(context, services)]


def _build_channels(context: Context, services: Sequence[int] | None) -> Panel:
    rows = questions.count_sent(context.facts, get_spans(context), services, by="channel")
    table = _withhold(context, services, rows, by="channel")
    named = tuple(
        replace(line, name=_SOURCES.get(line.name, line.name))
        for line in sorted(table.lines, key=lambda line: -(line.values[0] or Decimal(0)))
    )
    return Panel(
        key="consumption.channels",
        question="Как передают показания?",
        answer=_answer_channels(context, named, is_empty=not rows),
        explanation=CHANNELS,
        table=replace(table, heading="Способ", lines=named) if named else None,
    )


def _make_table(context: Context, rows: Sequence[Sent]) -> Table:
    """Return a table of readings; values: readings, all readings, and the same before."""
    counts: defaultdict[str, dict[bool, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    totals: dict[bool, Decimal] = {}
    fewest: dict[str, int] = {}
    for row in rows:
        counts[row.name][row.is_now] += row.readings
        totals[row.is_now] = totals.get(row.is_now, Decimal(0)) + row.readings
        fewest[row.name] = min(row.accounts, fewest.get(row.name, row.accounts))
    now, before = totals.get(True), totals.get(False)
    lines = [
        Line(name, (known[True], now, known[False] if before else None, before), fewest[name])
        for name, known in counts.items()
    ]
    columns: list[Column] = [
        figures.value_column("Показаний", Unit.COUNT, 0),
        figures.share_column("Доля", 0, 1),
    ]
    if context.scope_before:
        word = COMPARED[context.view.compared]
        columns.append(figures.points_column(f"Доля: {word}", (0, 1), (2, 3)))
    return Table("", tuple(columns), tuple(lines))


def _withhold(
    context: Context, services: Sequence[int] | None, rows: Sequence[Sent], *, by: str
) -> Table:
    """Return the table of readings without the lines of few accounts."""
    table = _make_table(context, rows)
    counts: defaultdict[str, dict[tuple[bool, dt.date | None], int]] = defaultdict(dict)
    for row in rows:
        counts[row.name][row.is_now, row.part] = row.accounts
    few: set[str] = set()
    if needs_organizations(context):
        senders = questions.count_senders(context.facts, get_spans(context), services, by=by)
        few = find_few_in_organization(context, senders)
    found = withhold_shared(table, counts, names=few)
    if found.withheld is None:
        return found
    values = found.withheld.values
    # every line has all readings as its whole
    whole = replace(found.withheld, values=(values[0], *_get_wholes(table, values)))
    return replace(found, withheld=whole)


def _get_wholes(table: Table, values: tuple[Decimal | None, ...]) -> tuple[Decimal | None, ...]:
    first = table.lines[0].values
    return first[1], values[2], first[3]


def _answer_channels(context: Context, lines: Sequence[Line], *, is_empty: bool) -> str:
    if is_empty:
        return _NOBODY
    if not lines:
        return _TOO_FEW
    first = lines[0]
    part = figures.format_share(figures.share(*first.values[:2]))
    words = f"Чаще всего: {first.name}, {part} показаний"
    change = figures.difference(figures.share(*first.values[:2]), figures.share(*first.values[2:]))
    told = figures.describe_points(change)
    return f"{words}, {told}, чем {COMPARED[context.view.compared]}." if told else f"{words}."


def _build_days(context: Context, services: Sequence[int] | None) -> Panel:
    spans = Spans(context.scope, None)
    rows = {
        by: questions.count_sent(context.facts, spans, services, by=by)
        for by in ("taken", "submitted")
    }
    tables = {by: _withhold(context, services, sent, by=by) for by, sent in rows.items() if sent}
    shown = {by: {line.name: line for line in table.lines} for by, table in tables.items()}
    names = [str(day) for day in range(1, _LAST_DAY + 1)]
    lines = tuple(
        Line(
            f"{name}-е",
            tuple(
                shown[by][name].values[0] if name in shown.get(by, {}) else None
                for by in ("taken", "submitted")
            ),
            max(known[name].accounts for known in shown.values() if name in known),
            order=int(name),
        )
        for name in names
        if any(name in known for known in shown.values())
    )
    columns = (
        figures.value_column("Учтено биллингом", Unit.COUNT, 0),
        figures.value_column("Передано в кабинете", Unit.COUNT, 1),
    )
    rest = _list_rest(tables)
    return Panel(
        key="consumption.days",
        question="В какие числа месяца передают показания?",
        answer=_answer_days(rows["taken"], lines),
        explanation=DAYS,
        chart=_draw_days(lines) if lines else None,
        table=Table("Число", columns, lines, withheld=rest) if lines else None,
    )


def _list_rest(tables: dict[str, Table]) -> Line | None:
    """Return the days of few accounts together."""
    rest = [tables[by].withheld if by in tables else None for by in ("taken", "submitted")]
    if not any(rest):
        return None
    values = tuple(line.values[0] if line else None for line in rest)
    return Line(OTHERS, values, max(line.accounts for line in rest if line))


def _answer_days(taken: Sequence[Sent], lines: Sequence[Line]) -> str:
    counted = [line for line in lines if line.values[0] is not None]
    whole = sum((row.readings for row in taken), Decimal(0))
    if not lines:
        return _TOO_FEW if taken else _NOBODY
    if not counted:
        return "Показания, которые учёл биллинг, по числам показать нельзя: их слишком мало."
    top = sorted(counted, key=lambda line: -(line.values[0] or Decimal(0)))[:3]
    days = ", ".join(f"{number}-е" for number in sorted(int(str(line.order)) for line in top))
    part = figures.share(sum((line.values[0] or Decimal(0) for line in top), Decimal(0)), whole)
    return f"Чаще всего – {days} число: {figures.format_share(part)} показаний за месяц."


def _draw_days(lines: Sequence[Line]) -> Chart:
    names = ("учтено биллингом", "передано в кабинете")
    series = tuple(
        Series(name, tuple(line.values[place] for line in lines))
        for place, name in enumerate(names)
        if any(line.values[place] is not None for line in lines)
    )
    return Chart(tuple(str(line.order) for line in lines), series, Unit.COUNT)
