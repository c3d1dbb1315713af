"""Section «Расчёт размера платы»: a table for every group, all with the same columns."""

from lib.documents.print.flow import Block, keep_together, make_gap
from lib.documents.print.fonts import Line
from lib.documents.print.grid import PADDING, Grid, make_head, make_measured_row
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import ADVANCE, DEBT, INK, QUIET, Page, measure_text
from lib.documents.print.style import INNER_WIDTH, MARGIN, RIGHT_EDGE, Style
from lib.documents.receipt.data import Receipt, ReceiptGroup
from lib.documents.receipt.parts import make_section_heading, note
from lib.documents.receipt.sections import Section
from lib.documents.receipt.table import ChargeTable
from lib.domain import formats


def draw_charges(receipt: Receipt, table: ChargeTable, style: Style) -> list[Block]:
    """Lay out every group with its lines and its ИТОГО."""
    if not receipt.groups:
        return []
    grid = table.grid(style)
    heads = make_head(grid)
    blocks = [make_section_heading(Section.CHARGES, style), heads]
    for number, group in enumerate(receipt.groups):
        if number:
            blocks.append(make_gap(style.gap / 2, running=(heads,)))
        blocks += _group(group, table.lines[number], table.totals[number], grid, heads)
    return [*blocks, *_advance_note(receipt, style)]


def _group(
    group: ReceiptGroup, cells: list[list[Line]], totals: list[Line], grid: Grid, heads: Block
) -> tuple[Block, ...]:
    """Keep the heading on one page with the first line, and the last line with ИТОГО."""
    again = (heads, _continued(group.name, grid))
    lines = [make_measured_row(grid, lines, running=again) for lines in cells]
    total = make_measured_row(grid, totals, bold=True, running=again)
    heading = _heading(group, grid)._replace(running=(heads,))
    if len(lines) <= 1:
        return keep_together([heading, *lines, total])
    beginning = keep_together([heading, lines[0]])
    return (*beginning, *lines[1:-1], *keep_together([lines[-1], total]))


def _heading(group: ReceiptGroup, grid: Grid) -> Block:
    """Write the group's name, its recipient, and its balance in the colour of its side."""
    size, style = grid.style.text + 1, grid.style
    balance = formats.format_balance(group.balance)
    room = INNER_WIDTH - measure_text(balance, size=size, bold=True) - 4 * PADDING
    names = wrap_text(group.name, width=room, size=size, bold=True)
    recipient = f"получатель: {group.recipient}" if group.recipient else ""
    used = measure_text(names[-1], size=size, bold=True) + 3 * PADDING
    is_beside = used + measure_text(recipient, size=style.small) <= room
    below = [] if is_beside else wrap_text(recipient, width=room, size=style.small)
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
    lines = wrap_text(text, width=INNER_WIDTH - 2 * PADDING, size=style.text, bold=True)

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
