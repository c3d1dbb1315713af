"""A page to draw on: text, rules, boxes and codes, in points from its upper left corner."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from lib.documents.payment_code.symbol import Symbol
from lib.documents.print.fonts import Face, Line, get_face

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM

Color = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1."""
INK: Color = (0.09, 0.13, 0.17)
QUIET: Color = (0.33, 0.38, 0.43)
RULE: Color = (0.74, 0.78, 0.81)
DEBT: Color = (0.64, 0.23, 0.10)
ADVANCE: Color = (0.10, 0.42, 0.24)

Span = tuple[float, float, Line, Color]
"""A text and its place: its left edge, its distance below the first baseline, text, colour."""


def measure_text(text: str, *, size: float, bold: bool = False) -> float:
    """Measure text as `Page.text` would draw it, points."""
    return get_face(bold=bold).measure(text, size)


class Page:
    """One A4 page of a canvas; `finish` puts it into the document.

    Lines of text are collected as operators of one text object: a receipt has 240 of them,
    and the canvas would take several times as long for each. The canvas draws all the rest.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._document = canvas._doc  # noqa: SLF001 - reportlab has no other way to it
        self._rules: dict[tuple[Color, float], list[tuple[float, ...]]] = defaultdict(list)
        self._text: list[str] = []
        self._color: Color | None = None
        self._font, self._size = "", 0.0
        self._faces = (get_face(bold=False), get_face(bold=True))

    def text(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: Color = INK
    ) -> None:
        """Draw one line of text that begins at `x`, its baseline at `y`."""
        if text:
            face = self._faces[bold]
            self._draw_line(x, f"{HEIGHT - y:.2f}", face.line(text), face, size=size, color=color)

    def right(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: Color = INK
    ) -> None:
        """Draw one line of text that ends at `x`."""
        self.text(
            x - measure_text(text, size=size, bold=bold), y, text, size=size, bold=bold, color=color
        )

    def spans(self, y: float, spans: Iterable[Span], *, face: Face, size: float) -> None:
        """Draw lines of text of one face and size, the first baselines at `y`."""
        first = f"{HEIGHT - y:.2f}"
        for x, below, line, color in spans:
            height = f"{HEIGHT - y - below:.2f}" if below else first
            self._draw_line(x, height, line, face, size=size, color=color)

    def rule(
        self, x: float, y: float, length: float, *, weight: float = 0.4, color: Color = RULE
    ) -> None:
        """Draw a horizontal line."""
        self._rules[color, weight].append((x, HEIGHT - y, x + length, HEIGHT - y))

    def dashes(self, x: float, y: float, length: float) -> None:
        """Draw the line to cut along."""
        self._canvas.setStrokeColor(QUIET)
        self._canvas.setLineWidth(0.5)
        self._canvas.setDash([3, 3])
        self._canvas.line(x, HEIGHT - y, x + length, HEIGHT - y)
        self._canvas.setDash([])

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an empty box to write in; `y` is its upper edge."""
        self._canvas.setStrokeColor(QUIET)
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(x, HEIGHT - y - height, width, height)

    def code(self, x: float, y: float, side: float, symbol: Symbol) -> None:
        """Draw a QR code, without its quiet zone, as one mask of a bit for each module.

        Thousands of little rectangles would take longer and show hairlines between them.
        """
        name = f"Code{self._document.objectcounter}"
        self._document.addForm(name, _make_mask(symbol))
        self._canvas.saveState()
        self._canvas.setFillColor((0, 0, 0))
        self._canvas.transform(side, 0, 0, side, x, HEIGHT - y - side)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    def finish(self) -> None:
        """Put the page into the document."""
        for (color, weight), lines in self._rules.items():
            self._canvas.setStrokeColor(color)
            self._canvas.setLineWidth(weight)
            self._canvas.lines(lines)
        text = "\n".join(["BT", *self._text, "ET"])
        self._canvas.addLiteral(text)
        self._document.updateSignature(text)  # what the file's identifier is made of
        self._canvas.showPage()

    def _draw_line(
        self, x: float, y: str, line: Line, face: Face, *, size: float, color: Color
    ) -> None:
        if color != self._color:
            self._color = color
            self._text.append(f"{_write_color(color)} rg")
        if size != self._size or face.resource != self._font:
            self._set_font(face.resource, size)
        if line.codes is not None:
            self._text.append(f"1 0 0 1 {x:.2f} {y} Tm({line.codes})Tj")
            return
        self._text.append(f"1 0 0 1 {x:.2f} {y} Tm")
        for resource, codes in face.split_runs(line.text, self._document):
            self._set_font(resource, size)
            self._text.append(f"({codes})Tj")

    def _set_font(self, resource: str, size: float) -> None:
        self._font, self._size = resource, size
        self._text.append(f"/{resource} {size:g} Tf")


@cache
def _write_color(color: Color) -> str:
    return " ".join(f"{part:g}" for part in color)


def _make_mask(symbol: Symbol) -> PDFStream:
    entries = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "ImageMask": "true",
        "Width": symbol.side,
        "Height": symbol.side,
        "BitsPerComponent": 1,
    }
    return PDFStream(PDFDictionary(entries), symbol.rows)
