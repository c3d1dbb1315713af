"""The receipt («квитанция») of one account and one month as a PDF."""

from collections.abc import Iterable, Sequence

from lib.documents.print.file import write_file
from lib.documents.print.flow import Block, Placed, height_of, paginate
from lib.documents.print.fonts import FontsInUse
from lib.documents.print.page import QUIET, Page
from lib.documents.print.style import DENSITIES, INNER_HEIGHT, MARGIN, RIGHT_EDGE, Style
from lib.documents.receipt.charges import charges
from lib.documents.receipt.data import Receipt
from lib.documents.receipt.parts import HEADING_HEIGHT
from lib.documents.receipt.payer import band
from lib.documents.receipt.payment import bitmaps
from lib.documents.receipt.reference import meters, notices, recalculations
from lib.documents.receipt.stub import stub
from lib.documents.receipt.table import ChargeTable, charge_table
from lib.documents.receipt.top import least_top, two_columns
from lib.domain import formats
from lib.domain.payment_code.bitmap import Bitmap

_FOOTER_SIZE = 7.0
_FOOTER_HEIGHT = 14.0


def render(receipt: Receipt) -> bytes:
    """Print a receipt; the same receipt always gives the same bytes.

    One page if everything fits, in smaller letters where it must; further pages
    are numbered and repeat the heads of the tables that they continue.
    """
    pages = _pages(receipt)
    fonts = FontsInUse()
    return write_file(
        pages=_drawn(pages, receipt, fonts),
        fonts=fonts,
        title=f"Квитанция за {formats.month(receipt.period)}",
        author=receipt.executor.name,
    )


def _pages(receipt: Receipt) -> list[list[Placed]]:
    table, symbols = charge_table(receipt), bitmaps(receipt)
    for style in DENSITIES[:-1]:
        if least_top(receipt, symbols, style) + least_below(receipt, style) > INNER_HEIGHT:
            continue  # without laying it out
        blocks = _blocks(receipt, table, symbols, style)
        if height_of(blocks) <= INNER_HEIGHT:
            return paginate(blocks, height=INNER_HEIGHT)
    blocks = _blocks(receipt, table, symbols, DENSITIES[-1])
    is_whole = height_of(blocks) <= INNER_HEIGHT
    return paginate(blocks, height=INNER_HEIGHT - (0 if is_whole else _FOOTER_HEIGHT))


def _blocks(
    receipt: Receipt, table: ChargeTable, symbols: Sequence[Bitmap], style: Style
) -> list[Block]:
    return [
        band(receipt, style),
        *two_columns(receipt, symbols, style),
        *charges(receipt, table, style),
        *meters(receipt, style),
        *recalculations(receipt, style),
        *notices(receipt, style),
        *stub(receipt, style),
    ]


def least_below(receipt: Receipt, style: Style) -> float:
    """Count up what stands below the codes if nothing breaks, without laying it out.

    Never more than it takes: a style too large even so need not be tried.
    """
    lines = sum(len(group.lines) + 1 for group in receipt.groups)
    tables = (receipt.groups, receipt.meters, receipt.recalculations)
    headings = sum(1 for table in tables if table) * (HEADING_HEIGHT + style.gap)
    groups = len(receipt.groups) * (style.row + 3) + max(0, len(receipt.groups) - 1) * style.gap / 2
    rows = lines + len(receipt.meters) + len(receipt.recalculations)
    return headings + groups + rows * style.row + len(receipt.meters) * style.box + style.gap


def _drawn(pages: Sequence[Iterable[Placed]], receipt: Receipt, fonts: FontsInUse) -> list[Page]:
    drawn = []
    for number, blocks in enumerate(pages, start=1):
        page = Page(fonts)
        for block, top in blocks:
            block.draw(page, MARGIN + top)
        if len(pages) > 1:
            _footer(page, receipt, number=number, count=len(pages))
        drawn.append(page)
    return drawn


def _footer(page: Page, receipt: Receipt, *, number: int, count: int) -> None:
    y = MARGIN + INNER_HEIGHT
    whose = f"Лицевой счёт {receipt.account_number} · {formats.month(receipt.period)}"
    page.text(MARGIN, y, whose, size=_FOOTER_SIZE, color=QUIET)
    page.right(RIGHT_EDGE, y, f"страница {number} из {count}", size=_FOOTER_SIZE, color=QUIET)
