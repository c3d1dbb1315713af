"""What a screen of analysts says: figures, questions with their answers, charts and tables.

A service fills these values; the screen draws them, files and letters take them from here. So
a figure is the same everywhere.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lib.domain.insight.view import View

Cell = Decimal | int | str | dt.date | None
# the additive values of a line, in the order of its table
Values = Sequence[Decimal | None]


class Unit(StrEnum):
    """The unit of a figure; it decides how the figure is written."""

    MONEY = "money"  # roubles and kopecks
    SHARE = "share"  # a fraction of one, written in percent
    POINTS = "points"  # a difference of shares, written in percentage points
    CHANGE = "change"  # a relative change, a fraction of one, written in percent with its sign
    COUNT = "count"
    NUMBER = "number"  # with up to two decimals
    DAYS = "days"
    TEXT = "text"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a figure is computed, for «Как считается».

    Attributes:
        definition: what it is, in Russian.
        formula: how it is computed, in Russian words and signs.
        moment: over a period or as of a day, in Russian.
    """

    definition: str
    formula: str
    moment: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its unit, and its cell from the values of a line.

    Attributes:
        name: the heading, in Russian.
        unit: how its cells are written.
        compute: gives the cell of a line from its additive values; it also gives the cell of
            the lines that are shown together, because values of lines add up.
        is_good: whether more is better (True), worse (False), or neither (None).
    """

    name: str
    unit: Unit
    compute: Callable[[Values], Cell]
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: about what, its additive values, and how many accounts stand behind it.

    Attributes:
        name: about what.
        values: they add up over the lines of a table; None is no data.
        accounts: the accounts that the line tells of.
        leads: the view that a click on the line opens; None: it opens nothing.
        order: what lines are sorted by if not by a column, for example the month.
    """

    name: str
    values: tuple[Decimal | None, ...]
    accounts: int
    leads: View | None = None
    order: Cell = None


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under columns.

    Attributes:
        heading: the heading of the first column, which names the lines.
        columns: the columns after it.
        lines: the lines that may be shown.
        withheld: the lines of few accounts, added up; None if there are none.
        total: all lines added up; None where adding them makes no sense.
    """

    heading: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    withheld: Line | None = None
    total: Line | None = None

    def list_rows(self) -> list[tuple[Cell, ...]]:
        """Return every row that is shown, the total last: its name and its cells."""
        shown = [*self.lines, *(line for line in (self.withheld, self.total) if line)]
        return [(line.name, *self.compute_cells(line)) for line in shown]

    def compute_cells(self, line: Line) -> tuple[Cell, ...]:
        """Return the cells of a line, without its name."""
        return tuple(column.compute(line.values) for column in self.columns)


class Mark(StrEnum):
    """How a series is drawn."""

    BARS = "bars"
    LINE = "line"
    PALE_BARS = "pale_bars"  # the compared period
    PALE_LINE = "pale_line"
    DASHED = "dashed"  # what is expected
    BAND = "band"  # the range of what is expected: two series, the lower and the upper end


@dataclass(frozen=True, slots=True)
class Series:
    """A series of a chart: a value for each point of the axis; None is no data."""

    name: str
    values: tuple[Decimal | None, ...]
    mark: Mark = Mark.BARS


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        axis: names of the points, for example «окт» or «10».
        series: at most five.
        unit: of all values.
        is_stacked: bars stand on each other.
        notes: vertical lines: the point of the axis and the words.
        leads: for each point the view that a click on it opens; with them bars lie, because
            the points are places, which have long names. Empty: a click opens nothing.
    """

    axis: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    is_stacked: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    leads: tuple[View | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A question, its answer in one sentence, a chart and the table beneath.

    Attributes:
        key: a name that never changes, «screen.question»; files and subscriptions refer to it.
        question: the title, in Russian.
        answer: one computed sentence that answers it.
        explanation: how its figures are computed.
        chart: None: the table alone.
        table: None: the chart alone, if its figures are in another table.
    """

    key: str
    question: str
    answer: str
    explanation: Explanation
    chart: Chart | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its change and its small line.

    Attributes:
        key: a name that never changes, «screen.figure»; subscriptions refer to it.
        name: what it is, in Russian.
        value: None is no data.
        unit: of the value.
        change: what it changed by, in words: «−2,1 % к тем же дням 2025».
        is_good: whether the change is good; None: neither.
        line: the values of the small line, the oldest first.
        explanation: how it is computed.
        path: the screen that it leads to; empty: it stays here.
    """

    key: str
    name: str
    value: Decimal | int | None
    unit: Unit
    explanation: Explanation
    change: str = ""
    is_good: bool | None = None
    line: tuple[Decimal | None, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A screen of analysts as a whole.

    Attributes:
        tiles: the figures on top.
        panels: the questions.
        refusal: why nothing may be shown, in Russian; empty: it may.
        remark: what differs from what was asked, in Russian; empty: nothing.
    """

    tiles: tuple[Tile, ...] = ()
    panels: tuple[Panel, ...] = field(default=())
    refusal: str = ""
    remark: str = ""
