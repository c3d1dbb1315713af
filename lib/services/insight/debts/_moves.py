"""«Долги» between two months: from which age to which accounts have moved, and how many paid."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures, privacy
from lib.domain.insight.answers import Cell, Column, Explanation, Line, Panel, Table, Unit, Values
from lib.domain.insight.debt_ages import Ages
from lib.facts.questions import debt_moves as questions
from lib.facts.questions.debt_moves import Move
from lib.services.insight._context import Context
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts._ages import Debts

NO_DEBT = "долга нет"
_HIDDEN = "скрыто"
_OVERDUE = 1  # the first age that is overdue
_Pair = tuple[int, int]


def build_moves(context: Context, found: Debts, closed: Sequence[dt.date]) -> tuple[Panel, ...]:
    """Tell how debts moved over the last closed month: as accounts, and as money."""
    month = debt_day.get_month_before(found.at.month)
    if month not in closed:
        return ()
    before = Ages(debt_day.get_end(month), found.ages.bounds)
    now = Ages(debt_day.get_end(found.at.month), found.ages.bounds)
    moves = {
        (row.before, row.now): row
        for row in questions.count_moves(context.facts, context.scope, before, now)
    }
    if not moves:
        return ()
    hidden = find_hidden({pair: row.accounts for pair, row in moves.items()})
    words = (
        f"Строка – возраст самого старого долга счёта на {formats.format_long_date(before.day)}, "
        f"столбец – на {formats.format_long_date(now.day)}. Ячейки, где меньше 10 счетов или "
        "которые можно получить вычитанием, скрыты."
    )
    moment = f"За {formats.format_month(found.at.month)}."
    counted = "число счетов; «долга нет» – счёт рассчитался или ещё не был должен"
    summed = "долг счетов на начало; для тех, у кого его не было, – на конец"
    return (
        Panel(
            key="debts.moves",
            question="Как долги переходят из возраста в возраст?",
            answer=_answer_accounts(moves, hidden, now),
            explanation=Explanation(words, counted, moment),
            table=_make_table(moves, hidden, now, is_money=False),
        ),
        Panel(
            key="debts.moves_money",
            question="Сколько денег за этими переходами?",
            answer=_answer_money(moves, hidden),
            explanation=Explanation(words, summed, moment),
            table=_make_table(moves, hidden, now, is_money=True),
        ),
    )


def find_hidden(counts: Mapping[_Pair, int]) -> set[_Pair]:
    """Return the moves that are not shown.

    Those who had an overdue debt and paid it, those who still have one, and those who had none are
    told of together, so each of these parts is a total of its own.
    """
    parts: dict[str, dict[_Pair, int]] = {}
    for pair, count in counts.items():
        parts.setdefault(_name_part(pair), {})[pair] = count
    return {pair for part in parts.values() for pair in privacy.find_withheld(part)}


def _name_part(pair: _Pair) -> str:
    before, now = pair
    if before < _OVERDUE:
        return "in time"
    return "recovered" if now < _OVERDUE else "overdue"


def _make_table(
    moves: Mapping[_Pair, Move], hidden: set[_Pair], ages: Ages, *, is_money: bool
) -> Table:
    names = dict(enumerate((NO_DEBT, *ages.names), start=-1))
    seen = sorted({before for before, _ in moves}), sorted({now for _, now in moves})
    lines = []
    for before in seen[0]:
        known = [moves.get((before, now)) for now in seen[1]]
        values = tuple(
            None
            if (before, now) in hidden
            else _pick(row, is_money=is_money)
            if row
            else Decimal(0)
            for row, now in zip(known, seen[1], strict=True)
        )
        count = sum(row.accounts for row in known if row)
        lines.append(Line(names[before], values, count, order=before))
    unit = Unit.MONEY if is_money else Unit.COUNT
    columns = [_make_column(names[now], unit, place) for place, now in enumerate(seen[1])]
    return Table("Было → стало", tuple(columns), tuple(lines))


def _pick(row: Move, *, is_money: bool) -> Decimal:
    if not is_money:
        return Decimal(row.accounts)
    return row.owed_before or row.owed_now


def _make_column(name: str, unit: Unit, place: int) -> Column:
    def compute(values: Values) -> Cell:
        value = values[place]
        return _HIDDEN if value is None else value

    return Column(name, unit, compute)


def _answer_accounts(moves: Mapping[_Pair, Move], hidden: set[_Pair], ages: Ages) -> str:
    overdue = sum(row.accounts for pair, row in moves.items() if pair[0] >= _OVERDUE)
    recovered = sum(row.accounts for pair, row in moves.items() if _name_part(pair) == "recovered")
    if not _may_tell(recovered) or not _may_tell(overdue - recovered) or not overdue:
        return "Просроченный долг в начале месяца был у немногих счетов: доля не показывается."
    share = figures.share(Decimal(recovered), Decimal(overdue))
    words = (
        f"Из {_count(overdue)} с просроченным долгом за месяц рассчитались "
        f"{figures.format_share(share)}"
    )
    worst = len(ages.names) - 1
    fallen = [
        row.accounts
        for (before, now), row in moves.items()
        if before == now - 1 >= _OVERDUE and (before, now) not in hidden and now <= worst
    ]
    return f"{words}; в следующий возраст перешли {_count(sum(fallen))}." if fallen else f"{words}."


def _may_tell(count: int) -> bool:
    return count == 0 or count >= privacy.FEWEST


def _count(count: int) -> str:
    return formats.format_count(count, "счёта", "счетов", "счетов")


def _answer_money(moves: Mapping[_Pair, Move], hidden: set[_Pair]) -> str:
    recovered = [pair for pair in moves if _name_part(pair) == "recovered" and pair not in hidden]
    stayed = [pair for pair in moves if _name_part(pair) == "overdue" and pair not in hidden]
    if not recovered or not stayed:
        return "Переходы немногих счетов скрыты, остальные – в таблице."
    paid = sum((moves[pair].owed_before for pair in recovered), Decimal(0))
    left = sum((moves[pair].owed_before for pair in stayed), Decimal(0))
    return (
        f"За рассчитавшимися в начале месяца было {figures.format_large(paid)} долга, за теми, "
        f"кто остался с просрочкой, – {figures.format_large(left)}."
    )
