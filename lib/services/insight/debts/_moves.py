"""«Долги» between two months: from which age to which accounts have moved, and how many paid."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from lib.domain import formats
from lib.domain.insight import figures, hidden_places, privacy
from lib.domain.insight.answers import Cell, Column, Explanation, Line, Panel, Table, Unit, Values
from lib.domain.insight.debt_ages import Ages
from lib.domain.insight.hidden_places import Key
from lib.facts.questions import debt_moves as questions
from lib.facts.questions.debt_moves import Move
from lib.services.insight._context import Context
from lib.services.insight._tree import get_key
from lib.services.insight.debts import day as debt_day
from lib.services.insight.debts._ages import Debts

NO_DEBT = "долга нет"
_QUESTION = "Как долги переходят из возраста в возраст?"
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
    if context.view.place.street is not None:
        return (_refuse(),)
    rows = _read_moves(context, before, now)
    moves = _add_up(rows, context.view.place.organization)
    if not moves:
        return ()
    hidden = _find_hidden(rows, get_key(context.view.place))
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
            question=_QUESTION,
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


def _refuse() -> Panel:
    words = "Для улицы и дома не считается: за каждым переходом мало счетов."
    explanation = Explanation("Переходы видны у организации и у всех вместе.", "не считается", "")
    return Panel("debts.moves", _QUESTION, words, explanation)


def _read_moves(context: Context, before: Ages, now: Ages) -> Sequence[Move]:
    """Return the moves of all organisations: those of one are told apart from the others."""
    scope = context.scope.change(houses=None)
    return questions.count_moves(context.facts, scope, before, now)


def _add_up(rows: Sequence[Move], organization: int | None) -> dict[_Pair, Move]:
    """Return the moves of an organisation, or of all."""
    moves: dict[_Pair, Move] = {}
    for row in rows:
        if organization in {None, row.organization}:
            known = moves.get((row.before, row.now))
            moves[row.before, row.now] = _add_move(known, row) if known else row
    return moves


def _add_move(known: Move, row: Move) -> Move:
    return known._replace(
        accounts=known.accounts + row.accounts,
        owed_before=known.owed_before + row.owed_before,
        owed_now=known.owed_now + row.owed_now,
    )


def _find_hidden(rows: Sequence[Move], key: Key) -> set[_Pair]:
    keys = {row.organization for row in rows}
    counts: dict[Key, dict[_Pair, int]] = {
        place: {pair: move.accounts for pair, move in _add_up(rows, of).items()}
        for place, of in [((), None), *(((of,), of) for of in keys)]
    }
    return find_hidden(counts)[key]


def find_hidden(counts: Mapping[Key, Mapping[_Pair, int]]) -> dict[Key, set[_Pair]]:
    """Return the moves that are not shown of each place.

    Those who had an overdue debt and paid it, those who still have one, those who were in time
    and those who owed nothing are told of together, so each of these parts is a total of its own.
    """
    hidden: dict[Key, set[_Pair]] = {key: set() for key in counts}
    for part in {_name_part(pair) for known in counts.values() for pair in known}:
        of_part = {
            key: {pair: count for pair, count in known.items() if _name_part(pair) == part}
            for key, known in counts.items()
        }
        for key, pairs in hidden_places.find_hidden_parts(of_part, (), is_shared=False).items():
            hidden[key] |= pairs
    return hidden


def _name_part(pair: _Pair) -> str:
    before, now = pair
    if before < _OVERDUE:
        return "in time" if before == 0 else "nothing owed"
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
