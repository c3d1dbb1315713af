"""When a letter about a saved view is due: by the calendar, by a closed month, by a bound."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lib.domain.insight.answers import Page, Table, Unit
from lib.errors import PortalError

_HOUR = dt.time(7)  # letters of the calendar lie in the mailbox when work begins
_NUMBER = re.compile(r"[-−]?[0-9]{1,12}(?:[.,][0-9]{1,4})?")
_PERCENT = (Unit.SHARE, Unit.POINTS, Unit.CHANGE)
_COUNTED = {*_PERCENT, Unit.MONEY, Unit.COUNT, Unit.NUMBER, Unit.DAYS}


class Occasion(StrEnum):
    """When the letters of a subscription are sent."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CLOSING = "closing"
    BOUND = "bound"


class BoundRefused(PortalError):
    """The bound is not a number."""

    def __init__(self) -> None:
        super().__init__("Порог не распознан. Введите его цифрами, например 94,5.")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a page that can be watched.

    Attributes:
        key: of a tile, or of a table's panel and its column.
        name: what it is, in Russian.
        value: None is no data.
        unit: of the value.
    """

    key: str
    name: str
    value: Decimal | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Due:
    """An occasion that has begun: its name, and when."""

    name: str
    began: dt.datetime


def find_calendar_occasion(occasion: Occasion, now: dt.datetime) -> Due:
    """Return the last occasion by the calendar: this week's Monday or the first of this month.

    Args:
        occasion: weekly or monthly.
        now: in the centre's time zone.
    """
    moment = now if now.time() >= _HOUR else now - dt.timedelta(days=1)
    if occasion is Occasion.WEEKLY:
        day = moment.date() - dt.timedelta(days=moment.weekday())
        name = f"week {day:%G-W%V}"
    else:
        day = moment.date().replace(day=1)
        name = f"month {day:%Y-%m}"
    return Due(name, dt.datetime.combine(day, _HOUR, now.tzinfo))


def list_figures(page: Page) -> tuple[Figure, ...]:
    """Return the figures that can be watched: tiles, and the totals of tables."""
    found = [
        Figure(tile.key, tile.name, _take_number(tile.value), tile.unit)
        for tile in page.tiles
        if tile.unit in _COUNTED
    ]
    for panel in page.panels:
        if panel.table:
            found += _list_totals(panel.key, panel.question, panel.table)
    return tuple(found)


def _list_totals(key: str, question: str, table: Table) -> list[Figure]:
    if table.total is None:
        return []
    cells = table.compute_cells(table.total)
    return [
        Figure(
            f"{key}: {column.name}",
            f"{column.name}, всего ({question})",
            _take_number(cell),
            column.unit,
        )
        for column, cell in zip(table.columns, cells, strict=True)
        if column.unit in _COUNTED
    ]


def _take_number(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, (Decimal, int)) else None


def is_beyond(value: Decimal, bound: Decimal, *, is_above: bool) -> bool:
    """Tell whether a figure has passed a bound; the bound itself has not."""
    return value > bound if is_above else value < bound


def read_bound(typed: str, unit: Unit) -> Decimal:
    """Read a bound as people type it: roubles, pieces, or percent.

    Raises:
        BoundRefused: it is not a number.
    """
    plain = re.sub(r"[\s%₽]", "", typed)
    if not _NUMBER.fullmatch(plain):
        raise BoundRefused
    value = Decimal(plain.replace("−", "-").replace(",", "."))
    return value / 100 if unit in _PERCENT else value
