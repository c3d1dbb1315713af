"""Read payment codes as they are printed on real receipts (ГОСТ Р 56042-2014).

The reader accepts the mistakes of real writers, which DOMAIN §1.1, §1.4 and §1.7 list. It does
not check account keys and the INN.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from lib.domain.payment_code.writer import (
    NO_CORR_ACCOUNT,
    SEPARATORS,
    Encoding,
    clean_value,
    find_key,
    find_mandatory_problem,
)
from lib.errors import PortalError

_VERSION = b"0001"
_SERVICE_BYTES = 8
# surrogateescape decodes a byte that is invalid in the encoding to such a character.
_UNDECODED = re.compile(r"[\udc80-\udcff]")
_STRAY_TAIL = re.compile(r"[\udc80-\udcff\s\x00-\x1f]+\Z")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_DIGIT_KEYS = frozenset(
    {"PersonalAcc", "BIC", "CorrespAcc", "Sum", "PayeeINN", "PaymPeriod", "TechCode"}
)
# Stray bytes decode to signs, never to letters or printable ASCII: «12 руб» must not become 12.
_DIGITS_WITH_STRAY = re.compile(r"([0-9]+)[^\w\x20-\x7e]+")
_SUM = re.compile(r"[0-9]{1,18}")
_PERIODS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<month>[0-9]{2})\.(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})",
        # Tried before MMYYYY: no month is 19 or 20, so the two never collide.
        r"(?P<year>199[0-9]|20[0-9]{2})(?P<month>[0-9]{2})",
        r"(?P<month>[0-9]{2})(?P<year>[0-9]{4})",
        r"(?P<month>[0-9]{2})(?P<year>[0-9]{2})",
        r"(?P<month>[0-9])(?P<year>[0-9]{4})",
    )
)
_CENTURY = 2000
_YEARS = range(1990, 2100)
_MONTHS = range(1, 13)


class PaymentCodeUnreadable(PortalError):
    """The bytes are not a payment code of the standard; the message says what is wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Платёжный код не прочитан: {reason}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCode:
    """The contents of a payment code.

    Attributes:
        version: Always "0001" today.
        encoding: The encoding in which the text was read; the header may name another.
        fields: Values by the standard's key; unknown keys and empty values are left out.
        amount: Roubles; None if the code has no sum or a malformed one.
        period: The first day of the paid month, or None.
    """

    version: str
    encoding: Encoding
    fields: Mapping[str, str]
    amount: Decimal | None
    period: date | None


def parse(raw: bytes) -> PaymentCode:
    """Read a payment code; if a key is repeated, its first value counts.

    Raises:
        PaymentCodeUnreadable: The header is of another format, or a mandatory
            requisite is missing or malformed.
    """
    declared, separator = _header(raw)
    encoding, text = _decoded(raw[_SERVICE_BYTES:], declared)
    fields = _fields(text, separator)
    problem = find_mandatory_problem(fields)
    if problem:
        raise PaymentCodeUnreadable(problem)
    return PaymentCode(
        version=_VERSION.decode("ascii"),
        encoding=encoding,
        fields=MappingProxyType(fields),
        amount=_amount(fields.get("Sum", "")),
        period=_period(fields.get("PaymPeriod", "")),
    )


def _header(raw: bytes) -> tuple[Encoding, str]:
    if raw[:2] != b"ST":
        raise PaymentCodeUnreadable("это не код для оплаты по ГОСТ Р 56042-2014")
    if raw[2:6] != _VERSION:
        raise PaymentCodeUnreadable("неизвестная версия формата")
    if raw[6:7] not in {b"1", b"2", b"3"}:
        raise PaymentCodeUnreadable("неизвестная кодировка текста")
    separator = raw[7:8].decode("latin-1")
    if not separator or separator not in SEPARATORS:
        raise PaymentCodeUnreadable("после заголовка нет разделителя реквизитов")
    return Encoding(int(raw[6:7])), separator


def _decoded(body: bytes, declared: Encoding) -> tuple[Encoding, str]:
    # The header may be wrong. UTF-8 is tried first: Cyrillic in a one-byte encoding is never valid
    # UTF-8, while UTF-8 decodes to wrong text in a one-byte encoding.
    for encoding in (Encoding.UTF8, declared, *Encoding):
        text = _text(body, encoding)
        if _is_plausible(text, encoding):
            return encoding, text
    return declared, _UNDECODED.sub("\ufffd", _text(body, declared))


def _text(body: bytes, encoding: Encoding) -> str:
    # Some writers leave stray bytes and a line break after the last value.
    return _STRAY_TAIL.sub("", body.decode(encoding.codec, "surrogateescape"))


def _is_plausible(text: str, encoding: Encoding) -> bool:
    if _UNDECODED.search(text):
        return False
    return bool(_CYRILLIC.search(text)) or (encoding is Encoding.UTF8 and not text.isascii())


def _fields(text: str, separator: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, value in _pairs(text, separator):
        if value:
            fields.setdefault(key, value)
    return fields


def _pairs(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for pair in text.split(separator):
        name, _, value = pair.partition("=")
        key = find_key(name)
        if key is not None:
            yield key, _value(key, clean_value(value))


def _value(key: str, value: str) -> str:
    if key == "CorrespAcc" and not value:
        return NO_CORR_ACCOUNT  # an empty value means that the bank has no such account
    stray = _DIGITS_WITH_STRAY.fullmatch(value) if key in _DIGIT_KEYS else None
    return stray[1] if stray else value


def _amount(kopecks: str) -> Decimal | None:
    return Decimal(kopecks).scaleb(-2) if _SUM.fullmatch(kopecks) else None


def _period(text: str) -> date | None:
    for pattern in _PERIODS:
        match = pattern.fullmatch(text)
        if match:
            return _first_of_month(match["year"], int(match["month"]))
    return None


def _first_of_month(digits: str, month: int) -> date | None:
    year = int(digits) if len(digits) == len("YYYY") else _CENTURY + int(digits)
    return date(year, month, 1) if year in _YEARS and month in _MONTHS else None
