"""«Долги» by group of services, and where overpayments are."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import Explanation, Line, Panel, Table, Unit
from lib.facts.questions.debtors import OVERDUE, OVERPAID, OWED
from lib.services.insight import _compared
from lib.services.insight._context import Context
from lib.services.insight.debts._ages import Debts, blank_unknown, withhold


def build_groups(context: Context, found: Debts) -> Panel | None:
    """Tell for what is owed, and where overpayments are."""
    lines = _list_lines(found)
    if not lines:
        return None
    columns = [
        figures.value_column("Долг, ₽", Unit.MONEY, 0),
        figures.share_column("Из него просрочено", 1, 0, is_good=False),
        figures.value_column("Переплата, ₽", Unit.MONEY, 2),
    ]
    if found.before:
        words = f"Долг {_compared.name_change(context)}"
        columns.append(figures.change_column(words, 0, 3, is_good=False))
    hidden = found.parts.groups.get(OWED, set())
    table = withhold(Table("Группа услуг", tuple(columns), tuple(lines)), found, hidden)
    if table.withheld:
        table = replace(table, withheld=blank_unknown(table.withheld, lines, table.lines))
    if not table.lines:
        return None
    return Panel(
        key="debts.groups",
        question="За что должны и где переплаты?",
        answer=_answer_groups(found, table.lines),
        explanation=Explanation(
            definition="Долг и переплаты по группам услуг. Переплата одной группы не гасит долг "
            "другой: у них разные получатели.",
            formula="долг – сумма положительных остатков, переплата – отрицательных",
            moment=f"На {found.day}.",
        ),
        table=table,
    )


def _list_lines(found: Debts) -> list[Line]:
    before = {row.group: row for row in found.earlier if row.group}
    lines = []
    overdue, overpaid = (
        found.parts.groups.get(figure, set())
        | privacy.find_withheld_shared(
            {row.group: getattr(row, name) for row in found.now if row.group}
        )
        for figure, name in ((OVERDUE, "overdue_accounts"), (OVERPAID, "overpaying"))
    )
    for row in found.now:
        if row.group:
            then = before.get(row.group)
            is_known = then is not None and row.group not in found.parts.groups_before
            values = (
                row.owed,
                None if row.group in overdue else row.overdue,
                None if row.group in overpaid else row.overpaid,
                then.owed if then and is_known and then.owing >= privacy.FEWEST else None,
            )
            lines.append(Line(row.group, values, row.owing or row.overpaying))
    return sorted(lines, key=lambda line: line.values[0] or Decimal(0), reverse=True)


def _answer_groups(found: Debts, lines: Sequence[Line]) -> str:
    total = found.total
    if total is None or not lines:
        return "Долги групп услуг не показываются: счетов меньше 10."
    first = lines[0]
    part = figures.format_share(figures.share(first.values[0], total.owed))
    words = f"Больше всего должны за «{first.name}»: {part} долга"
    if total.overpaying >= privacy.FEWEST and found.may_tell_overpaid:
        count = formats.format_count(total.overpaying, "счёта", "счетов", "счетов")
        return f"{words}; переплата есть у {count}, {figures.format_large(-total.overpaid)}."
    return f"{words}."
