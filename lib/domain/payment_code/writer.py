"""Write payment codes of ГОСТ Р 56042-2014, which bank apps scan on a receipt.

Layout, limits and the choice of the separator: DOMAIN §1.1–§1.6. The code contains no names and
no address: the bank finds the payer by the account number, so a photo of the receipt reveals
nothing more.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from lib.domain import requisites
from lib.errors import PortalError

SEPARATORS = "|#;:^_~{}!$%&()*+,/@"
"""Every allowed separator, the preferred first (clause 5.2.1 of the standard)."""
NO_CORR_ACCOUNT = "0"
MANDATORY_KEYS = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")
"""These come first and in this order: some bank apps rely on it."""
OPTIONAL_KEYS = frozenset(
    """
    Sum Purpose PayeeINN PayerINN DrawerStatus KPP CBC OKTMO PaytReason TaxPeriod DocNo DocDate
    TaxPaytKind LastName FirstName MiddleName PayerAddress PersonalAccount DocIdx PensAcc Contract
    PersAcc Flat Phone PayerIdType PayerIdNum ChildFio BirthDate PaymTerm PaymPeriod Category
    ServiceName CounterId CounterVal QuittId QuittDate InstNum ClassNum SpecFio AddAmount RuleId
    ExecId RegType UIN TechCode
    """.split()  # noqa: SIM905 - a column of 46 quoted strings is no easier to compare
)
MAX_CHARS: Mapping[str, int] = MappingProxyType(
    {"Name": 160, "BankName": 45, "Purpose": 160, "Sum": 18, "PayeeINN": 12, "PayerINN": 12}
    | {"DrawerStatus": 2, "KPP": 9, "CBC": 20, "OKTMO": 11, "PaytReason": 2, "TaxPeriod": 10}
    | {"DocNo": 15, "DocDate": 10, "TaxPaytKind": 2}
)
MAX_MANDATORY_BYTES = 300
"""The five mandatory pairs with the separators between them, without the eight service bytes."""
MAX_PAYLOAD_BYTES = 550  # QR version 18: more is too fine for the camera of a cheap phone

_LABELS = {
    "Name": "наименование получателя",
    "PersonalAcc": "расчётный счёт получателя",
    "BankName": "наименование банка получателя",
    "BIC": "БИК банка получателя",
    "CorrespAcc": "корреспондентский счёт банка",
    "Sum": "сумма платежа",
    "Purpose": "назначение платежа",
    "PayeeINN": "ИНН получателя",
    "KPP": "КПП получателя",
}
_CANONICAL = {key.lower(): key for key in (*MANDATORY_KEYS, *OPTIONAL_KEYS)}
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class PaymentCodeRefused(PortalError):
    """No payment code can be written; the message names the requisite at fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Платёжный код не создан: {reason}.")


