"""Sections «Справочная информация» and «Перерасчёты», and the notices under them."""

from datetime import date
from decimal import Decimal
from functools import cache

from lib.documents.print.flow import Block, make_gap
from lib.documents.print.grid import Grid, GridColumn, make_head, make_row, measure_grid
from lib.documents.print.page import INK
from lib.documents.print.style import Style
from lib.documents.receipt.data import Receipt, ReceiptMeter, ReceiptRecalculation
from lib.documents.receipt.parts import day, make_section_heading, note
from lib.documents.receipt.sections import Section
from lib.domain import formats

_METER_COLUMNS = (
    ("Счётчик", 0.24, False),
    ("Заводской номер", 0.15, False),
    ("Место", 0.12, False),
    ("Ед. изм.", 0.08, False),
    ("Предыдущее показание", 0.16, True),
    ("Текущее показание", 0.16, True),
    ("Поверка до", 0.09, True),
)
_RECALCULATION_COLUMNS = (
    ("Услуга", 0.24, False),
    ("За период", 0.16, False),
    ("Основание", 0.47, False),
    ("Сумма", 0.13, True),
)


def draw_meters(receipt: Receipt, style: Style) -> list[Block]:
    """Lay out the meters with their readings and the day of the next verification."""
    if not receipt.meters:
        return []
    grid, heads = _grid(_METER_COLUMNS, style)
    rows = [make_row(grid, _meter_cells(meter), running=(heads,)) for meter in receipt.meters]
    return [make_section_heading(Section.REFERENCE, style), heads, *rows]


def draw_recalculations(receipt: Receipt, style: Style) -> list[Block]:
    """Lay out why and for which period charges were corrected."""
    if not receipt.recalculations:
        return []
    grid, heads = _grid(_RECALCULATION_COLUMNS, style)
    rows = [make_row(grid, _reason_cells(row), running=(heads,)) for row in receipt.recalculations]
    return [make_section_heading(Section.RECALCULATIONS, style), heads, *rows]


def draw_notices(receipt: Receipt, style: Style) -> list[Block]:
    """Lay out what the organisation tells everyone, and when the document was made."""
    blocks = [make_gap(style.gap / 2)]
    for notice in receipt.notices:
        blocks += note(notice, style, color=INK)
    return [*blocks, *note(f"Документ сформирован {day(receipt.made_on)}.", style)]


def format_reading(value: Decimal | None, taken_on: date | None, decimals: int) -> str:
    """Write a reading with its day: «101,000 (24.10.2014)»."""
    text = formats.format_number(value, places=decimals)
    return text if value is None or taken_on is None else f"{text} ({day(taken_on)})"


@cache
def _grid(columns: tuple[tuple[str, float, bool], ...], style: Style) -> tuple[Grid, Block]:
    """Make the grid of a table and its heads; the widths of columns are parts of one."""
    grid_columns = tuple(
        GridColumn(title, part * measure_grid(), is_figure=is_figure)
        for title, part, is_figure in columns
    )
    grid = Grid(columns=grid_columns, style=style, size=style.text)
    return grid, make_head(grid)


def _meter_cells(meter: ReceiptMeter) -> list[str]:
    return [
        meter.service,
        meter.serial,
        meter.place or formats.NO_DATA,
        meter.unit,
        format_reading(meter.previous, meter.previous_on, meter.decimals),
        format_reading(meter.current, meter.current_on, meter.decimals),
        day(meter.next_verification_on),
    ]


def _reason_cells(recalculation: ReceiptRecalculation) -> list[str]:
    return [
        recalculation.service,
        recalculation.for_period or formats.NO_DATA,
        recalculation.reason,
        formats.format_money(recalculation.amount),
    ]
