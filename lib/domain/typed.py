"""Parse amounts and dates that people type, in the usual ways of writing them."""

import datetime as dt
import re
from decimal import Decimal

from lib.errors import PortalError

_SPACES = re.compile(r"\s+")
_SUM = re.compile(r"([0-9]{1,9}|[0-9]{1,3}(?: [0-9]{3}){1,2})(?:[.,]([0-9]{1,2}))?")
_CURRENCY = re.compile(r"(?:₽|руб(?:\.|лей|ля|ль)?|р\.?)$", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class TypedRefused(PortalError):
    """The text is not an amount or a date."""


def parse_money(text: str) -> Decimal:
    """Parse an amount in roubles: «123,45», «123.45», «1 234,56», with or without «₽».

    Raises:
        TypedRefused: it is not an amount, is negative, or has more than two decimals.
    """
    plain = _CURRENCY.sub("", _SPACES.sub(" ", text).strip()).strip()
    match = _SUM.fullmatch(plain)
    if match is None:
        raise TypedRefused("Сумма не распознана. Введите её цифрами, например 123,45.")
    return Decimal(f"{match[1].replace(' ', '')}.{(match[2] or '0').ljust(2, '0')}")


def parse_day(text: str) -> dt.date:
    """Parse a date: «18.09.2014», «18/9/2014», «2014-09-18».

    Raises:
        TypedRefused: it is not a date, or there is no such day.
    """
    plain = _SPACES.sub(" ", text).strip().removesuffix("г.").strip()
    match, iso = _DAY.fullmatch(plain), _ISO_DAY.fullmatch(plain)
    parts = (match[3], match[2], match[1]) if match else iso.groups() if iso else ()
    try:
        year, month, number = map(int, parts)
        return dt.date(year, month, number)
    except ValueError as wrong:
        raise TypedRefused(
            "Дата не распознана. Введите день, месяц и год, например 18.09.2014."
        ) from wrong
