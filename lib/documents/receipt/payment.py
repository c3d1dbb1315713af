"""Section «Информация для внесения платы»: the sum, the due day, a code for every recipient."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.documents.payment_code.symbol import QUIET_ZONE_MODULES, Symbol, make_symbol
from lib.documents.print.flow import Block
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import DEBT, INK, MM, QUIET, Page, measure_text
from lib.documents.print.style import Style
from lib.documents.receipt.data import Receipt, ReceiptCode
from lib.documents.receipt.parts import day
from lib.domain import formats

_SUM_SIZE = 27.0
_SUM_HEIGHT = 0.92 * _SUM_SIZE
_DUE_SIZE = 9.0
_SMALLEST_MODULE = 0.35 * MM
_CELL_GAP = 3 * MM
_ROUBLE = "\N{NO-BREAK SPACE}₽"


@dataclass(frozen=True, slots=True)
class _Symbol:
    """A code ready to draw: its modules and the side of each, points."""

    symbol: Symbol
    module: float

    @property
    def side(self) -> float:
        """Measure the symbol with its quiet zone, points."""
        return (self.symbol.side + 2 * QUIET_ZONE_MODULES) * self.module


def make_amount_due(receipt: Receipt, *, left: float, style: Style) -> Block:
    """Make the sum to pay, the largest number of the page, and when to pay it."""
    number = formats.format_money(receipt.debt) + _ROUBLE
    color = DEBT if receipt.debt > 0 else INK
    label_end = left + measure_text("К оплате", size=_DUE_SIZE) + 8

    def draw(page: Page, top: float) -> None:
        base = top + _SUM_HEIGHT
        page.text(left, base, "К оплате", size=_DUE_SIZE, color=QUIET)
        page.text(label_end, base, number, size=_SUM_SIZE, bold=True, color=color)
        page.text(left, base + 14, _due(receipt), size=_DUE_SIZE, bold=True)
        start = left + measure_text(_due(receipt), size=_DUE_SIZE, bold=True) + 8
        page.text(start, base + 14, _last_payment(receipt), size=style.small + 0.4, color=QUIET)

    return Block(_SUM_HEIGHT + 20, draw)


def make_symbols(receipt: Receipt) -> list[Symbol]:
    """Encode the payment codes; it does not depend on the style that they are set in."""
    return [make_symbol(code.payload) for code in receipt.codes]


def make_code_rows(
    receipt: Receipt, symbols: Sequence[Symbol], *, left: float, width: float, style: Style
) -> list[Block]:
    """Make rows of payment codes with the requisites, then the reasons why others have none."""
    codes = receipt.codes
    per_row = _per_row(symbols, width)
    cell = (width - _CELL_GAP * (per_row - 1)) / per_row
    rows = []
    for start in range(0, len(codes), per_row):
        cells = [
            _cell(code, symbol, left=left + number * (cell + _CELL_GAP), width=cell, style=style)
            for number, (code, symbol) in enumerate(
                zip(codes[start : start + per_row], symbols[start : start + per_row], strict=True)
            )
        ]
        rows.append(_side_by_side(cells))
    return [*rows, *_refusals(receipt.code_refusals, left=left, width=width, style=style)]


def estimate_height(
    receipt: Receipt, symbols: Sequence[Symbol], *, width: float, style: Style
) -> float:
    """Estimate the height of sum and codes as if no caption wrapped; it is never too high."""
    total = _SUM_HEIGHT + 20
    per_row = _per_row(symbols, width)
    cell = (width - _CELL_GAP * (per_row - 1)) / per_row
    caption = min(map(_texts_of, receipt.codes), default=0) * style.small * 1.2
    for start in range(0, len(symbols), per_row):
        most = max(symbol.side for symbol in symbols[start : start + per_row])
        side = min((most + 2 * QUIET_ZONE_MODULES) * style.module, cell)
        total += side + 3 + (0 if cell > 2 * side else caption)
    return total


def _texts_of(code: ReceiptCode) -> int:
    """Count a caption's texts: the sum, two rows of requisites, and the names it has."""
    return 3 + sum(map(bool, (code.recipient, code.purpose, code.bank_name)))


