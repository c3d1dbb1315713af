"""«Долги» on a day, and by age."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.domain import formats
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
from lib.domain.insight.debt_ages import OLD_DAYS, Ages
from lib.facts.questions.debt_lines import DebtDay
from lib.facts.questions.debtors import OLD, OVERDUE, OVERPAID, OWED
from lib.facts.questions.debts import AgeSum
from lib.services.insight import _compared
from lib.services.insight._context import Context
from lib.services.insight._hidden_debts import HiddenDebts
from lib.services.insight._shared_accounts import Part, withhold_shared
from lib.services.insight.debts._hidden_parts import HiddenParts

WITHIN_MONTH = (
    "Внутри месяца – последний день, который отличается от показанного раньше не меньше чем "
    "10 заплатившими счетами; возрасты, группы и места – когда столько заплатили в каждой части, "
    "иначе на конец месяца. Для места или группы – только на конец месяца."
)


@dataclass(frozen=True, slots=True)
class Debts:
    """The debts of a place on a day.

    Attributes:
        at: the day.
        before: the day that it is compared with.
        ages: the ages on the day.
        now: sums by age, by group and of everything.
        earlier: the same on the compared day.
        later_at: the last day whose debt may be shown as one sum alone.
        later: the sums of that day; empty if it is the same day.
        hidden: figures of the place that are hidden at the end of a month.
        parts: its groups and ages that are hidden.
    """

    at: DebtDay
    before: DebtDay | None
    ages: Ages
    now: Sequence[AgeSum]
    earlier: Sequence[AgeSum]
    later_at: DebtDay
    later: Sequence[AgeSum]
    hidden: HiddenDebts
    parts: HiddenParts

    @property
    def total(self) -> AgeSum | None:
        """Return the sums of everything; None if nobody owes or has overpaid."""
        return _find_total(self.now)

    @property
    def is_few(self) -> bool:
        """Tell whether the debt is that of few accounts, or would tell of them."""
        count = self.total.owing if self.total else 0
        return 0 < count < privacy.FEWEST or self.hidden.hides(OWED, self.at.month)

    @property
    def total_before(self) -> AgeSum | None:
        """Return the sums of everything on the compared day; None if few owed."""
        total = _find_total(self.earlier)
        if total is None or self.before is None or total.owing < privacy.FEWEST:
            return None
        return None if self.hidden.hides(OWED, self.before.month) else total

    @property
    def total_later(self) -> AgeSum | None:
        """Return the sums of everything on the later day; None: there is none, or few owe."""
        total = _find_total(self.later)
        return total if total and total.owing >= privacy.FEWEST else None

    @property
    def may_tell_overdue(self) -> bool:
        """Tell whether the overdue part, all without the first age, tells of no few accounts."""
        if self.hidden.hides(OVERDUE, self.at.month):
            return False
        count = self.total.overdue_accounts if self.total else 0
        return 0 not in self.hidden_ages and not 0 < count < privacy.FEWEST

    @property
    def may_tell_old(self) -> bool:
        """Tell whether the old part tells of no few accounts: no age is withheld."""
        return not self.hidden_ages and not self.hidden.hides(OLD, self.at.month)

    @property
    def may_tell_overpaid(self) -> bool:
        """Tell whether overpayments are those of enough accounts."""
        count = self.total.overpaying if self.total else 0
        is_few = 0 < count < privacy.FEWEST
        return not is_few and not self.hidden.hides(OVERPAID, self.at.month)

    @property
    def hidden_ages(self) -> set[int]:
        """Return the numbers of the ages that are not shown."""
        if self.parts.ages is None:
            return set(range(len(self.ages.names)))
        counts = {row.age: row.accounts for row in self.now if row.age is not None and row.age >= 0}
        return self.parts.ages | privacy.find_withheld(counts)

    @property
    def day(self) -> str:
        """Return the day in words."""
        return formats.format_long_date(self.at.day)


def _find_total(rows: Sequence[AgeSum]) -> AgeSum | None:
    return next((row for row in rows if row.age is None and row.group is None), None)


def build_ages(context: Context, found: Debts) -> Panel:
    """Tell how old the debts are; the sum of the ages is the debt."""
    lines = _list_lines(found)
    whole = found.total.owed if found.total else None
    columns = [
        figures.value_column("Долг, ₽", Unit.MONEY, 0),
        Column("Доля долга", Unit.SHARE, lambda values: figures.share(values[0], whole)),
        figures.value_column("Счетов", Unit.COUNT, 1),
    ]
    if found.before:
        words = _compared.name_change(context).capitalize()
        columns.append(figures.change_column(words, 0, 2, is_good=False))
    total = _add_up(lines, found)
    hidden = {found.ages.names[age] for age in found.hidden_ages}
    table = withhold(Table("Просрочено", tuple(columns), lines, total=total), found, hidden)
    if found.parts.ages is None:
        table = replace(table, lines=(), withheld=None)
    if table.withheld:  # an account may be in several of its ages
        together = blank_unknown(table.withheld, lines, table.lines)
        owed, _, was = together.values
        table = replace(table, withheld=replace(together, values=(owed, None, was)))
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
        table=table if table.lines or table.withheld else None,
    )


def withhold(table: Table, found: Debts, names: Collection[str]) -> Table:
    """Withhold lines of few accounts; an account may be in several, so they do not add up."""
    if found.total is None or found.is_few:
        return replace(table, lines=(), withheld=None, total=None)
    month = found.at.month
    counts: dict[str, dict[Part, int]] = {
        line.name: {(False, month): line.accounts} for line in table.lines if line.accounts
    }
    return withhold_shared(table, counts, names=names)


def blank_unknown(together: Line, lines: Sequence[Line], shown: Sequence[Line]) -> Line:
    """Return a line without the values that are not known of every line that it adds up."""
    names = {line.name for line in shown}
    hidden = [line.values for line in lines if line.name not in names]
    is_known = [None not in values for values in zip(*hidden, strict=True)]
    values = tuple(
        value if known else None for value, known in zip(together.values, is_known, strict=True)
    )
    return replace(together, values=values)


def _list_lines(found: Debts) -> tuple[Line, ...]:
    rows = {row.age: row for row in found.now if row.age is not None and row.age >= 0}
    before = {row.age: row for row in found.earlier if row.age is not None and row.age >= 0}
    lines = []
    for age, name in enumerate(found.ages.names):
        row, then = rows.get(age), before.get(age)
        if row or then:
            owed, count = (row.owed, row.accounts) if row else (Decimal(0), 0)
            is_known = then is not None and age not in (found.parts.ages_before or ())
            was = then.owed if then and is_known and then.accounts >= privacy.FEWEST else None
            lines.append(Line(name, (owed, Decimal(count), was), count, order=age))
    return tuple(lines)


def _add_up(lines: Sequence[Line], found: Debts) -> Line | None:
    if not lines or found.total is None:
        return None
    owed = found.total.owed
    before = found.total_before.owed if found.total_before else None
    return Line("Всего", (owed, Decimal(found.total.owing), before), found.total.owing)


def _answer_ages(context: Context, found: Debts) -> str:
    total, later = found.total, ""
    if found.total_later:
        day = formats.format_long_date(found.later_at.day)
        later = f" Позже, на {day}, – {figures.format_large(found.total_later.owed)}."
    return f"{_answer_total(context, found, total)}{later}"


def _answer_total(context: Context, found: Debts, total: AgeSum | None) -> str:
    if total is None or not total.owed:
        return f"На {found.day} долгов нет."
    if found.is_few:
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
    return f"{words}, больше {OLD_DAYS} дней – {old}."


def _draw_ages(table: Table) -> Chart:
    lines = [*table.lines, *filter(None, [table.withheld])]
    series = [Series("долг", tuple(line.values[0] for line in lines))]
    if any(line.values[2] for line in lines):
        earlier = tuple(line.values[2] for line in lines)
        series.append(Series("в сравниваемый день", earlier, Mark.PALE_BARS))
    return Chart(tuple(_name_bar(line, table) for line in lines), tuple(series), Unit.MONEY)


def _name_bar(line: Line, table: Table) -> str:
    return "остальные" if line is table.withheld else line.name
