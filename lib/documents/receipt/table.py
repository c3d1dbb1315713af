"""The figures of section «Расчёт размера платы»: its columns, their content and widths."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from lib.documents.print.fonts import Line, get_face
from lib.documents.print.grid import PADDING, Grid, GridColumn, measure_grid
from lib.documents.print.lines import measure_longest_word
from lib.documents.print.style import Style
from lib.documents.receipt.data import Receipt, ReceiptLine, ReceiptTotals
from lib.domain import formats

_METHODS = {
    "meter": "прибор",
    "average": "среднее",
    "norm": "норматив",
    "area": "площадь",
    "other": "иное",
}
_SERVICE_WIDTHS = (92.0, 168.0)
"""Least and largest width of the names: figures shrink to keep the one, and share the rest."""
_MAX_UNIT_WIDTH = 44.0
_SMALLEST = 4.5
_MAX_COLUMNS = 12
"""A table with more columns has short heads and a smaller padding."""


@dataclass(frozen=True, slots=True)
class ChargeColumn:
    """A column of the form: where it comes from and how it is written."""

    field: str
    title: str
    short: str = ""
    write: Callable[[Decimal | None], str] | None = None
    is_core: bool = False
    is_summed: bool = False
    is_quiet: bool = False


def _core(column: ChargeColumn) -> ChargeColumn:
    return replace(column, is_core=True)


# cached: a house shares tariffs and norms, and the sums of a line are often equal
_WRITTEN = 4096
_write_money = lru_cache(_WRITTEN)(formats.format_money)
_write_tariff = lru_cache(_WRITTEN)(formats.format_tariff)
_write_volume = lru_cache(_WRITTEN)(formats.format_volume)


def _money(field: str, title: str, short: str = "") -> ChargeColumn:
    return ChargeColumn(field, title, short, _write_money, is_summed=True)


def _quantity(field: str, title: str, write: Callable[[Decimal | None], str]) -> ChargeColumn:
    return ChargeColumn(field, title, "", write, is_quiet=True)


# The order lets the eye add up: what came before, what was charged and why, what remains.
_COLUMNS = (
    _core(ChargeColumn("service", "Услуга")),
    _core(ChargeColumn("unit", "Ед. изм.", is_quiet=True)),
    _core(_quantity("tariff", "Тариф", _write_tariff)),
    _core(_quantity("volume_ind", "Объём", _write_volume)),
    _quantity("volume_common", "Объём на общее имущ.", _write_volume),
    ChargeColumn("method", "Способ расчёта", "Способ", is_quiet=True),
    _core(_money("opening", "К оплате на начало месяца")),
    _money("amount_ind", "Плата индив."),
    _money("amount_common", "Плата на общее имущ."),
    _core(_money("accrued", "Начислено", "Начис- лено")),
    _quantity("coefficient", "Повыш. коэфф.", _write_tariff),
    _money("coefficient_amount", "Сумма превыш.", "Превы- шение"),
    _core(_money("recalculation", "Перерасчёт", "Пере- расчёт")),
    _money("privilege", "Льготы"),
    _core(_money("total", "Итого начислено", "Итого начис- лено")),
    _money("penalty", "Пени"),
    _money("paid", "Оплачено", "Опла- чено"),
    _core(_money("closing", "К оплате")),
)


@dataclass(frozen=True, slots=True)
class ChargeTable:
    """Every group's cells, formatted once and laid out in every size that is tried.

    Attributes:
        columns: Those of the form that have data.
        titles: Their heads.
        padding: White space on either side of a cell's text, points.
        lines: By group, the cells of every line.
        totals: By group, the cells of ИТОГО.
        measures: Of every column but the first, in thousandths of the size: its widest
            figure, its widest total, the longest word of its head.
    """

    columns: tuple[ChargeColumn, ...]
    titles: tuple[str, ...]
    padding: float
    lines: tuple[list[list[Line]], ...]
    totals: tuple[list[Line], ...]
    measures: tuple[tuple[int, int, int], ...]

    def grid(self, style: Style) -> Grid:
        """Choose the largest letters that leave enough room for the names of services."""
        whole, size = measure_grid(self.padding), style.text
        widths = self._figure_widths(style, size)
        while sum(widths) > whole - _SERVICE_WIDTHS[0] and size > _SMALLEST:
            size -= 0.2
            widths = self._figure_widths(style, size)
        grid_columns = [
            GridColumn(title, width, is_figure=column.write is not None, is_quiet=column.is_quiet)
            for column, title, width in zip(
                self.columns, self.titles, _shared_out(widths, whole), strict=True
            )
        ]
        return Grid(columns=tuple(grid_columns), style=style, size=size, padding=self.padding)

    def _figure_widths(self, style: Style, size: float) -> list[float]:
        title_size = min(style.small, size)
        widths = []
        for column, (figure, total, word) in zip(self.columns[1:], self.measures, strict=True):
            plain = figure * size / 1000
            if column.field == "unit":
                plain = min(plain, _MAX_UNIT_WIDTH)
            widest = max(plain, total * size / 1000, word * title_size / 1000)
            widths.append(widest + 2 * self.padding)
        return widths


def charge_table(receipt: Receipt) -> ChargeTable:
    """Write the figures of a receipt that has groups."""
    columns = _used_columns(receipt)
    is_crowded = len(columns) > _MAX_COLUMNS
    titles = [column.short or column.title if is_crowded else column.title for column in columns]
    lines = [[_line_cells(line, columns) for line in group.lines] for group in receipt.groups]
    totals = [_total_cells(group.totals, columns) for group in receipt.groups]
    return ChargeTable(
        columns=columns,
        titles=tuple(titles),
        padding=PADDING * 2 / 3 if is_crowded else PADDING,
        lines=tuple(lines),
        totals=tuple(totals),
        measures=_measures(titles, [cells for group in lines for cells in group], totals),
    )


def _used_columns(receipt: Receipt) -> tuple[ChargeColumn, ...]:
    lines = [line for group in receipt.groups for line in group.lines]
    return tuple(
        column
        for column in _COLUMNS
        if column.is_core or any(getattr(line, column.field) is not None for line in lines)
    )


def _line_cells(line: ReceiptLine, columns: Iterable[ChargeColumn]) -> list[Line]:
    measured = get_face(bold=False).line
    return [measured(_cell(getattr(line, column.field), column)) for column in columns]


def _cell(value: Decimal | str | None, column: ChargeColumn) -> str:
    if column.write and not isinstance(value, str):
        return column.write(value)
    text = str(value or formats.NO_DATA)
    return _METHODS.get(text, text) if column.field == "method" else text


def _total_cells(totals: ReceiptTotals, columns: Iterable[ChargeColumn]) -> list[Line]:
    cells = [
        _write_money(getattr(totals, column.field)) if column.is_summed else ""
        for column in columns
    ]
    return list(map(get_face(bold=True).line, ["ИТОГО", *cells[1:]]))


def _measures(
    titles: Sequence[str], lines: Sequence[Sequence[Line]], totals: Sequence[Sequence[Line]]
) -> tuple[tuple[int, int, int], ...]:
    words = [measure_longest_word(title) for title in titles[1:]]
    nothing = [0] * len(words)
    figures, sums = (
        map(max, zip(nothing, *([line.units for line in row[1:]] for row in rows), strict=True))
        for rows in (lines, totals)
    )
    return tuple(zip(figures, sums, words, strict=True))


def _shared_out(widths: list[float], whole: float) -> list[float]:
    """Return all widths, the names' first; the figures get what the names do not need."""
    service = max(whole - sum(widths), _SERVICE_WIDTHS[0])
    spare = max(0.0, service - _SERVICE_WIDTHS[1]) / len(widths)
    all_widths = [service - spare * len(widths), *(width + spare for width in widths)]
    shrink = min(1.0, whole / sum(all_widths))
    return [width * shrink for width in all_widths]
