"""«Обращения» by topic, by answering organisation and by rating, and what is past its date."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import Column, Explanation, Line, Panel, Table, Unit
from lib.facts.questions import appeals as questions
from lib.services.insight._context import Context
from lib.services.insight._shared_accounts import (
    COMPARED,
    find_few_in_organization,
    get_spans,
    is_below_organization,
    needs_organizations,
    withhold_shared,
)
from lib.services.insight.appeals._states import LATE, RATINGS

TOPICS = Explanation(
    definition="Тема, которую выбрал житель. Тема показана, если в каждом месяце, когда о ней "
    "писали, это было не меньше чем с 10 счетов; для города и организации.",
    formula="обращения темы; доля – от всех обращений места",
    moment="За месяцы вида, по дню отправки.",
)
_WIDTH = 6  # values of a part; the same of the compared period follow
_APPEALS, _DATED, _LATE, _REOPENED, _RATED, _STARS = range(_WIDTH)
_ZERO = Decimal(0)
_FEW = "Обращений слишком мало, чтобы показать их по частям."


def build_panels(context: Context) -> list[Panel]:
    """Answer the questions about parts of appeals; streets and houses have too few."""
    if is_below_organization(context):
        return []
    panels = [_build_topics(context), _build_ratings(context)]
    if context.view.place.organization is None and context.facts.organization is None:
        panels.insert(1, _build_late(context))
    return panels


def _ask(context: Context, by: str) -> Table:
    """Return the table of parts with all their values; lines of few accounts are withheld."""
    spans = get_spans(context)
    rows = questions.divide_appeals(context.facts, spans, by=by, today=context.today)
    counts: defaultdict[str, dict[tuple[bool, dt.date | None], int]] = defaultdict(dict)
    values: defaultdict[str, list[Decimal]] = defaultdict(lambda: [_ZERO] * _WIDTH * 2)
    for row in rows:
        counts[row.name][row.is_now, row.period] = row.accounts
        first = 0 if row.is_now else _WIDTH
        for place, value in enumerate(row[3:-1]):
            values[row.name][first + place] += value or _ZERO
    lines = tuple(
        Line(name, tuple(known), min(counts[name].values()))
        for name, known in sorted(values.items(), key=lambda pair: -pair[1][_APPEALS])
    )
    few: set[str] = set()
    if needs_organizations(context):
        few = find_few_in_organization(
            context, questions.count_writers(context.facts, spans, by=by)
        )
    total = Line("Всего", privacy.add_values(lines), context.all_accounts) if lines else None
    return withhold_shared(Table("", (), lines, total=total), counts, names=few)


def _build_topics(context: Context) -> Panel:
    table = _ask(context, "topic")
    whole = table.total.values[_APPEALS] if table.total else None
    columns: tuple[Column, ...] = (
        figures.value_column("Обращений", Unit.COUNT, _APPEALS),
        Column("Доля", Unit.SHARE, lambda values: figures.share(values[_APPEALS], whole)),
        figures.share_column("Ответ позже срока", _LATE, _DATED, is_good=False),
    )
    if context.scope_before:
        word = COMPARED[context.view.compared]
        columns += (
            figures.value_column(f"Было: {word}", Unit.COUNT, _WIDTH),
            figures.change_column("Изменение", _APPEALS, _WIDTH, is_good=False),
        )
    lines = tuple(replace(line, name=rules.format_topic(line.name)) for line in table.lines)
    return Panel(
        key="appeals.topics",
        question="О чём пишут и какие темы растут?",
        answer=_answer_topics(context, lines, whole),
        explanation=TOPICS,
        table=replace(table, heading="Тема", columns=columns, lines=lines) if lines else None,
    )


def _answer_topics(context: Context, lines: Sequence[Line], whole: Decimal | None) -> str:
    if not lines:
        return _FEW
    first = max(lines, key=_get_appeals)
    part = figures.format_share(figures.share(_get_appeals(first), whole))
    words = f"Чаще всего: {first.name} ({part})"
    grown = [
        (_get_appeals(line) - before, line)
        for line in lines
        if context.scope_before and (before := line.values[_WIDTH])
    ]
    if grown:
        most, line = max(grown, key=lambda pair: pair[0])
        if most > 0:
            change = figures.describe_change(
                figures.change(_get_appeals(line), line.values[_WIDTH])
            )
            word = COMPARED[context.view.compared]
            return f"{words}; сильнее всего выросла тема «{line.name}»: {change}, чем {word}."
    return f"{words}."


def _get_appeals(line: Line) -> Decimal:
    return line.values[_APPEALS] or _ZERO


def _build_late(context: Context) -> Panel:
    table = _ask(context, "organization")
    columns: tuple[Column, ...] = (
        figures.value_column("Обращений", Unit.COUNT, _APPEALS),
        figures.share_column("Ответ позже срока", _LATE, _DATED, is_good=False),
        figures.share_column("Открыты снова", _REOPENED, _APPEALS, is_good=False),
        Column(
            "Средняя оценка",
            Unit.NUMBER,
            lambda values: figures.share(values[_STARS], values[_RATED]),
        ),
    )
    if context.scope_before:
        word = COMPARED[context.view.compared]
        columns += (
            figures.points_column(
                f"Ответ позже срока: {word}",
                (_LATE, _DATED),
                (_WIDTH + _LATE, _WIDTH + _DATED),
                is_good=False,
            ),
        )
    return Panel(
        key="appeals.late",
        question="Кто отвечает позже срока?",
        answer=_answer_late(table),
        explanation=LATE,
        table=replace(table, heading="Кто отвечает", columns=columns) if table.lines else None,
    )


def _answer_late(table: Table) -> str:
    shares = [
        (found, line.name)
        for line in table.lines
        if (found := figures.share(line.values[_LATE], line.values[_DATED])) is not None
    ]
    if not shares:
        return _FEW
    most, name = max(shares)
    if not most:
        return "Все показанные организации отвечают в срок."
    return f"Чаще других позже срока отвечает {name}: {figures.format_share(most)} обращений."


def _build_ratings(context: Context) -> Panel:
    table = _ask(context, "rating")
    whole = table.total.values[_RATED] if table.total else None
    stars = table.total.values[_STARS] if table.total else None
    columns: tuple[Column, ...] = (
        figures.value_column("Оценок", Unit.COUNT, _RATED),
        Column("Доля", Unit.SHARE, lambda values: figures.share(values[_RATED], whole)),
    )
    if context.scope_before:
        word = COMPARED[context.view.compared]
        columns += (
            figures.value_column(f"Было: {word}", Unit.COUNT, _WIDTH + _RATED),
            figures.change_column("Изменение", _RATED, _WIDTH + _RATED),
        )
    lines = tuple(sorted(table.lines, key=lambda line: line.name, reverse=True))
    answer = _FEW
    if lines and whole and stars:
        average = formats.format_number((stars / whole).quantize(Decimal("0.01")), places=0)
        answer = f"Средняя оценка – {average} из 5."
    return Panel(
        key="appeals.ratings",
        question="Как жители оценивают ответы?",
        answer=answer,
        explanation=RATINGS,
        table=replace(table, heading="Оценка", columns=columns, lines=lines) if lines else None,
    )
