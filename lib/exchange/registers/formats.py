"""What a register's format is: the description that the reader goes by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lib.errors import PortalError

_DATE_PARTS = {"%d": "[0-9]{2}", "%m": "[0-9]{2}", "%Y": "[12][0-9]{3}", "%y": "[0-9]{2}"}
# by part: the fields it may have, and those without which there is no payment
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
_NEEDED = ("account", "paid_on", "amount")


class FormatBroken(PortalError):
    """A description in the table cannot be read by."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"Описание формата «{code}» неверно: {why}. Исправьте строки таблицы.")


class Layout(StrEnum):
    """How a file is laid out: a payment a line, or sections of ``key=value``."""

    DELIMITED = "delimited"
    CLIENT_BANK = "client_bank"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is: in a column, counted from one, or behind a label."""

    position: int | None = None
    label: str | None = None


Places = Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class RegisterFormat:
    """One format, as its rows in the table say.

    Attributes:
        code: its short name.
        name: as people call it.
        layout: how its files are laid out.
        bank: whose registers these are: a reference is unique within one bank.
        channel: by which channel its payments came, in the words of billing's packages.
        is_acquirer: whether these are payments made in the portal.
        encoding: of its files.
        separator: of cells, one character.
        is_quoted: whether cells may be in quotes, as in RFC 4180.
        decimal_sign: comma or point.
        date_format: of ``%d``, ``%m``, ``%Y`` or ``%y`` and signs between them.
        header_lines: how many lines come before the payments.
        comment_mark: with what a line begins that says nothing.
        trailer_mark: with what the last line begins, if there is one with totals.
        account_pattern: finds the account in the purpose of a transfer: the first group.
        document_pattern: finds our document's number there.
        header: where its fields are in the header's first line.
        row: where they are in a payment's line.
        trailer: where they are in the last line.
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
        """Refuse what nothing could be read by; a table can hold anything."""
        if not set(re.findall("%.?", self.date_format)) <= _DATE_PARTS.keys():
            raise FormatBroken(self.code, f"дата «{self.date_format}»")
        for name in ("account_pattern", "document_pattern"):
            self._check_pattern(getattr(self, name))
        for part, known in _FIELDS.items():
            unknown = set(getattr(self, part)) - known
            if unknown:
                raise FormatBroken(self.code, f"неизвестные поля {', '.join(sorted(unknown))}")
        missing = [one for one in _NEEDED if one not in self.row]
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
        """Return what a date of this format looks like, as a regular expression."""
        parts = re.split("(%[a-zA-Z])", self.date_format)
        return "".join(_DATE_PARTS.get(part) or re.escape(part) for part in parts)

    @property
    def money_pattern(self) -> str:
        """Return what a sum of this format looks like, as a regular expression."""
        return f"-?[0-9]{{1,11}}(?:{re.escape(self.decimal_sign)}[0-9]{{1,2}})?"