class Encoding(Enum):
    """How the text of a payment code is encoded; the value is the digit of its header."""

    CP1251 = 1
    UTF8 = 2
    KOI8R = 3

    @property
    def codec(self) -> str:
        """The name under which Python knows the encoding."""
        return {1: "cp1251", 2: "utf-8", 3: "koi8-r"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """The payee and its bank account; an empty `corr_acc` means that the bank has none."""

    name: str
    personal_acc: str
    bank_name: str
    bic: str
    corr_acc: str
    inn: str | None = None
    kpp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """What a resident is asked to pay: `amount` in roubles, `period` the first of a month."""

    payee: Payee
    pers_acc: str
    amount: Decimal
    period: date
    purpose: str
    quitt_id: str | None = None


def write_payload(order: PaymentOrder, *, encoding: Encoding = Encoding.UTF8) -> bytes:
    """Write the payment code of an order, at most 550 bytes to put into a QR symbol.

    Raises:
        PaymentCodeRefused: A requisite, an account key, the amount or a length is wrong.
    """
    fields = {key: clean_value(value) for key, value in _order_fields(order).items()}
    if not fields["PersAcc"]:
        raise PaymentCodeRefused("не указан лицевой счёт")
    payload = encode(fields, encoding=encoding)
    # With a wrong account key the payment would fail, so no code is written.
    _check_bank(fields["BIC"], fields["PersonalAcc"], fields["CorrespAcc"])
    return payload


def encode(fields: Mapping[str, str], *, encoding: Encoding) -> bytes:
    """Write fields by their keys, checking the structure only, not the account keys.

    Mandatory pairs come first, the others keep their order, empty values are left
    out. UTF-8 is used if the requested encoding cannot represent the text.

    Raises:
        PaymentCodeRefused: A key is unknown or missing, or a value breaks its limit.
    """
    ordered = _ordered(_canonical_fields(fields))
    problem = find_mandatory_problem(ordered) or _optional_problem(ordered)
    if problem:
        raise PaymentCodeRefused(problem)
    separator = _separator("".join(ordered.values()))
    return _compose([f"{key}={value}" for key, value in ordered.items()], separator, encoding)


def find_key(key: str) -> str | None:
    """Return the standard's spelling of a key; None if the standard does not have it."""
    return _CANONICAL.get(key.strip().lower())


def clean_value(value: str) -> str:
    """Clean a value: one line, no invisible characters, and empty instead of a literal null."""
    line = _BREAKS.sub(" ", value)
    text = "".join(char for char in line if unicodedata.category(char) not in {"Cf", "Cs"}).strip()
    return "" if text == "null" else text


def find_mandatory_problem(fields: Mapping[str, str]) -> str | None:
    """Return in Russian which mandatory requisite is malformed; None if none is."""
    for key in MANDATORY_KEYS:
        if not fields.get(key):
            return f"не указан реквизит «{_LABELS[key]}»"
    if not re.fullmatch(r"[0-9]{9}", fields["BIC"]):
        return "БИК банка получателя должен состоять из 9 цифр"
    if not requisites.is_account_well_formed(fields["BIC"], fields["PersonalAcc"]):
        return "в расчётном счёте получателя должно быть 20 цифр, и первая из них не ноль"
    if not re.fullmatch(r"[0-9]{1,20}", fields["CorrespAcc"]):
        return "корреспондентский счёт банка должен содержать не больше 20 цифр"
    return _length_problem({key: fields[key] for key in MANDATORY_KEYS})


def _order_fields(order: PaymentOrder) -> dict[str, str]:
    payee = order.payee
    return {
        "Name": payee.name,
        "PersonalAcc": payee.personal_acc,
        "BankName": payee.bank_name,
        "BIC": payee.bic,
        "CorrespAcc": payee.corr_acc,
        "PayeeINN": payee.inn or "",
        "KPP": payee.kpp or "",
        "PersAcc": order.pers_acc,
        "Sum": _kopecks(order.amount),
        "PaymPeriod": f"{order.period.month:02d}{order.period.year:04d}",
        "Purpose": order.purpose,
        "QuittId": order.quitt_id or "",
        "TechCode": "02",  # housing and utilities
    }


def _kopecks(roubles: Decimal) -> str:
    # Sum has eighteen digits: roubles of more than 16 digits leave no room for the kopecks.
    if not roubles.is_finite() or not 0 < roubles < 10**16:
        raise PaymentCodeRefused("сумма платежа должна быть больше нуля и меньше 10¹⁶ рублей")
    exact = roubles.quantize(Decimal("0.01"))
    if exact != roubles:
        raise PaymentCodeRefused("в сумме платежа есть доли копейки")
    return str(int(exact.scaleb(2)))


def _check_bank(bic: str, account: str, corr_account: str) -> None:
    if not requisites.is_bic_valid(bic):
        raise PaymentCodeRefused("БИК банка получателя должен начинаться с 04, 01 или 00")
    if not requisites.is_account_key_valid(bic, account):
        raise PaymentCodeRefused("контрольный ключ расчётного счёта получателя не подходит к БИК")
    if corr_account not in {"", NO_CORR_ACCOUNT} and not requisites.is_corr_account_key_valid(
        bic, corr_account
    ):
        raise PaymentCodeRefused("контрольный ключ корреспондентского счёта не подходит к БИК")


def _canonical_fields(fields: Mapping[str, str]) -> dict[str, str]:
    canonical: dict[str, str] = {}
    for key, value in fields.items():
        standard_key = find_key(key)
        if standard_key is None or standard_key in canonical:
            raise PaymentCodeRefused(f"реквизит «{key}» неизвестен или указан дважды")
        canonical[standard_key] = clean_value(value)
    return canonical


def _ordered(fields: Mapping[str, str]) -> dict[str, str]:
    first = {key: fields.get(key, "") for key in MANDATORY_KEYS}
    first["CorrespAcc"] = first["CorrespAcc"] or NO_CORR_ACCOUNT
    return first | {key: value for key, value in fields.items() if value and key not in first}


def _optional_problem(fields: Mapping[str, str]) -> str | None:
    if not re.fullmatch(r"[0-9]+", fields.get("Sum", NO_CORR_ACCOUNT)):
        return "сумма платежа должна быть целым числом копеек"
    return _length_problem(fields)


def _length_problem(fields: Mapping[str, str]) -> str | None:
    for key, value in fields.items():
        limit = MAX_CHARS.get(key, len(value))
        if len(value) > limit:
            return f"реквизит «{_LABELS.get(key, key)}» длиннее {limit} символов"
    return None


def _separator(text: str) -> str:
    for candidate in SEPARATORS:
        if candidate not in text:
            return candidate
    raise PaymentCodeRefused("в реквизитах заняты все символы, которыми их можно разделить")


def _compose(pairs: list[str], separator: str, requested: Encoding) -> bytes:
    encoding = requested if _can_encode(requested, "".join(pairs)) else Encoding.UTF8
    mandatory = separator.join(pairs[: len(MANDATORY_KEYS)]).encode(encoding.codec)
    if len(mandatory) > MAX_MANDATORY_BYTES:
        raise PaymentCodeRefused("наименования получателя и банка слишком длинные")
    raw = f"ST0001{encoding.value}{separator}{separator.join(pairs)}".encode(encoding.codec)
    if len(raw) > MAX_PAYLOAD_BYTES:
        raise PaymentCodeRefused("реквизиты не помещаются в код, который прочтёт телефон")
    return raw


def _can_encode(encoding: Encoding, text: str) -> bool:
    return text == text.encode(encoding.codec, "replace").decode(encoding.codec)