def _due(receipt: Receipt) -> str:
    if receipt.debt <= 0:
        return "Долга нет"
    return f"оплатить до {day(receipt.due_on)}" if receipt.due_on else ""


def _last_payment(receipt: Receipt) -> str:
    if receipt.last_payment_on is None:
        return ""
    amount = receipt.last_payment_amount
    money = "" if amount is None else f"{formats.format_money(amount)}{_ROUBLE}, "
    return f"последняя оплата: {money}{day(receipt.last_payment_on)}"


def _per_row(symbols: Sequence[Symbol], width: float) -> int:
    """Choose how many codes a row has, so that their modules are large enough for a phone."""
    wished = {0: 1, 1: 1, 2: 2, 4: 2}.get(len(symbols), 3)
    for count in range(wished, 1, -1):
        cell = (width - _CELL_GAP * (count - 1)) / count
        most = max(symbol.side for symbol in symbols) + 2 * QUIET_ZONE_MODULES
        if cell / most >= _SMALLEST_MODULE:
            return count
    return 1


def _cell(
    code: ReceiptCode,
    symbol: Symbol,
    *,
    left: float,
    width: float,
    style: Style,
) -> Block:
    """Draw one code, with the requisites beside it if there is room, else below it."""
    most = symbol.side + 2 * QUIET_ZONE_MODULES
    sized = _Symbol(symbol, min(style.module, width / most))
    is_beside = width > 2 * sized.side
    quiet = QUIET_ZONE_MODULES * sized.module
    text_left = left + sized.side + 4 if is_beside else left + quiet
    texts = _caption(code, width=left + width - text_left, size=style.small)
    text_height = sum(leading for _, _, leading in texts)

    def draw(page: Page, top: float) -> None:
        inner = sized.side - 2 * quiet
        page.code(left + quiet, top + quiet, inner, sized.symbol)
        y = top + (quiet if is_beside else sized.side)
        for line, is_bold, leading in texts:
            y += leading
            color = INK if is_bold else QUIET
            page.text(text_left, y - 1, line, size=style.small, bold=is_bold, color=color)

    height = max(sized.side, quiet + text_height) if is_beside else sized.side + text_height
    return Block(height + 3, draw)


def _caption(code: ReceiptCode, *, width: float, size: float) -> list[tuple[str, bool, float]]:
    """Break the caption into lines, each with its weight and leading."""
    texts = [
        (f"{formats.format_money(code.amount)}{_ROUBLE}", True),
        (code.recipient, True),
        (code.purpose, False),
        (_joined(("ИНН", code.inn), ("р/с", code.account)), False),
        (code.bank_name, False),
        (_joined(("БИК", code.bic), ("к/с", code.corr_account)), False),
    ]
    return [
        (line, is_bold, size * 1.2)
        for text, is_bold in texts
        if text
        for line in wrap_text(text, width=width, size=size, bold=is_bold)
    ]


def _joined(*requisites: tuple[str, str | None]) -> str:
    """Write requisites in a row; a name is never separated from its number."""
    return ", ".join(f"{name}\N{NO-BREAK SPACE}{value}" for name, value in requisites if value)


def _side_by_side(cells: list[Block]) -> Block:
    def draw(page: Page, top: float) -> None:
        for cell in cells:
            cell.draw(page, top)

    return Block(max(cell.height for cell in cells), draw)


def _refusals(sentences: Sequence[str], *, left: float, width: float, style: Style) -> list[Block]:
    size = style.small + 0.4

    def line_block(line: str) -> Block:
        return Block(
            size * 1.3,
            lambda page, top: page.text(left, top + size, line, size=size, color=QUIET),
        )

    lines = [line for text in sentences for line in wrap_text(text, width=width, size=size)]
    return [line_block(line) for line in lines]
