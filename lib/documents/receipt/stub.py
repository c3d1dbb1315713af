"""The tear-off at the foot: account, month, sum, and boxes for the new readings."""

from functools import cache

from lib.documents.print.flow import Block, keep_together
from lib.documents.print.grid import PADDING, Grid, GridColumn, make_head, make_row, measure_grid
from lib.documents.print.page import DEBT, INK, QUIET, Page, measure_text
from lib.documents.print.style import INNER_WIDTH, MARGIN, RIGHT_EDGE, Style
from lib.documents.receipt.data import Receipt, ReceiptMeter
from lib.documents.receipt.reference import format_reading
from lib.domain import formats

_SIZE = 9.0
_CUT = "линия отреза"
_COLUMNS = (
    ("Счётчик", 0.28),
    ("Заводской номер", 0.18),
    ("Ед. изм.", 0.09),
    ("Последнее показание", 0.21),
    ("Новое показание", 0.24),
)
_MAX_KEPT_METERS = 20


def draw_stub(receipt: Receipt, style: Style) -> tuple[Block, ...]:
    """Lay out the stub to cut off and hand in; a usual one is kept on one page."""
    blocks = [_cut_line(style), _summary(receipt)]
    if receipt.meters:
        grid, heads = _grid(style)
        rows = [_meter_row(meter, grid, heads) for meter in receipt.meters]
        blocks += [heads, *rows]
    if len(receipt.meters) <= _MAX_KEPT_METERS:
        blocks = list(keep_together(blocks))
    return tuple(block._replace(is_foot=True) for block in blocks)


def _cut_line(style: Style) -> Block:
    def draw(page: Page, top: float) -> None:
        y = top + style.gap
        width = measure_text(_CUT, size=style.small)
        page.dashes(MARGIN, y, INNER_WIDTH - width - 6)
        page.right(RIGHT_EDGE, y + 2, _CUT, size=style.small, color=QUIET)

    return Block(style.gap + 6, draw, keep=True)


def _summary(receipt: Receipt) -> Block:
    """Write account, month and sum on one line."""
    color = DEBT if receipt.debt > 0 else INK
    month = f"за {formats.format_period(receipt.period)}"
    account = f"Лицевой счёт {receipt.account_number}"
    due = f"К оплате {formats.format_money(receipt.debt)}\N{NO-BREAK SPACE}₽"

    def draw(page: Page, top: float) -> None:
        y = top + _SIZE
        page.text(MARGIN, y, account, size=_SIZE, bold=True)
        start = MARGIN + measure_text(account, size=_SIZE, bold=True) + 10
        page.text(start, y, month, size=_SIZE)
        page.right(RIGHT_EDGE, y, due, size=_SIZE, bold=True, color=color)

    return Block(_SIZE + 5, draw, keep=True)


@cache
def _grid(style: Style) -> tuple[Grid, Block]:
    columns = tuple(
        GridColumn(title, part * measure_grid(), is_figure=title == "Последнее показание")
        for title, part in _COLUMNS
    )
    grid = Grid(columns=columns, style=style, size=style.text)
    return grid, make_head(grid)


def _meter_row(meter: ReceiptMeter, grid: Grid, heads: Block) -> Block:
    latest, day = meter.current, meter.current_on
    if latest is None:
        latest, day = meter.previous, meter.previous_on
    cells = [
        meter.service,
        meter.serial,
        meter.unit,
        format_reading(latest, day, meter.decimals),
        "",
    ]
    base = make_row(grid, cells, height=grid.style.box, running=(heads,))
    box_width = grid.columns[-1].width - 2 * PADDING

    def draw(page: Page, top: float) -> None:
        base.draw(page, top)
        page.box(RIGHT_EDGE - box_width, top + 2, box_width, base.height - 4)

    return base._replace(draw=draw)
