"""«Платежи»: how money comes, through whom, for what, and where."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

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
    Values,
)
from lib.domain.payments.payment import CHANNELS
from lib.facts.questions import payers
from lib.facts.questions import payments as questions
from lib.facts.questions.payments import PartPaid
from lib.services.insight import _places
from lib.services.insight._shared_accounts import COMPARED
from lib.services.insight.payments import _times
from lib.services.insight.payments.received import PALE, Receipts

_SHARES = Explanation(
    definition="На какие части делится всё, что пришло.",
    formula="сумма платежей части ÷ сумма всех платежей; части, за которые хотя бы в одном месяце "
    "платили меньше 10 счетов, сложены в одну строку: иначе этот месяц был бы виден как разность "
    "двух видов",
    moment="За месяцы вида, по дню оплаты.",
)
_SOURCES = Explanation(
    definition="Кто принял деньги у жителей, как это записано в реестрах и в биллинге.",
    formula="сумма платежей через него ÷ сумма всех платежей; принявшие меньше чем от 10 счетов в "
    "этом или сравниваемом месяце сложены в одну строку",
    moment="За последний месяц вида, по дню оплаты.",
)
_REST = "Остальное, где в каком-то месяце мало счетов"
_UNKNOWN, _UNSPREAD = "не указано", "не распределено"
_Sums = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _Division:
    """A question about the parts of all that came.

    Attributes:
        key: of the panel.
        question: the title.
        heading: of the parts.
        now: sums of the parts.
        before: the same in the compared period; empty if nothing is compared.
        accounts: how many accounts paid so at least; a part that is missing has few.
        hidden: parts that other views of a month would tell of.
    """

    key: str
    question: str
    heading: str
    now: _Sums
    before: _Sums
    accounts: Mapping[str, int]
    hidden: Collection[str]

    @property
    def totals(self) -> tuple[Decimal, Decimal]:
        """Return all that came, now and before."""
        return sum(self.now.values(), Decimal(0)), sum(self.before.values(), Decimal(0))


def build_parts(receipts: Receipts) -> tuple[Panel, ...]:
    """Answer how money came, through whom, for what, and where."""
    rows = questions.sum_by_part(receipts.context.facts, receipts.scope, receipts.scope_before)
    channels, groups = (
        _Division(
            key=f"payments.{by}s",
            question=question,
            heading=heading,
            now=_sum_names(rows, by),
            before=_sum_names(rows, by, is_before=True),
            accounts=receipts.count_payers(by=by),
            hidden=hidden,
        )
        for by, question, heading, hidden in (
            ("channel", "Каким способом платят?", "Способ", receipts.hidden_channels),
            ("group", "За что платят?", "Группа услуг", receipts.hidden_groups),
        )
    )
    return (
        _build_division(receipts, channels, _SHARES),
        _build_division(receipts, _find_sources(receipts), _SOURCES),
        _build_division(receipts, groups, _SHARES),
        *_build_places(receipts, rows),
    )


def _sum_names(rows: Sequence[PartPaid], by: str, *, is_before: bool = False) -> dict[str, Decimal]:
    return {
        (row.channel if by == "channel" else row.group) or _UNSPREAD: amount
        for row in rows
        if row.by == by and (amount := row.before if is_before else row.amount) is not None
    }


def _find_fewest(months: Collection[Mapping[str, int]]) -> dict[str, int]:
    names = set().union(*months)
    return {name: min(known[name] for known in months if name in known) for name in names}


def _find_sources(receipts: Receipts) -> _Division:
    spans = filter(None, (receipts.scope, receipts.scope_before))
    months = [span.until for span in spans]
    rows = payers.sum_by_source(receipts.context.facts, receipts.scope, months)
    counts: dict[dt.date, dict[str, int]] = {}
    for row in rows:
        counts.setdefault(row.period, {})[row.source or _UNKNOWN] = row.accounts
    now, before = (
        {row.source or _UNKNOWN: row.amount for row in rows if row.period == month}
        for month in (months[0], months[-1])
    )
    return _Division(
        key="payments.sources",
        question="Через кого платили в последнем месяце?",
        heading="Кто принял",
        now=now,
        before=before if receipts.scope_before else {},
        accounts=_find_fewest(counts.values()),
        hidden=receipts.find_hidden_parts(counts),
    )


def _build_division(receipts: Receipts, division: _Division, explanation: Explanation) -> Panel:
    now, before = division.now, division.before
    lines = tuple(
        Line(
            CHANNELS.get(name, name),
            (now.get(name), before.get(name)),
            division.accounts.get(name, 1),
        )
        for name in dict.fromkeys([*now, *before])
    )
    columns = _list_columns(receipts, division.totals)
    names = {CHANNELS.get(name, name or _UNSPREAD) for name in division.hidden}
    table = privacy.withhold_lines(Table(division.heading, columns, lines), names=names, word=_REST)
    return Panel(
        key=division.key,
        question=division.question,
        answer=_answer(receipts, table, division.totals),
        explanation=explanation,
        chart=_draw(receipts, table, division.totals) if len(table.lines) > 1 else None,
        table=table if table.lines else None,
    )


def _list_columns(receipts: Receipts, totals: tuple[Decimal, Decimal]) -> tuple[Column, ...]:
    columns = [
        figures.value_column("Поступило, ₽", Unit.MONEY, 0),
        Column("Доля", Unit.SHARE, lambda values: figures.share(values[0], totals[0])),
    ]
    if receipts.scope_before:
        word = COMPARED[receipts.context.view.compared]
        columns += [
            Column("Изменение доли", Unit.POINTS, lambda values: _move(values, totals)),
            figures.change_column(f"Изменение суммы: {word}", 0, 1, is_good=True),
        ]
    return tuple(columns)


def _move(values: Values, totals: tuple[Decimal, Decimal]) -> Decimal | None:
    return figures.difference(
        figures.share(values[0], totals[0]), figures.share(values[1], totals[1])
    )


def _answer(receipts: Receipts, table: Table, totals: tuple[Decimal, Decimal]) -> str:
    if not table.lines:
        if totals[0]:
            return "Платят меньше 10 счетов: такие цифры не показываются."
        return "За это время платежей нет."
    largest = max(table.lines, key=lambda line: line.values[0] or 0)
    part = figures.format_share(figures.share(largest.values[0], totals[0]))
    words = f"Больше всего – {largest.name}, {part}"
    moves = [(move, line) for line in table.lines if (move := _move(line.values, totals))]
    if moves and len(table.lines) > 1:
        move, line = max(moves, key=lambda pair: abs(pair[0]))
        told = figures.format_points(move)
        word = COMPARED[receipts.context.view.compared]
        words += f"; сильнее всего изменилась доля: {line.name}, {told} ({word})"
    return f"{words}."


def _draw(receipts: Receipts, table: Table, totals: tuple[Decimal, Decimal]) -> Chart:
    lines = table.lines
    series = [
        Series("этот период", tuple(figures.share(line.values[0], totals[0]) for line in lines))
    ]
    if receipts.scope_before:
        before = tuple(figures.share(line.values[1], totals[1]) for line in lines)
        series.append(Series(PALE[receipts.context.view.compared], before, Mark.PALE_BARS))
    return Chart(tuple(line.name for line in lines), tuple(series), Unit.SHARE)


def _build_places(receipts: Receipts, rows: Sequence[PartPaid]) -> tuple[Panel, ...]:
    is_counted = receipts.scope.group is None
    values = {
        row.house: (
            row.amount,
            Decimal(row.payments) if is_counted and row.payments is not None else None,
            None if row.house in receipts.context.unlike else row.before,
        )
        for row in rows
        if row.house is not None
    }
    columns = _times.list_columns(receipts)
    table = _places.divide_by_place(receipts.context, columns, values)
    if table is None:
        return ()
    lines = sorted(table.lines, key=lambda line: line.values[0] or Decimal(0), reverse=True)
    table = replace(table, lines=tuple(lines))
    return (
        Panel(
            key="payments.places",
            question="Где поступило больше или меньше?",
            answer=_answer_places(receipts, table),
            explanation=_times.RECEIVED,
            chart=_places.draw_places(table, column=0),
            table=table if table.lines else None,
        ),
    )


def _answer_places(receipts: Receipts, table: Table) -> str:
    if not table.lines:
        return "За эти месяцы платежей нет."
    changes = [
        (change, line)
        for line in table.lines
        if (change := figures.change(line.values[0], line.values[2])) is not None
    ]
    if changes and receipts.scope_before:
        change, line = max(changes, key=lambda pair: abs(pair[0]))
        word = COMPARED[receipts.context.view.compared]
        return f"Сильнее всего изменилось: {line.name}, {figures.format_change(change)} ({word})."
    largest = max(table.lines, key=lambda line: line.values[0] or 0)
    return f"Больше всего поступило: {largest.name}, {figures.format_large(largest.values[0])}."
