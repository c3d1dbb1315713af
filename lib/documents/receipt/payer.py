"""The head of the receipt and section «Сведения о плательщике и исполнителе услуг»."""

from lib.documents.print.flow import Block
from lib.documents.print.lines import wrap_text
from lib.documents.print.page import QUIET, Page, measure_text
from lib.documents.print.style import INNER_WIDTH, MARGIN, RIGHT_EDGE, Style
from lib.documents.receipt.data import Receipt, ReceiptExecutor
from lib.documents.receipt.parts import pair
from lib.domain import formats

_TITLE_SIZE = 14.0
_SUB_SIZE = 8.0
_SQUARE_METRES = "\N{NO-BREAK SPACE}кв.\N{NO-BREAK SPACE}м"


def make_band(receipt: Receipt, style: Style) -> Block:
    """Make the band on top: what the document is, who issued it, whom to call."""
    title = f"Платёжный документ (квитанция) за {formats.format_period(receipt.period)}"
    number = f"№ {receipt.number}" if receipt.number else ""
    title_end = measure_text(title, size=_TITLE_SIZE, bold=True)
    is_beside = title_end + measure_text(number, size=_SUB_SIZE) + 12 <= INNER_WIDTH
    lines = _band_lines(receipt, number="" if is_beside else number)
    height = _TITLE_SIZE + 5 + len(lines) * _SUB_SIZE * 1.3 + 4

    def draw(page: Page, top: float) -> None:
        page.text(MARGIN, top + _TITLE_SIZE - 2, title, size=_TITLE_SIZE, bold=True)
        if is_beside:
            page.right(RIGHT_EDGE, top + _TITLE_SIZE - 2, number, size=_SUB_SIZE, color=QUIET)
        for index, (line, is_name) in enumerate(lines):
            y = top + _TITLE_SIZE + 10 + index * _SUB_SIZE * 1.3
            page.text(MARGIN, y, line, size=_SUB_SIZE, bold=is_name)
        page.rule(MARGIN, top + height, INNER_WIDTH, weight=1.0, color=QUIET)

    return Block(height + style.gap / 2, draw, keep=True)


def _band_lines(receipt: Receipt, *, number: str) -> list[tuple[str, bool]]:
    executor = receipt.executor
    phones = [
        f"{name}: {phone}"
        for name, phone in (
            ("телефон", executor.phone),
            ("аварийно-диспетчерская служба", executor.ads_phone),
        )
        if phone
    ]
    texts = [(number, False), (executor.name, True), (" · ".join(phones), False)]
    return [
        (line, is_name)
        for text, is_name in texts
        if text
        for line in wrap_text(text, width=INNER_WIDTH, size=_SUB_SIZE, bold=is_name)
    ]


def make_payer_pairs(receipt: Receipt, *, width: float, style: Style) -> list[Block]:
    """Make the rows about the payer, the premise and the executor; absent facts are left out.

    The executor's telephones are in the band.
    """
    facts = [
        ("Лицевой счёт", receipt.account_number),
        ("ЕЛС", receipt.els),
        ("Плательщик", receipt.payer),
        ("Адрес", receipt.address),
        ("Площадь", _areas(receipt)),
        ("Граждане", _people(receipt)),
        ("Собственность", receipt.ownership),
        *_executor_facts(receipt.executor),
        ("Код для личного кабинета", receipt.account_code),
    ]
    return [
        pair(name, value, left=MARGIN, width=width, style=style, bold=name == "Лицевой счёт")
        for name, value in facts
        if value
    ]


def _executor_facts(executor: ReceiptExecutor) -> list[tuple[str, str | None]]:
    return [
        ("Исполнитель", executor.name),
        ("Адрес исполнителя", executor.address),
        ("Эл. почта", executor.email),
        ("Часы приёма", executor.work_hours),
    ]


def _areas(receipt: Receipt) -> str:
    parts = [
        f"{name} {formats.format_area(value)}{_SQUARE_METRES}"
        for name, value in (("общая", receipt.area), ("отапливаемая", receipt.heated_area))
        if value is not None
    ]
    return ", ".join(parts)


def _people(receipt: Receipt) -> str:
    parts = [
        f"{name} {value}"
        for name, value in (
            ("зарегистрировано", receipt.registered),
            ("проживает", receipt.residents),
        )
        if value is not None
    ]
    return ", ".join(parts)
