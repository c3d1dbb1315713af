"""Column: what the cells of a column of a package can contain."""

from dataclasses import dataclass, replace
from enum import StrEnum

ID_LIMIT = 64
NAME_LIMIT = 300
TEXT_LIMIT = 1_000
BODY_LIMIT = 100_000


class Kind(StrEnum):
    """What the cells of a column contain."""

    TEXT = "text"
    MONEY = "money"
    TARIFF = "tariff"
    VOLUME = "volume"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one file.

    Attributes:
        name: its name in the header.
        kind: what its cells contain.
        has_header: whether the file must have the column.
        has_value: whether every cell must have a value.
        is_key: whether it belongs to the file's key.
        values: the allowed values; empty if any value is allowed.
        limit: the largest number of characters of a text.
        has_lines: whether a text can contain line breaks.
        default: the value of an empty cell; None is NULL.
    """

    name: str
    kind: Kind = Kind.TEXT
    has_header: bool = True
    has_value: bool = True
    is_key: bool = False
    values: tuple[str, ...] = ()
    limit: int = TEXT_LIMIT
    has_lines: bool = False
    default: int | None = None

    @property
    def may_be_empty(self) -> "Column":
        """The same column, with cells that can be empty."""
        return replace(self, has_value=False)

    @property
    def optional(self) -> "Column":
        """The same column, which a file can leave out (○ in the format)."""
        return replace(self, has_header=False, has_value=False)

    @property
    def key(self) -> "Column":
        """The same column as a part of the key (★ in the format)."""
        return replace(self, is_key=True)


def identifier(name: str) -> Column:
    """Describe an external id: unique within the sender, case-sensitive."""
    return Column(name, limit=ID_LIMIT)


def name(name: str, limit: int = NAME_LIMIT) -> Column:
    """Describe a text of one line."""
    return Column(name, limit=limit)


def word(name: str, *values: str) -> Column:
    """Describe a text that has one of the given values."""
    return Column(name, limit=ID_LIMIT, values=values)


def money(name: str) -> Column:
    """Describe an amount in roubles, decimal(13,2)."""
    return Column(name, Kind.MONEY)


def tariff(name: str) -> Column:
    """Describe a price in roubles, decimal(14,6)."""
    return Column(name, Kind.TARIFF)


def volume(name: str) -> Column:
    """Describe a quantity in the service's unit or m², decimal(15,6)."""
    return Column(name, Kind.VOLUME)


def integer(name: str, *values: str) -> Column:
    """Describe a whole number: any, or one of the given ones."""
    return Column(name, Kind.INT, values=values)


def flag(name: str) -> Column:
    """Describe a yes or no, written 1 or 0."""
    return Column(name, Kind.BOOL)


def day(name: str) -> Column:
    """Describe a date, written YYYY-MM-DD."""
    return Column(name, Kind.DATE)


def period(name: str) -> Column:
    """Describe a month, written YYYY-MM."""
    return Column(name, Kind.PERIOD)
