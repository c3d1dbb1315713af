"""The receipt («квитанция») of one account and one month as a PDF."""

from collections.abc import Sequence

from lib.documents.payment_code.symbol import Symbol
from lib.documents.print.file import FOOTER_HEIGHT, write_file
from lib.documents.print.flow import Block, Placed, paginate, sum_heights
from lib.documents.print.style import DENSITIES, INNER_HEIGHT, Style
from lib.documents.receipt.charges import draw_charges
from lib.documents.receipt.data import Receipt
from lib.documents.receipt.parts import HEADING_HEIGHT
from lib.documents.receipt.payer import make_band
from lib.documents.receipt.payment import make_symbols
from lib.documents.receipt.reference import draw_meters, draw_notices, draw_recalculations
from lib.documents.receipt.stub import draw_stub
from lib.documents.receipt.table import ChargeTable, charge_table
from lib.documents.receipt.top import estimate_top, set_two_columns
from lib.domain import formats


def render(receipt: Receipt) -> bytes:
    """Print a receipt; the same receipt always gives the same bytes.

    One page if everything fits, in smaller letters where it must; further pages
    are numbered and repeat the heads of the tables that they continue.
    """
    month = formats.format_period(receipt.period)
    return write_file(
        _pages(receipt),
        title=f"Квитанция за {month}",
        author=receipt.executor.name,
        footer=f"Лицевой счёт {receipt.account_number} · {month}",
    )


def _pages(receipt: Receipt) -> list[list[Placed]]:
    table, symbols = charge_table(receipt), make_symbols(receipt)
    for style in DENSITIES[:-1]:
        if estimate_top(receipt, symbols, style) + estimate_below(receipt, style) > INNER_HEIGHT:
            continue  # surely too large: no need to lay it out
        blocks = _blocks(receipt, table, symbols, style)
        if sum_heights(blocks) <= INNER_HEIGHT:
            return paginate(blocks, height=INNER_HEIGHT)
    blocks = _blocks(receipt, table, symbols, DENSITIES[-1])
    is_whole = sum_heights(blocks) <= INNER_HEIGHT
    return paginate(blocks, height=INNER_HEIGHT - (0 if is_whole else FOOTER_HEIGHT))


def _blocks(
    receipt: Receipt, table: ChargeTable, symbols: Sequence[Symbol], style: Style
) -> list[Block]:
    return [
        make_band(receipt, style),
        *set_two_columns(receipt, symbols, style),
        *draw_charges(receipt, table, style),
        *draw_meters(receipt, style),
        *draw_recalculations(receipt, style),
        *draw_notices(receipt, style),
        *draw_stub(receipt, style),
    ]


def estimate_below(receipt: Receipt, style: Style) -> float:
    """Estimate the height of all below the codes as if no text wrapped.

    It is never too high: a style that does not fit by it need not be tried.
    """
    lines = sum(len(group.lines) + 1 for group in receipt.groups)
    tables = (receipt.groups, receipt.meters, receipt.recalculations)
    headings = sum(1 for table in tables if table) * (HEADING_HEIGHT + style.gap)
    groups = len(receipt.groups) * (style.row + 3) + max(0, len(receipt.groups) - 1) * style.gap / 2
    rows = lines + len(receipt.meters) + len(receipt.recalculations)
    return headings + groups + rows * style.row + len(receipt.meters) * style.box + style.gap
