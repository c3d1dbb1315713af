"""Formats of registers: descriptions from the database that files are read by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lib.errors import PortalError

_DATE_PARTS = {"%d": "[0-9]{2}", "%m": "[0-9]{2}", "%Y": "[12][0-9]{3}", "%y": "[0-9]{2}"}
# the fields that each part of a file can have
_FIELDS: Mapping[str, frozenset[str]] = {
    "header": frozenset({"payee_account", "registry_no", "registry_on"}),
    "row": frozenset(
        {
            *("account", "reference", "document", "payee_account", "paid_on", "amount"),
            *("transfer", "fee", "payer", "address"),
        }
    ),
    "trailer": frozenset({"count", "amount", "transfer", "fee", "registry_no", "registry_on"}),
}
# the fields that every payment must have
_NEEDED = ("account", "paid_on", "amount")


class FormatBroken(PortalError):
    """The description of a format in the database is wrong."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"Описание формата «{code}» неверно: {why}. Исправьте строки таблицы.")


class Layout(StrEnum):
    """The layout of a file: one payment on each line, or sections of ``key=value``."""

    DELIMITED = "delimited"
    CLIENT_BANK = "client_bank"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a field: a column, counted from 1, or the text after a label."""

    position: int | None = None
    label: str | None = None


Places = Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class RegisterFormat:
    """The description of one format.

    Attributes:
        code: its short name.
        name: its name for people.
        layout: the layout of its files.
        bank: the bank that writes them; a reference is unique within one bank.
        channel: how its payments were made, in the words of billing's packages.
        is_acquirer: whether these are payments made in the portal.
        encoding: encoding of the files.
        separator: the character between cells.
        is_quoted: whether cells can be in quotes, as in RFC 4180.
        decimal_sign: comma or point.
        date_format: ``%d``, ``%m``, ``%Y`` or ``%y`` with signs between them.
        header_lines: how many lines come before the payments.
        comment_mark: the beginning of lines that are ignored.
        trailer_mark: the beginning of the last line, which has the totals; None without one.
        account_pattern: finds the account in the purpose of a transfer: its first group.
        document_pattern: finds the number of our bill there: its first group.
        header: places of fields in the first line of the header.
        row: places of fields in the line of a payment.
        trailer: places of fields in the last line.
    """

    code: str
    name: str
    layout: Layout
    bank: str
    channel: str
    is_acquirer: bool
    encoding: str
    separator: str
    is_quoted: bool
    decimal_sign: str
    date_format: str
    header_lines: int
    comment_mark: str | None = None
    trailer_mark: str | None = None
    account_pattern: str | None = None
    document_pattern: str | None = None
    header: Places = field(default_factory=dict)
    row: Places = field(default_factory=dict)
    trailer: Places = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a description that no file can be read by."""
        if not set(re.findall("%.?", self.date_format)) <= _DATE_PARTS.keys():
            raise FormatBroken(self.code, f"дата «{self.date_format}»")
        for name in ("account_pattern", "document_pattern"):
            self._check_pattern(getattr(self, name))
        for part, known in _FIELDS.items():
            unknown = set(getattr(self, part)) - known
            if unknown:
                raise FormatBroken(self.code, f"неизвестные поля {', '.join(sorted(unknown))}")
        missing = [field for field in _NEEDED if field not in self.row]
        if missing and self.layout is Layout.DELIMITED:
            raise FormatBroken(self.code, f"нет полей {', '.join(missing)}")
        if self.trailer and not self.trailer_mark:
            raise FormatBroken(self.code, "не сказано, с чего начинается итоговая строка")

    def _check_pattern(self, pattern: str | None) -> None:
        try:
            if pattern is not None and re.compile(pattern).groups < 1:
                raise FormatBroken(self.code, f"в образце «{pattern}» нет группы")
        except re.error as wrong:
            raise FormatBroken(self.code, f"образец «{pattern}»") from wrong

    @property
    def date_pattern(self) -> str:
        """Return the regular expression of a date in this format."""
        parts = re.split("(%[a-zA-Z])", self.date_format)
        return "".join(_DATE_PARTS.get(part) or re.escape(part) for part in parts)

    @property
    def money_pattern(self) -> str:
        """Return the regular expression of an amount in this format."""
        return f"-?[0-9]{{1,11}}(?:{re.escape(self.decimal_sign)}[0-9]{{1,2}})?"
