"""The upper part of the receipt: the payer on the left, how to pay on the right."""

from collections.abc import Sequence

from lib.documents.payment_code.symbol import Symbol
from lib.documents.print.flow import Block, sum_heights
from lib.documents.print.page import MM, Page
from lib.documents.print.style import INNER_HEIGHT, INNER_WIDTH, MARGIN, Style
from lib.documents.receipt.data import Receipt
from lib.documents.receipt.parts import HEADING_HEIGHT, draw_heading
from lib.documents.receipt.payer import make_payer_pairs
from lib.documents.receipt.payment import estimate_height, make_amount_due, make_code_rows
from lib.documents.receipt.sections import Section

_PAYER_WIDTH = 72 * MM
_GUTTER = 6 * MM
_PAYMENT_LEFT = MARGIN + _PAYER_WIDTH + _GUTTER
_PAYMENT_WIDTH = INNER_WIDTH - _PAYER_WIDTH - _GUTTER
_MAX_HEIGHT = 0.7 * INNER_HEIGHT


def set_two_columns(receipt: Receipt, symbols: Sequence[Symbol], style: Style) -> list[Block]:
    """Set both sections side by side; rows of codes that do not fit there follow below."""
    payer = make_payer_pairs(receipt, width=_PAYER_WIDTH, style=style)
    payment = [
        make_amount_due(receipt, left=_PAYMENT_LEFT, style=style),
        *make_code_rows(receipt, symbols, left=_PAYMENT_LEFT, width=_PAYMENT_WIDTH, style=style),
    ]
    beside = 1
    while beside < len(payment) and sum_heights(payment[: beside + 1]) <= _MAX_HEIGHT:
        beside += 1
    return [_columns(payer, payment[:beside]), *payment[beside:]]


def estimate_top(receipt: Receipt, symbols: Sequence[Symbol], style: Style) -> float:
    """Estimate the height of the right column as if no text wrapped; it is never too high."""
    payment = estimate_height(receipt, symbols, width=_PAYMENT_WIDTH, style=style)
    return HEADING_HEIGHT + payment


def _columns(payer: list[Block], payment: list[Block]) -> Block:
    def draw(page: Page, top: float) -> None:
        for left, section, blocks in (
            (MARGIN, Section.PAYER, payer),
            (_PAYMENT_LEFT, Section.PAYMENT, payment),
        ):
            draw_heading(page, left, top, section)
            y = top + HEADING_HEIGHT
            for block in blocks:
                block.draw(page, y)
                y += block.height

    return Block(HEADING_HEIGHT + max(sum_heights(payer), sum_heights(payment)), draw)
