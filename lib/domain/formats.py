"""How numbers, money and dates are written for people: the Russian way.

One module for screens and documents alike, so that a figure on the screen and
the same figure in the receipt are the same characters.
"""

import datetime as dt
import functools
from decimal import Decimal

NO_DATA = "–"
_MINUS = "−"
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
_MONTHS_OF = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_MONTHS_SHORT = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")


def number(value: Decimal | None, *, places: int) -> str:
    """Write a number with a decimal comma, thousands apart and a real minus.

    Args:
        value: the number; ``None`` is no data and is written as an en dash.
        places: the least number of decimals; more are shown where the value has them.
    """
    return NO_DATA if value is None else _number(value, places)


# a bill repeats its figures, and the next run of the screen repeats the bill; equal numbers
# are written alike, however many zeros they carry
@functools.lru_cache(maxsize=16_384)
def _number(value: Decimal, places: int) -> str:
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    text = whole.replace(",", _NO_BREAK_SPACE) + (f",{decimals}" if decimals else "")
    return f"{_MINUS}{text}" if value < 0 else text


def money(value: Decimal | None) -> str:
    """Write roubles and kopecks: «1 240,65»."""
    return number(value, places=2)


def tariff(value: Decimal | None) -> str:
    """Write a price of one unit, in roubles: «24,52»."""
    return number(value, places=2)


def volume(value: Decimal | None) -> str:
    """Write a volume in the service's own unit: «0,8774»."""
    return number(value, places=4)


def area(value: Decimal | None) -> str:
    """Write an area in square metres, without the unit: «38,1»."""
    return number(value, places=1)


def day(value: dt.date | None) -> str:
    """Write a calendar date: «25.10.2014»."""
    return NO_DATA if value is None else f"{value:%d.%m.%Y}"


def moment(value: dt.datetime) -> str:
    """Write a moment of the centre's clocks: «25.10.2014, 14:05»."""
    return f"{value:%d.%m.%Y, %H:%M}"


def span(begins: dt.datetime, ends: dt.datetime) -> str:
    """Write from when to when: «25 октября 2026 года, 9:00–17:00»."""
    if begins.date() == ends.date():
        return f"{day_of(begins)}, {_hour(begins)}–{_hour(ends)}"
    return f"{day_of(begins)}, {_hour(begins)} – {day_of(ends)}, {_hour(ends)}"


def day_of(value: dt.date) -> str:
    """Write a date as people say it: «25 октября 2026 года»."""
    return f"{value.day} {month_of(value)}"


def _hour(value: dt.datetime) -> str:
    return f"{value.hour}:{value.minute:02}"


def month(value: dt.date) -> str:
    """Write a period as in «за октябрь 2014 года»."""
    return f"{month_name(value)} года"


def month_name(value: dt.date) -> str:
    """Write a period as in a list of periods: «октябрь 2014»."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def month_of(value: dt.date) -> str:
    """Write a period as in «к концу октября 2014 года»."""
    return f"{_MONTHS_OF[value.month - 1]} {value.year} года"


def months(since: dt.date, until: dt.date) -> str:
    """Write a span of periods: «октябрь 2014», «январь – октябрь 2014», «май 2013 – май 2014»."""
    if (since.year, since.month) == (until.year, until.month):
        return month_name(until)
    if since.year == until.year:
        return f"{_MONTHS[since.month - 1]} – {month_name(until)}"
    return f"{month_name(since)} – {month_name(until)}"


def month_short(value: dt.date) -> str:
    """Write a period for the axis of a chart: «окт 2014»."""
    return f"{_MONTHS_SHORT[value.month - 1]} {value.year}"


@functools.lru_cache(maxsize=4_096)
def quoted(name: str) -> str:
    """Set a name from billing with Russian quotes: ОАО "Камал" → ОАО «Камал».

    A quote opens at the beginning and after a space, a bracket or another opening one.
    """
    letters: list[str] = []
    for letter in name:
        opens = not letters or letters[-1] in " («"
        letters.append(letter if letter != '"' else "«" if opens else "»")
    return "".join(letters)


def balance_word(value: Decimal) -> str:
    """Name the side of a balance; a positive one is owed by the resident."""
    if value > 0:
        return "Долг"
    return "Переплата" if value < 0 else "Долга нет"


def balance(value: Decimal) -> str:
    """Write a balance with its word: «Долг: 88,53», «Переплата: 14 101,55»."""
    word = balance_word(value)
    return word if value == 0 else f"{word}: {money(abs(value))}"


def counted(count: int, one: str, few: str, many: str) -> str:
    """Count in Russian: «1 день», «3 дня», «11 дней», «22 дня»."""
    tens, ones = count // 10 % 10, count % 10
    if tens == 1 or ones not in {1, 2, 3, 4}:
        return f"{number(Decimal(count), places=0)} {many}"
    return f"{number(Decimal(count), places=0)} {one if ones == 1 else few}"
