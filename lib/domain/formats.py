"""Format numbers, money and dates for people, by Russian rules.

Screens and documents share this module, so a figure on the screen and the same figure in the
receipt are the same characters.
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


def format_number(value: Decimal | None, *, places: int) -> str:
    """Format a number with a decimal comma, spaces between thousands and a minus sign «−».

    Args:
        value: the number; None means no data and gives an en dash.
        places: the least number of decimals; the value may have more.
    """
    return NO_DATA if value is None else _number(value, places)


# cached, because a bill repeats its figures and each run of the screen repeats the bill; numbers
# that differ only in trailing zeros are equal keys and have the same text
@functools.lru_cache(maxsize=16_384)
def _number(value: Decimal, places: int) -> str:
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(places, "0")
    text = whole.replace(",", _NO_BREAK_SPACE) + (f",{decimals}" if decimals else "")
    return f"{_MINUS}{text}" if value < 0 else text


def format_money(value: Decimal | None) -> str:
    """Format roubles and kopecks: «1 240,65»."""
    return format_number(value, places=2)


def format_tariff(value: Decimal | None) -> str:
    """Format a price of one unit, in roubles: «24,52»."""
    return format_number(value, places=2)


def format_volume(value: Decimal | None) -> str:
    """Format a volume in the service's own unit: «0,8774»."""
    return format_number(value, places=4)


def format_area(value: Decimal | None) -> str:
    """Format an area in square metres, without the unit: «38,1»."""
    return format_number(value, places=1)


def format_date(value: dt.date | None) -> str:
    """Format a calendar date: «25.10.2014»."""
    return NO_DATA if value is None else f"{value:%d.%m.%Y}"


def format_moment(value: dt.datetime) -> str:
    """Format a moment of the centre's time zone: «25.10.2014, 14:05»."""
    return f"{value:%d.%m.%Y, %H:%M}"


def format_span(begins: dt.datetime, ends: dt.datetime) -> str:
    """Format the start and end of an event: «25 октября 2026 года, 9:00–17:00»."""
    if begins.date() == ends.date():
        return f"{format_long_date(begins)}, {_hour(begins)}–{_hour(ends)}"
    return f"{format_long_date(begins)}, {_hour(begins)} – {format_long_date(ends)}, {_hour(ends)}"


def format_long_date(value: dt.date) -> str:
    """Format a date in words: «25 октября 2026 года»."""
    return f"{value.day} {format_period_genitive(value)}"


def _hour(value: dt.datetime) -> str:
    return f"{value.hour}:{value.minute:02}"


def format_period(value: dt.date) -> str:
    """Format a period as in «за октябрь 2014 года»."""
    return f"{format_month(value)} года"


def format_month(value: dt.date) -> str:
    """Format a period as in a list of periods: «октябрь 2014»."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def format_period_genitive(value: dt.date) -> str:
    """Format a period as in «к концу октября 2014 года»."""
    return f"{_MONTHS_OF[value.month - 1]} {value.year} года"


def format_months(since: dt.date, until: dt.date) -> str:
    """Format a span of periods: «октябрь 2014», «январь – октябрь 2014», «май 2013 – май 2014»."""
    if (since.year, since.month) == (until.year, until.month):
        return format_month(until)
    if since.year == until.year:
        return f"{_MONTHS[since.month - 1]} – {format_month(until)}"
    return f"{format_month(since)} – {format_month(until)}"


def format_short_month(value: dt.date) -> str:
    """Format a period for the axis of a chart: «окт 2014»."""
    return f"{_MONTHS_SHORT[value.month - 1]} {value.year}"


@functools.lru_cache(maxsize=4_096)
def quote_name(name: str) -> str:
    """Return a name from billing with Russian quotes: ОАО "Камал" → ОАО «Камал».

    A quote is an opening one at the start of the name and after a space, a bracket or another
    opening quote.
    """
    letters: list[str] = []
    for letter in name:
        opens = not letters or letters[-1] in " («"
        letters.append(letter if letter != '"' else "«" if opens else "»")
    return "".join(letters)


def name_balance(value: Decimal) -> str:
    """Return the Russian word for a balance; a positive balance is a debt of the resident."""
    if value > 0:
        return "Долг"
    return "Переплата" if value < 0 else "Долга нет"


def format_balance(value: Decimal) -> str:
    """Format a balance with its word: «Долг: 88,53», «Переплата: 14 101,55»."""
    word = name_balance(value)
    return word if value == 0 else f"{word}: {format_money(abs(value))}"


def format_count(count: int, one: str, few: str, many: str) -> str:
    """Format a count with its noun: «1 день», «3 дня», «11 дней», «22 дня»."""
    tens, ones = count // 10 % 10, count % 10
    if tens == 1 or ones not in {1, 2, 3, 4}:
        return f"{format_number(Decimal(count), places=0)} {many}"
    return f"{format_number(Decimal(count), places=0)} {one if ones == 1 else few}"
