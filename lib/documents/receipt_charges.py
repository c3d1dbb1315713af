"""Section «Расчёт размера платы»: a table for every group, all with the same columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter

from lib.documents.flow import Block, gap, kept_together
from lib.documents.grid import PADDING, Grid, GridColumn, grid_width, head, row
from lib.documents.lines import longest_word, wrapped
from lib.documents.pdf_page import ADVANCE, DEBT, INK, QUIET, Page, text_width
from lib.documents.receipt_data import Receipt, ReceiptGroup, ReceiptLine, ReceiptTotals
from lib.documents.receipt_parts import note, section_heading
from lib.documents.receipt_style import INNER_WIDTH, MARGIN, RIGHT_EDGE, Section, Style
from lib.domain import formats

_METHODS = {
    "meter": "прибор",
    "average": "среднее",
    "norm": "норматив",
    "area": "площадь",
    "other": "иное",
}
_SERVICE_WIDTHS = (92.0, 168.0)
"""The column of names is never narrower while smaller figures help, and gives away the rest."""
_MAX_UNIT_WIDTH = 44.0
_SMALLEST = 4.5
_MAX_COLUMNS = 12
"""More are crowded: heads in short, less white space between."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the form: where it comes from and how it is written."""

    field: str
    title: str
    short: str = ""
    write: Callable[[Decimal | None], str] | None = None
    is_core: bool = False
    is_summed: bool = False
    is_quiet: bool = False


def _core(column: _Column) -> _Column:
    return replace(column, is_core=True)


def _money(field: str, title: str, short: str = "") -> _Column:
    return _Column(field, title, short, formats.money, is_summed=True)


def _quantity(field: str, title: str, write: Callable[[Decimal | None], str]) -> _Column:
    return _Column(field, title, "", write, is_quiet=True)


# The order lets the eye add up: what came before, what was charged and why, what remains.
_COLUMNS = (
    _core(_Column("service", "Услуга")),
    _core(_Column("unit", "Ед. изм.", is_quiet=True)),
    _core(_quantity("tariff", "Тариф", formats.tariff)),
    _core(_quantity("volume_ind", "Объём", formats.volume)),
    _quantity("volume_common", "Объём на общее имущ.", formats.volume),
    _Column("method", "Способ расчёта", "Способ", is_quiet=True),
    _core(_money("opening", "К оплате на начало месяца")),
    _money("amount_ind", "Плата индив."),
    _money("amount_common", "Плата на общее имущ."),
    _core(_money("accrued", "Начислено", "Начис- лено")),
    _quantity("coefficient", "Повыш. коэфф.", formats.tariff),
    _money("coefficient_amount", "Сумма превыш.", "Превы- шение"),
    _core(_money("recalculation", "Перерасчёт", "Пере- расчёт")),
    _money("privilege", "Льготы"),
    _core(_money("total", "Итого начислено", "Итого начис- лено")),
    _money("penalty", "Пени"),
    _money("paid", "Оплачено", "Опла- чено"),
    _core(_money("closing", "К оплате")),
)


def charges(receipt: Receipt, style: Style) -> list[Block]:
    """Lay out every group with its lines and its ИТОГО."""
    if not receipt.groups:
        return []
    columns = _used_columns(receipt)
    grid = _grid(receipt, columns, style)
    heads = head(grid)
    blocks = [section_heading(Section.CHARGES, style), heads]
    for number, group in enumerate(receipt.groups):
        if number:
            blocks.append(gap(style.gap / 2, running=(heads,)))
        blocks += _group(group, columns, grid, heads)
    return [*blocks, *_advance_note(receipt, style)]


def _used_columns(receipt: Receipt) -> list[_Column]:
    lines = [line for group in receipt.groups for line in group.lines]
    return [
        column
        for column in _COLUMNS
        if column.is_core or any(getattr(line, column.field) is not None for line in lines)
    ]


def _line_cells(line: ReceiptLine, columns: Iterable[_Column]) -> list[str]:
    return [_cell(attrgetter(column.field)(line), column) for column in columns]


def _cell(value: Decimal | str | None, column: _Column) -> str:
    if column.write and not isinstance(value, str):
        return column.write(value)
    text = str(value or formats.NO_DATA)
    return _METHODS.get(text, text) if column.field == "method" else text


def _total_cells(totals: ReceiptTotals, columns: Iterable[_Column]) -> list[str]:
    cells = [
        formats.money(attrgetter(column.field)(totals)) if column.is_summed else ""
        for column in columns
    ]
    return ["ИТОГО", *cells[1:]]


