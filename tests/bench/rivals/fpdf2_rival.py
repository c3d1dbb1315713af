"""fpdf2: cells in fixed places; it can only read the fonts again for every document."""

import base64
from io import BytesIO
from typing import Any

from fpdf import FPDF  # type: ignore[import-untyped]  # installed in .venv-bench

from tests.bench.rivals.stopwatch import Page, fonts, serve

INK, QUIET, RULE = (23, 33, 43), (84, 97, 110), (189, 199, 207)
DEBT, ADVANCE = (163, 59, 26), (26, 107, 61)
LEFT, WIDTH = 28.35, 538.58
_CHARGES = (168, 29, 41, 34, 38, 54, 43, 46, 42, 43.5)
_METERS = (130.7, 81.7, 65.4, 43.6, 87.1, 87.1, 43)
_STUB = (152.5, 98, 49, 114.4, 124.7)


class Sheet:
    """A page on which to write texts and rows of a table."""

    def __init__(self) -> None:
        pdf = self.pdf = FPDF(unit="pt", format=(595.28, 841.89))
        pdf.set_auto_page_break(auto=False)
        pdf.add_font("PT", "", fonts() / "PT_Sans-Web-Regular.ttf")
        pdf.add_font("PT", "B", fonts() / "PT_Sans-Web-Bold.ttf")
        pdf.add_page()
        pdf.c_margin = 0

    def text(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, color: Any = INK
    ) -> None:
        """Write to the right of a point on the baseline."""
        self.pdf.set_font("PT", "B" if bold else "", size)
        self.pdf.set_text_color(*color)
        self.pdf.text(x, y, text)

    def right(
        self, x: float, y: float, text: str, size: float, *, bold: bool = False, color: Any = INK
    ) -> None:
        """Write text that ends at a point on the baseline."""
        self.pdf.set_font("PT", "B" if bold else "", size)
        self.text(x - self.pdf.get_string_width(text), y, text, size, bold=bold, color=color)

    def block(self, x: float, y: float, width: float, text: str, *, size: float = 8.3) -> float:
        """Write text wrapped at a width; return the y coordinate below it."""
        self.pdf.set_font("PT", "", size)
        self.pdf.set_text_color(*INK)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(width, size * 1.2, text, align="L", new_x="LEFT", new_y="NEXT")
        return float(self.pdf.get_y())

    def rule(self, y: float, *, weight: float = 0.4, color: Any = RULE) -> None:
        """Draw a line of full width."""
        self.pdf.set_line_width(weight)
        self.pdf.set_draw_color(*color)
        self.pdf.line(LEFT, y, LEFT + WIDTH, y)

    def row(
        self,
        y: float,
        widths: Any,
        texts: Any,
        *,
        figures: Any,
        bold: bool = False,
        size: float = 8.3,
    ) -> None:
        """Write cells on one baseline, figures to the right."""
        edge = LEFT
        for number, (width, text) in enumerate(zip(widths, texts, strict=False)):
            if number in figures:
                self.right(edge + width, y, text, size, bold=bold)
            elif text:
                self.text(edge, y, text, size, bold=bold)
            edge += width


def _draw(page: Page) -> bytes:
    sheet = Sheet()
    _top(sheet, page)
    y = _charges(sheet, page, 330)
    y = _reference(sheet, page, y + 20)
    _stub(sheet, page)
    return bytes(sheet.pdf.output())


def _top(sheet: Sheet, page: Page) -> None:
    sheet.text(LEFT, 42, page["title"], 14, bold=True)
    sheet.right(LEFT + WIDTH, 42, page["number"], 8, color=QUIET)
    sheet.text(LEFT, 53, page["issuer"], 8, bold=True)
    sheet.text(LEFT, 64, page["contacts"], 8)
    sheet.rule(72, weight=1, color=QUIET)
    sheet.text(LEFT, 88, "1. Сведения о плательщике и исполнителе услуг", 9, bold=True)
    sheet.text(249, 88, "2. Информация для внесения платы", 9, bold=True)
    y = 94.0
    for name, value in page["payer"]:
        sheet.text(LEFT, y + 8, name, 7.5, color=QUIET)
        y = sheet.block(LEFT + 73.5, y, 130.5, value) + 2
    sheet.text(249, 118, "К оплате", 9, color=QUIET)
    sheet.text(292, 118, page["sum"], 27, bold=True, color=DEBT)
    sheet.text(249, 132, page["due"], 9, bold=True)
    sheet.text(355, 132, page["paid"], 7.5, color=QUIET)
    for number, code in enumerate(page["codes"]):
        _code(sheet, code, 254 + 162.5 * number)


def _code(sheet: Sheet, code: dict[str, Any], x: float) -> None:
    sheet.pdf.image(BytesIO(base64.b64decode(code["png"])), x, 142, 84, 84)
    y = 240.0
    for number, line in enumerate([*code["bold"], *code["lines"]]):
        is_bold = number < len(code["bold"])
        sheet.text(x, y, line, 7.1, bold=is_bold, color=INK if is_bold else QUIET)
        y += 8.5


def _charges(sheet: Sheet, page: Page, y: float) -> float:
    sheet.text(LEFT, y - 26, "3. Расчёт размера платы", 9, bold=True)
    edge = LEFT
    for title, width in zip(page["heads"], _CHARGES, strict=True):
        sheet.block(edge, y - 18, width, title, size=7.1)
        edge += width
    sheet.rule(y + 12, weight=0.7, color=QUIET)
    y += 12
    for group in page["groups"]:
        y += 14
        color = DEBT if group["is_debt"] else ADVANCE
        sheet.text(LEFT, y, group["name"], 9.3, bold=True)
        sheet.text(LEFT + 90, y, group["recipient"], 7.1, color=QUIET)
        sheet.right(LEFT + WIDTH, y, group["balance"], 9.3, bold=True, color=color)
        for row in [*group["rows"], group["total"]]:
            y += 14
            is_total = row is group["total"]
            sheet.row(y, _CHARGES, row, figures={2, 3, 5, 6, 7, 8, 9}, bold=is_total)
            sheet.rule(y + 4)
        y += 6
    sheet.text(LEFT, y + 10, page["note"], 7.5, color=QUIET)
    return y + 10


def _reference(sheet: Sheet, page: Page, y: float) -> float:
    sheet.text(LEFT, y, "4. Справочная информация", 9, bold=True)
    for row in [page["meter_heads"], *page["meters"]]:
        y += 14
        size = 7.1 if row is page["meter_heads"] else 8.3
        sheet.row(y, _METERS, row, figures={4, 5, 6}, size=size)
        sheet.rule(y + 4)
    sheet.text(LEFT, y + 20, page["made"], 7.5, color=QUIET)
    return y


def _stub(sheet: Sheet, page: Page) -> None:
    sheet.pdf.set_dash_pattern(dash=3, gap=3)
    sheet.rule(720, weight=0.5, color=QUIET)
    sheet.pdf.set_dash_pattern()
    sheet.text(LEFT, 736, page["account"], 9, bold=True)
    sheet.text(150, 736, page["month"], 9)
    sheet.right(LEFT + WIDTH, 736, f"К оплате {page['sum']}", 9, bold=True, color=DEBT)
    sheet.row(750, _STUB, page["stub_heads"], figures={3}, size=7.1)
    sheet.rule(755, weight=0.7, color=QUIET)
    for number, row in enumerate(page["stub"]):
        y = 767 + 19 * number
        sheet.row(y, _STUB, row, figures={3})
        sheet.pdf.rect(LEFT + 414, y - 10, 124, 15)
        sheet.rule(y + 7)


serve(lambda page: page, _draw)
