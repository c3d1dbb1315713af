"""«Долги» by age, by group of services and by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import (
    Chart,
    Explanation,
    Line,
    Mark,
    Panel,
    Series,
    Table,
    Unit,
)
from lib.domain.insight.debt_ages import Ages
from lib.facts.questions import debts as questions
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debts import AgeSum
from lib.services.insight import _compared
from lib.services.insight._context import Context


@dataclass(frozen=True, slots=True)
class Debts:
    """The debts of a place on a day.

    Attributes:
        at: the day.
        before: the day that it is compared with.
        ages: the ages on the day.
        now: sums by age, by group and of everything.
        earlier: the same on the compared day.
    """

    at: DebtDay
    before: DebtDay | None
    ages: Ages
    now: Sequence[AgeSum]
    earlier: Sequence[AgeSum]

    @property
    def total(self) -> AgeSum | None:
        """Return the sums of everything; None if nobody owes or has overpaid."""
        return _find_total(self.now)

    @property
    def total_before(self) -> AgeSum | None:
        """Return the sums of everything on the compared day."""
        return _find_total(self.earlier)

    @property
    def may_tell_overdue(self) -> bool:
        """Tell whether the overdue part, all without the first age, tells of no few accounts."""
        return 0 not in self._hidden

    @property
    def may_tell_old(self) -> bool:
        """Tell whether the old part tells of no few accounts: no age is withheld."""
        return not self._hidden

    @property
    def _hidden(self) -> set[int]:
        counts = {row.age: row.accounts for row in self.now if row.age is not None and row.age >= 0}
        return privacy.find_withheld(counts)

    @property
    def day(self) -> str:
        """Return the day in words."""
        return formats.format_long_date(self.at.day)


def _find_total(rows: Sequence[AgeSum]) -> AgeSum | None:
    return next((row for row in rows if row.age is None and row.group is None), None)


def build_ages(context: Context, found: Debts) -> Panel:
    """Tell how old the debts are; the sum of the ages is the debt."""
    lines = _list_lines(found.now, found.earlier, found.ages)
    columns = [
        figures.value_column("Долг, ₽", Unit.MONEY, 0),
        figures.share_column("Доля долга", 0, 1),
        figures.value_column("Счетов", Unit.COUNT, 2),
    ]
    if found.before:
        words = _compared.name_change(context).capitalize()
        columns.append(figures.change_column(words, 0, 3, is_good=False))
    total = _add_up(lines, found)
    table = Table("Просрочено", tuple(columns), lines, total=total)
    table = privacy.withhold_lines(table)
    return Panel(
        key="debts.ages",
        question="Сколько должны и как давно?",
        answer=_answer_ages(context, found),
        explanation=Explanation(
            definition="Долг по возрасту: сколько дней прошло после дня, до которого надо было "
            "заплатить. Счёт с долгами разного возраста – в каждом из них.",
            formula="возраст = выбранный день − срок оплаты; платёж гасит самый старый долг "
            "первым; сумма возрастов равна долгу",
            moment=f"На {found.day}. Границы возрастов ведёт администратор.",
        ),
        chart=_draw_ages(table) if table.lines else None,
        table=table if lines else None,
    )


def _list_lines(now: Sequence[AgeSum], earlier: Sequence[AgeSum], ages: Ages) -> tuple[Line, ...]:
    rows = {row.age: row for row in now if row.age is not None and row.age >= 0}
    before = {row.age: row for row in earlier if row.age is not None and row.age >= 0}
    whole = sum((row.owed for row in rows.values()), Decimal(0))
    lines = []
    for age, name in enumerate(ages.names):
        row, then = rows.get(age), before.get(age)
        if row or then:
            owed, count = (row.owed, row.accounts) if row else (Decimal(0), 0)
            was = then.owed if then and then.accounts >= privacy.FEWEST else None
            lines.append(Line(name, (owed, whole, Decimal(count), was), count, order=age))
    return tuple(lines)


def _add_up(lines: Sequence[Line], found: Debts) -> Line | None:
    if not lines or found.total is None:
        return None
    owed = found.total.owed
    before = found.total_before.owed if found.total_before else None
    return Line("Всего", (owed, owed, Decimal(found.total.owing), before), found.total.owing)


def _answer_ages(context: Context, found: Debts) -> str:
    total = found.total
    if total is None or not total.owed:
        return f"На {found.day} долгов нет."
    if total.owing < privacy.FEWEST:
        return f"На {found.day} должны меньше {privacy.FEWEST} счетов: их долг не показывается."
    words = f"На {found.day} должны {figures.format_large(total.owed)}"
    earlier = found.total_before
    changed = figures.change(total.owed, earlier.owed if earlier else None)
    if changed is not None:
        words += f", {_compared.describe_sum(context, changed)}"
    if not found.may_tell_overdue:
        return f"{words}."
    words += f"; просрочено {figures.format_share(figures.share(total.overdue, total.owed))}"
    if not found.may_tell_old:
        return f"{words}."
    old = figures.format_share(figures.share(total.old, total.owed))
    return f"{words}, больше {questions.OLD_DAYS} дней – {old}."


def _draw_ages(table: Table) -> Chart:
    lines = [*table.lines, *filter(None, [table.withheld])]
    series = [Series("долг", tuple(line.values[0] for line in lines))]
    if any(line.values[3] for line in lines):
        earlier = tuple(line.values[3] for line in lines)
        series.append(Series("в сравниваемый день", earlier, Mark.PALE_BARS))
    return Chart(tuple(_name_bar(line, table) for line in lines), tuple(series), Unit.MONEY)


def _name_bar(line: Line, table: Table) -> str:
    return "остальные" if line is table.withheld else line.name


def build_groups(context: Context, found: Debts) -> Panel | None:
    """Tell for what is owed, and where overpayments are."""
    before = {row.group: row for row in found.earlier if row.group}
    lines = []
    for row in found.now:
        if row.group:
            then = before.get(row.group)
            was = then.owed if then and then.accounts >= privacy.FEWEST else None
            overdue = None if 0 < row.overdue_accounts < privacy.FEWEST else row.overdue
            overpaid = None if 0 < row.overpaying < privacy.FEWEST else row.overpaid
            values = (row.owed, overdue, overpaid, was)
            lines.append(Line(row.group, values, row.accounts))
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
    lines.sort(key=lambda line: line.values[0] or Decimal(0), reverse=True)
    table = privacy.withhold_lines(Table("Группа услуг", tuple(columns), tuple(lines)))
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


def _answer_groups(found: Debts, lines: Sequence[Line]) -> str:
    total = found.total
    if total is None or not lines:
        return "Долги групп услуг не показываются: счетов меньше 10."
    first = lines[0]
    part = figures.format_share(figures.share(first.values[0], total.owed))
    words = f"Больше всего должны за «{first.name}»: {part} долга"
    if total.overpaying >= privacy.FEWEST:
        count = formats.format_count(total.overpaying, "счёта", "счетов", "счетов")
        return f"{words}; переплата есть у {count}, {figures.format_large(-total.overpaid)}."
    return f"{words}."
