"""Column: what a column of the exchange package may hold."""

from dataclasses import dataclass, replace
from enum import StrEnum

ID_LIMIT = 64
NAME_LIMIT = 300
TEXT_LIMIT = 1_000
BODY_LIMIT = 100_000


class Kind(StrEnum):
    """What the cells of a column may hold."""

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
        name: Its word in the header.
        kind: What its cells hold.
        has_header: Whether the header must name it.
        has_value: Whether every cell must be filled.
        is_key: Whether it belongs to the file's key.
        values: The allowed words, empty when any will do.
        limit: Most characters of a text.
        has_lines: Whether a text may hold line breaks.
        default: What an empty cell stands for, None when empty is NULL.
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
        """The same column, whose header is mandatory and whose cells may be empty."""
        return replace(self, has_value=False)

    @property
    def optional(self) -> "Column":
        """The same column marked ○: neither header nor value are mandatory."""
        return replace(self, has_header=False, has_value=False)

    @property
    def key(self) -> "Column":
        """The same column marked ★."""
        return replace(self, is_key=True)


def identifier(name: str) -> Column:
    """Describe an external id: unique within the sender, case matters."""
    return Column(name, limit=ID_LIMIT)


def name(name: str, limit: int = NAME_LIMIT) -> Column:
    """Describe a text of one line."""
    return Column(name, limit=limit)


def word(name: str, *values: str) -> Column:
    """Describe a text that is one of the given words."""
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
    """Describe a whole number, one of the given ones if any are."""
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
