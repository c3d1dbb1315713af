"""«Потребление»: how much of a service is used, by whom, and how it is measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats, periods
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Line,
    Mark,
    Page,
    Panel,
    Series,
    Table,
    Tile,
    Unit,
)
from lib.facts.questions import consumption as questions
from lib.facts.questions.consumption import Balance, Use
from lib.services.insight._context import FEW, Context
from lib.services.insight._shared_accounts import COMPARED, get_spans
from lib.services.insight.consumption import _houses, _readings, _services, _used_services
from lib.services.insight.consumption._services import UsedService
from lib.services.insight.consumption._use_tables import list_use_columns


@dataclass(frozen=True, slots=True)
class _Asked:
    """The service of a screen and the answers of the facts: now, and in the compared period."""

    context: Context
    service: UsedService
    uses: Sequence[Use]
    uses_before: Sequence[Use]
    balances: Sequence[Balance]
    balances_before: Sequence[Balance]

    @property
    def unit(self) -> str:
        """Return the unit of the service."""
        return self.service.unit


def build_page(context: Context) -> Page:
    """Answer the questions of the screen."""
    few = _services.find_few_users(context)
    used, used_before = _services.list_used(context)
    shown = [service for service in used if _services.is_shown(context, service, few)]
    before = [service for service in used_before if _services.is_shown(context, service, few)]
    readings = _readings.build_panels(context, _list_keys(context, used))
    chosen = context.view.service
    service = next((one for one in shown if chosen in {None, one.name}), None)
    if service is None:
        if any(one.name == chosen for one in used):
            return Page(refusal=FEW)
        panels = (_used_services.build_panel(context, shown, before), *readings)
        return Page(panels=panels)
    asked = _ask(_services.narrow(context, service, few), service)
    houses = _houses.build_panels(
        asked.context,
        service.unit,
        (asked.uses, asked.uses_before),
        (asked.balances, asked.balances_before),
    )
    return Page(
        tiles=_build_tiles(asked),
        panels=(
            _used_services.build_panel(context, shown, before),
            _build_months(asked),
            *houses,
            *readings,
        ),
    )


def _list_keys(context: Context, used: Sequence[UsedService]) -> list[int] | None:
    chosen = context.view.service
    if chosen is None and context.view.group is None:
        return None
    return [key for one in used if chosen in {None, one.name} for key in one.keys]


def _ask(context: Context, service: UsedService) -> _Asked:
    spans = get_spans(context)
    uses = questions.sum_uses(context.facts, spans, service.keys)
    known = {row.house for row in uses if row.house}
    # a house without charges has no known number of accounts
    balances = [
        row
        for row in questions.sum_balances(context.facts, spans, service.keys)
        if row.house is None or row.house in known
    ]
    return _Asked(
        context,
        service,
        [row for row in uses if row.is_now],
        [row for row in uses if not row.is_now],
        [row for row in balances if row.is_now],
        [row for row in balances if not row.is_now],
    )


def _than(context: Context) -> str:
    return f"чем {COMPARED[context.view.compared]}"


def _build_tiles(asked: _Asked) -> tuple[Tile, ...]:
    now, before = _total(asked.uses), _total(asked.uses_before)
    per_person = figures.share(*now[:2])
    change = figures.change(per_person, figures.share(*before[:2]))
    tiles = [
        Tile(
            key="consumption.per_person",
            name=f"{asked.service.name}: на человека в месяц, {asked.unit}",
            value=per_person,
            unit=Unit.NUMBER,
            explanation=_houses.USE,
            change=f"{figures.format_change(change)}: {_compared(asked)}" if change else "",
            line=tuple(figures.share(row.own, row.residents) for row in asked.uses if row.period),
        )
    ]
    metered = sum((row.metered for row in asked.balances if row.house), Decimal(0))
    premises = sum((row.premises for row in asked.balances if row.house), Decimal(0))
    if premises:
        tiles.append(
            Tile(
                key="consumption.balance",
                name="Счётчики домов против суммы квартир",
                value=figures.change(metered, premises),
                unit=Unit.CHANGE,
                explanation=_houses.BALANCE,
            )
        )
    if _houses.is_measured(asked.uses):
        tiles.append(_build_unread_tile(asked))
    return tuple(tiles)


def _build_unread_tile(asked: _Asked) -> Tile:
    now, before = _total(asked.uses), _total(asked.uses_before)
    unread = figures.share(now[4], now[3])
    changed = figures.difference(unread, figures.share(before[4], before[3]))
    return Tile(
        key="consumption.unread",
        name="Счета без показаний и по нормативу",
        value=unread,
        unit=Unit.SHARE,
        explanation=_houses.METHODS,
        change=f"{figures.format_points(changed)}: {_compared(asked)}" if changed else "",
        is_good=changed < 0 if changed else None,
        line=tuple(
            figures.share(row.averaged + row.by_norm, row.accounts)
            for row in asked.uses
            if row.period
        ),
    )


def _compared(asked: _Asked) -> str:
    return COMPARED.get(asked.context.view.compared, "")


def _total(uses: Sequence[Use]) -> tuple[Decimal | None, ...]:
    """Return used, residents, area, accounts, accounts without readings, over all months."""
    lines = [
        Line("", (row.own, row.residents, row.area, row.accounts, row.averaged + row.by_norm), 0)
        for row in uses
        if row.period
    ]
    return privacy.add_values(lines) if lines else (None,) * 5


def _build_months(asked: _Asked) -> Panel:
    context = asked.context
    span = context.view.span_before
    back = periods.count_months(span[0], context.view.since) if span else 0
    before = {periods.add_months(row.period, back): row for row in asked.uses_before if row.period}
    lines = tuple(
        Line(
            formats.format_month(row.period),
            (row.own, row.residents, row.area, *_list_before(before.get(row.period))),
            int(row.accounts),
            order=row.period,
        )
        for row in asked.uses
        if row.period
    )
    columns = list_use_columns(context, asked.unit)
    table = privacy.withhold_lines(Table("Месяц", columns, lines))
    return Panel(
        key="consumption.months",
        question=f"Сколько расходуют по месяцам: {asked.service.title}?",
        answer=_answer_months(asked),
        explanation=_houses.USE,
        chart=_draw_months(context, table),
        table=table,
    )


def _list_before(row: Use | None) -> tuple[Decimal | None, ...]:
    return (row.own, row.residents, row.area) if row else (None, None, None)


def _answer_months(asked: _Asked) -> str:
    now, before = _total(asked.uses), _total(asked.uses_before)
    per_person = figures.share(*now[:2])
    if now[0] is None:
        return _houses.UNKNOWN
    if per_person is None:
        return "Сколько в домах жителей, неизвестно: на человека расход не сосчитать."
    words = f"В среднем {format_volume(per_person)} {asked.unit} на человека в месяц"
    change = figures.change(per_person, figures.share(*before[:2]))
    told = figures.describe_change(change)
    return f"{words}, {told}, {_than(asked.context)}." if told else f"{words}."


def format_volume(value: Decimal) -> str:
    """Write a volume in words, with up to two decimals."""
    return formats.format_number(value.quantize(Decimal("0.01")).normalize(), places=0)


def _draw_months(context: Context, table: Table) -> Chart:
    lines = sorted(table.lines, key=lambda line: str(line.order))
    series = [Series("этот период", tuple(figures.share(*line.values[:2]) for line in lines))]
    if context.scope_before:
        before = tuple(figures.share(*line.values[3:5]) for line in lines)
        series.append(Series(COMPARED[context.view.compared], before, Mark.PALE_BARS))
    names = tuple(formats.format_short_month(line.order) for line in lines)  # type: ignore[arg-type]
    return Chart(names, tuple(series), Unit.NUMBER)
