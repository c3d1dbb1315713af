"""The printed tables of a statement: a group's months, and the payments."""

from collections.abc import Iterable, Iterator, Sequence

from lib.documents.print.flow import Block, keep_together, make_gap
from lib.documents.print.fonts import get_face
from lib.documents.print.grid import (
    PADDING,
    Grid,
    GridColumn,
    make_head,
    make_measured_row,
    make_row,
    measure_grid,
)
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import ADVANCE, DEBT, INK, Color, Page, measure_text
from lib.documents.print.style import INNER_WIDTH, MARGIN, RIGHT_EDGE, Style
from lib.documents.receipt.parts import note
from lib.domain import formats
from lib.domain.payments import payment
from lib.domain.payments.movement import CLOSING, OPENING, SHIFTED, Flow, GroupMovement, Movement
from lib.domain.payments.payment import Payment

_MONTH_WIDTH = 78.0
_TOTAL = "Итого за период"
# parts of the width; without marks the distribution gets their part too
_DAY, _MONTH, _WAY, _MARK, _SPREADING, _SUM = 0.1, 0.14, 0.18, 0.16, 0.3, 0.12
_NO_PAYMENTS = "Платежей, учтённых в этих месяцах, нет."


def draw_movements(
    groups: Iterable[GroupMovement], flows: Sequence[Flow], style: Style
) -> Iterator[Block]:
    """Lay out every group: its name and last balance, its months, their totals."""
    headings = (OPENING, *(flow.heading for flow in flows), CLOSING)
    width = (measure_grid() - _MONTH_WIDTH) / len(headings)
    columns = (
        GridColumn("Месяц", _MONTH_WIDTH),
        *(GridColumn(heading, width, is_figure=True) for heading in headings),
    )
    grid = Grid(columns=columns, style=style, size=style.text)
    heads = make_head(grid)
    for group in groups:
        yield make_gap(style.gap)
        yield from _group(group, flows, grid, heads)


def draw_payments(payments: Sequence[Payment], style: Style) -> list[Block]:
    """Lay out the payments, each with its distribution by group, and their sum."""
    heading = _heading("Платежи", "", INK, style)
    if not payments:
        return [heading, *note(_NO_PAYMENTS, style, color=INK)]
    marked = any(paid.mark for paid in payments)
    parts = (
        ("Дата", _DAY),
        ("Учтён за", _MONTH),
        ("Способ", _WAY),
        *((("Отметка", _MARK),) if marked else ()),
        ("Распределение по группам", _SPREADING if marked else _SPREADING + _MARK),
    )
    columns = (
        *(GridColumn(title, part * measure_grid()) for title, part in parts),
        GridColumn("Сумма", _SUM * measure_grid(), is_figure=True),
    )
    grid = Grid(columns=columns, style=style, size=style.text)
    heads = make_head(grid)
    rows = [make_row(grid, _cells(paid, marked=marked), running=(heads,)) for paid in payments]
    total = [
        "Итого",
        *[""] * (len(parts) - 1),
        formats.format_money(payment.sum_payments(payments)),
    ]
    return [*_keep_ends([heading, heads], rows, _bold(grid, total, (heads,)))]


def _group(
    group: GroupMovement, flows: Sequence[Flow], grid: Grid, heads: Block
) -> Iterable[Block]:
    balance = group.months[-1].closing
    color = DEBT if balance > 0 else ADVANCE if balance < 0 else INK
    heading = _heading(group.name, formats.format_balance(balance), color, grid.style)
    again = (_heading(f"{group.name} (продолжение)", "", INK, grid.style), heads)
    rows = [
        make_row(grid, _figures(formats.format_month(month.period), month, flows), running=again)
        for month in group.months
    ]
    if group.shifted:
        nothing = [""] * (len(flows) + 1)
        rows.append(
            make_row(grid, [SHIFTED, formats.format_money(group.shifted), *nothing], running=again)
        )
    total = _bold(grid, _figures(_TOTAL, group.total, flows), again)
    return _keep_ends([heading, heads], rows, total)


def _keep_ends(above: list[Block], rows: list[Block], total: Block) -> tuple[Block, ...]:
    """Keep the heads on one page with the first row, and the last row with the total."""
    if len(rows) == 1:
        return keep_together([*above, *rows, total])
    beginning = keep_together([*above, rows[0]])
    return (*beginning, *rows[1:-1], *keep_together([rows[-1], total]))


def _bold(grid: Grid, texts: Sequence[str], running: tuple[Block, ...]) -> Block:
    lines = list(map(get_face(bold=True).line, texts))
    return make_measured_row(grid, lines, bold=True, running=running)


def _figures(name: str, month: Movement, flows: Sequence[Flow]) -> list[str]:
    amounts = (month.opening, *(flow.amount(month) for flow in flows), month.closing)
    return [name, *map(formats.format_money, amounts)]


def _cells(paid: Payment, *, marked: bool) -> list[str]:
    return [
        formats.format_date(paid.paid_on),
        paid.counted,
        paid.way,
        *((paid.mark,) if marked else ()),
        paid.spreading,
        formats.format_money(paid.amount),
    ]


def _heading(name: str, beside: str, color: Color, style: Style) -> Block:
    """Write a table's name, and the balance in the colour of its side."""
    size = style.text + 1
    room = INNER_WIDTH - measure_text(beside, size=size, bold=True) - 4 * PADDING
    names = wrap_text(name, width=room, size=size, bold=True)
    leading = size * 1.2
    height = style.row + 3 + leading * (len(names) - 1)

    def draw(page: Page, top: float) -> None:
        first = top + style.row - 1.5
        for number, line in enumerate(names):
            page.text(MARGIN, first + number * leading, line, size=size, bold=True)
        page.right(RIGHT_EDGE, first, beside, size=size, bold=True, color=color)

    return Block(height, draw, keep=True)
