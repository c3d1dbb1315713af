"""Checks of a reading: functions of a few numbers that return a finding or None.

Some findings refuse the reading, others ask the resident to confirm it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lib.domain import formats

_NEAR_ZERO = Decimal("0.9")
_FAR = 5  # times the average
_AVERAGED, _NEEDED = 6, 3  # months


class Check(StrEnum):
    """What a check looks for."""

    TOO_LARGE = "too_large"
    IN_FUTURE = "in_future"
    FUTURE_PERIOD = "future_period"
    BEFORE_LAST = "before_last"
    BACKWARDS = "backwards"
    ROLLOVER = "rollover"
    MUCH_A_DAY = "much_a_day"
    ABOVE_HARD = "above_hard"
    ABOVE_SOFT = "above_soft"
    NOTHING_USED = "nothing_used"
    FAR_ABOVE = "far_above"
    SWAPPED = "swapped"
    SLIPPED = "slipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the reading is refused, or it is accepted after a confirmation."""

    check: Check
    sentence: str
    is_refusal: bool = False


def calculate_use(previous: Decimal, value: Decimal, *, capacity: int) -> Decimal:
    """Return the consumption; a dial that shows less than before has passed zero."""
    return value - previous if value >= previous else 10**capacity - previous + value


def check_digits(value: Decimal, capacity: int) -> Finding | None:
    """Refuse more digits than the dial has."""
    if value < 10**capacity:
        return None
    digits = formats.format_count(capacity, "цифра", "цифры", "цифр")
    sentence = f"У счётчика {digits} до запятой, а введено больше."
    return Finding(Check.TOO_LARGE, sentence, is_refusal=True)


def check_date(taken_on: dt.date, today: dt.date) -> Finding | None:
    """Refuse a day in the future."""
    if taken_on <= today:
        return None
    return Finding(Check.IN_FUTURE, "Дата показания ещё не наступила.", is_refusal=True)


def check_period(period: dt.date, latest: dt.date) -> Finding | None:
    """Refuse a month for which readings are not accepted yet."""
    if period <= latest:
        return None
    sentence = f"Показания за {formats.format_month(period)} ещё не принимаются."
    return Finding(Check.FUTURE_PERIOD, sentence, is_refusal=True)


def check_order(taken_on: dt.date, last_on: dt.date | None) -> Finding | None:
    """Refuse a day before that of the last accepted reading."""
    if last_on is None or taken_on >= last_on:
        return None
    sentence = f"Уже принято показание за {formats.format_date(last_on)} — более раннее не нужно."
    return Finding(Check.BEFORE_LAST, sentence, is_refusal=True)


def check_decrease(
    value: Decimal, previous: Decimal, capacity: int, *, most: Decimal | None
) -> Finding | None:
    """Refuse a value below the previous one, or ask if the dial may have passed zero.

    Args:
        value: the reading.
        previous: the reading before.
        capacity: digits of the dial before the point.
        most: the largest consumption at which the dial may have passed zero; None means no limit.
    """
    if value >= previous:
        return None
    used = calculate_use(previous, value, capacity=capacity)
    if previous > _NEAR_ZERO * 10**capacity and (most is None or used <= most):
        sentence = (
            "Показание меньше прошлого. Если счётчик дошёл до девяток и начал с нуля, "
            "подтвердите это."
        )
        return Finding(Check.ROLLOVER, sentence)
    sentence = (
        f"Показание меньше прошлого ({formats.format_number(previous, places=0)}). Проверьте цифры."
    )
    return Finding(Check.BACKWARDS, sentence, is_refusal=True)


def check_daily_use(used: Decimal, days: int, limit: Decimal | None, unit: str) -> Finding | None:
    """Refuse a daily consumption above the limit; the day of the reading counts as one."""
    if limit is None or used / (days + 1) <= limit:
        return None
    sentence = (
        f"Выходит больше {formats.format_number(limit, places=0)} {unit} в сутки. "
        "Проверьте цифры и запятую."
    )
    return Finding(Check.MUCH_A_DAY, sentence, is_refusal=True)


def check_hard_limit(monthly: Decimal, limit: Decimal | None, unit: str) -> Finding | None:
    """Refuse a monthly consumption above the limit."""
    if limit is None or monthly <= limit:
        return None
    sentence = (
        f"Выходит больше {formats.format_number(limit, places=0)} {unit} в месяц: "
        "столько принять нельзя. Проверьте цифры и запятую."
    )
    return Finding(Check.ABOVE_HARD, sentence, is_refusal=True)


def check_soft_limit(monthly: Decimal, limit: Decimal | None, unit: str) -> Finding | None:
    """Ask about a monthly consumption above the limit."""
    if limit is None or monthly <= limit:
        return None
    sentence = (
        f"Выходит больше {formats.format_number(limit, places=0)} {unit} в месяц — это очень много."
    )
    return Finding(Check.ABOVE_SOFT, sentence)


def check_zero_use(used: Decimal, uses: Sequence[Decimal]) -> Finding | None:
    """Ask about no consumption if at least three earlier months are known and had some."""
    if used or len(uses) < _NEEDED or calculate_average(uses) == 0:
        return None
    sentence = (
        "Показание не изменилось, хотя раньше расход был. Подтвердите, если вас не было дома."
    )
    return Finding(Check.NOTHING_USED, sentence)


def check_usual_use(monthly: Decimal, uses: Sequence[Decimal], unit: str) -> Finding | None:
    """Ask about more than five times the average of six months."""
    usual = calculate_average(uses)
    if not usual or monthly <= _FAR * usual:
        return None
    times = formats.format_count(int((monthly / usual).quantize(Decimal(1))), "раз", "раза", "раз")
    sentence = f"Расход больше обычного в {times}: в среднем {_rounded(usual)} {unit} в месяц."
    return Finding(Check.FAR_ABOVE, sentence)


def calculate_average(uses: Sequence[Decimal]) -> Decimal:
    """Return the average of the last six months, 0 if there are none."""
    latest = uses[:_AVERAGED]
    return sum(latest, Decimal(0)) / len(latest) if latest else Decimal(0)


def _rounded(value: Decimal) -> str:
    return formats.format_number(value.quantize(Decimal("0.01"), ROUND_HALF_UP), places=0)