def _grid(receipt: Receipt, columns: list[_Column], style: Style) -> Grid:
    """Choose the largest letters that leave the names of services enough room."""
    is_crowded = len(columns) > _MAX_COLUMNS
    padding = PADDING * 2 / 3 if is_crowded else PADDING
    titles = [column.short or column.title if is_crowded else column.title for column in columns]
    whole, size = grid_width(padding), style.text
    widths = _figure_widths(receipt, columns, titles, style, size=size, padding=padding)
    while sum(widths) > whole - _SERVICE_WIDTHS[0] and size > _SMALLEST:
        size -= 0.2
        widths = _figure_widths(receipt, columns, titles, style, size=size, padding=padding)
    widths = _shared_out(widths, whole)
    made = [
        GridColumn(title, width, is_figure=column.write is not None, is_quiet=column.is_quiet)
        for column, title, width in zip(columns, titles, widths, strict=True)
    ]
    return Grid(columns=tuple(made), style=style, size=size, padding=padding)


def _shared_out(widths: list[float], whole: float) -> list[float]:
    """Put the names before the figures and spread what the names do not need."""
    service = max(whole - sum(widths), _SERVICE_WIDTHS[0])
    spare = max(0.0, service - _SERVICE_WIDTHS[1]) / len(widths)
    all_widths = [service - spare * len(widths), *(width + spare for width in widths)]
    shrink = min(1.0, whole / sum(all_widths))
    return [width * shrink for width in all_widths]


def _figure_widths(
    receipt: Receipt,
    columns: list[_Column],
    titles: list[str],
    style: Style,
    *,
    size: float,
    padding: float,
) -> list[float]:
    """Measure every column but the first by its widest figure and the words of its head."""
    rows = [_line_cells(line, columns) for group in receipt.groups for line in group.lines]
    totals = [_total_cells(group.totals, columns) for group in receipt.groups]
    widths = []
    for number, column in enumerate(columns[1:], start=1):
        plain = max((text_width(cells[number], size=size) for cells in rows), default=0.0)
        summed = max(text_width(cells[number], size=size, bold=True) for cells in totals)
        if column.field == "unit":
            plain = min(plain, _MAX_UNIT_WIDTH)
        title = longest_word(titles[number], size=min(style.small, size))
        widths.append(max(plain, summed, title) + 2 * padding)
    return widths


def _group(
    group: ReceiptGroup, columns: list[_Column], grid: Grid, heads: Block
) -> tuple[Block, ...]:
    """Tie the heading to the first line and the last line to ИТОГО."""
    again = (heads, _continued(group.name, grid))
    lines = [row(grid, _line_cells(line, columns), running=again) for line in group.lines]
    total = row(grid, _total_cells(group.totals, columns), bold=True, running=again)
    heading = replace(_heading(group, grid), running=(heads,))
    if len(lines) <= 1:
        return kept_together([heading, *lines, total])
    beginning = kept_together([heading, lines[0]])
    return (*beginning, *lines[1:-1], *kept_together([lines[-1], total]))


def _heading(group: ReceiptGroup, grid: Grid) -> Block:
    """Write the group's name, its recipient, and its balance in the colour of its side."""
    size, style = grid.style.text + 1, grid.style
    balance = formats.balance(group.balance)
    room = INNER_WIDTH - text_width(balance, size=size, bold=True) - 4 * PADDING
    names = wrapped(group.name, width=room, size=size, bold=True)
    recipient = f"получатель: {group.recipient}" if group.recipient else ""
    used = text_width(names[-1], size=size, bold=True) + 3 * PADDING
    is_beside = used + text_width(recipient, size=style.small) <= room
    below = [] if is_beside else wrapped(recipient, width=room, size=style.small)
    color = DEBT if group.balance > 0 else ADVANCE if group.balance < 0 else INK
    leading = size * 1.2
    height = style.row + 3 + leading * (len(names) - 1) + style.leading * len(below)

    def draw(page: Page, top: float) -> None:
        x, y = MARGIN, top + style.row - 1.5
        for name in names:
            page.text(x, y, name, size=size, bold=True)
            y += leading
        if is_beside and recipient:
            page.text(x + used, y - leading, recipient, size=style.small, color=QUIET)
        for number, line in enumerate(below):
            page.text(x, y + style.leading * number - 1, line, size=style.small, color=QUIET)
        first = top + style.row - 1.5
        page.right(RIGHT_EDGE, first, balance, size=size, bold=True, color=color)

    return Block(height, draw)


def _continued(name: str, grid: Grid) -> Block:
    style = grid.style
    text = f"{name} (продолжение)"
    lines = wrapped(text, width=INNER_WIDTH - 2 * PADDING, size=style.text, bold=True)

    def draw(page: Page, top: float) -> None:
        for number, line in enumerate(lines):
            y = top + style.row - 2 + number * style.leading
            page.text(MARGIN, y, line, size=style.text, bold=True, color=QUIET)

    return Block(style.row + 2 + (len(lines) - 1) * style.leading, draw)


def _advance_note(receipt: Receipt, style: Style) -> list[Block]:
    """Say why the debt is not less where one group is overpaid and another is not."""
    has_advance = any(group.balance < 0 for group in receipt.groups)
    if not has_advance or receipt.debt <= 0:
        return []
    text = "Переплата по одной группе услуг не уменьшает долг по другим группам."
    return note(text, style)
