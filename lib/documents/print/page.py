"""A page to draw on: text, rules, boxes and codes, in points from its upper left corner."""

from collections.abc import Iterable

from lib.documents.print import fonts as typeface
from lib.documents.print.fonts import FontsInUse, Line, Typeface
from lib.domain.payment_code.bitmap import Bitmap

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM

INK = "0.09 0.13 0.17"
QUIET = "0.33 0.38 0.43"
RULE = "0.74 0.78 0.81"
DEBT = "0.64 0.23 0.10"
ADVANCE = "0.10 0.42 0.24"


def face_of(*, bold: bool) -> Typeface:
    """Choose the weight."""
    return typeface.bold() if bold else typeface.regular()


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Measure text as `Page.text` would draw it, in points."""
    return face_of(bold=bold).width(text, size)


Span = tuple[float, float, Line, str]
"""Text in its place: where it begins, how far below the first baseline, what, which colour."""


class Page:
    """One A4 page.

    Lines and pictures are drawn first, then all text as one object, in which colour and
    font are told where they change.

    Attributes:
        codes: Pictures that the content names /Q0, /Q1 and so on.
    """

    def __init__(self, fonts: FontsInUse) -> None:
        self.codes: list[Bitmap] = []
        self._fonts = fonts
        self._shapes: list[str] = []
        self._letters: list[str] = []
        self._color = ""
        self._font, self._size = "", 0.0
        self._faces = (face_of(bold=False), face_of(bold=True))

    def content(self) -> bytes:
        """Return the finished page's operators."""
        return "\n".join([*self._shapes, "BT", *self._letters, "ET"]).encode("latin-1")

    def text(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: str = INK
    ) -> None:
        """Draw one line of text that begins at `x`, its baseline at `y`."""
        if text:
            face = self._faces[bold]
            self._line(x, f"{HEIGHT - y:.2f} Tm", face.line(text), face, size=size, color=color)

    def right(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: str = INK
    ) -> None:
        """Draw one line of text that ends at `x`."""
        if text:
            face = self._faces[bold]
            line = face.line(text)
            start = x - line.units * size / 1000
            self._line(start, f"{HEIGHT - y:.2f} Tm", line, face, size=size, color=color)

    def spans(self, y: float, spans: Iterable[Span], *, face: Typeface, size: float) -> None:
        """Draw lines of text of one face and size, the first baselines at `y`."""
        first = f"{HEIGHT - y:.2f} Tm"
        for x, below, line, color in spans:
            height = f"{HEIGHT - y - below:.2f} Tm" if below else first
            self._line(x, height, line, face, size=size, color=color)

    def rule(
        self, x: float, y: float, length: float, *, weight: float = 0.4, color: str = RULE
    ) -> None:
        """Draw a horizontal line."""
        height = f"{HEIGHT - y:.2f}"
        self._shapes.append(
            f"{color} RG {weight:g} w {x:.2f} {height} m {x + length:.2f} {height} l S"
        )

    def dashes(self, x: float, y: float, length: float) -> None:
        """Draw the line to cut along."""
        self._shapes.append("[3 3] 0 d")
        self.rule(x, y, length, weight=0.5, color=QUIET)
        self._shapes.append("[] 0 d")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an empty box to write in; `y` is its upper edge."""
        self._shapes.append(
            f"{QUIET} RG 0.5 w {x:.2f} {HEIGHT - y - height:.2f} {width:.2f} {height:.2f} re S"
        )

    def code(self, x: float, y: float, side: float, bitmap: Bitmap) -> None:
        """Draw a QR code, without its quiet zone, as one mask of a bit for each module.

        Thousands of little rectangles would take longer and show hairlines between them.
        """
        self._shapes.append(
            f"q 0 0 0 rg {side:.3f} 0 0 {side:.3f} {x:.3f} {HEIGHT - y - side:.3f} cm "
            f"/Q{len(self.codes)} Do Q"
        )
        self.codes.append(bitmap)

    def _line(
        self, x: float, height: str, line: Line, face: Typeface, *, size: float, color: str
    ) -> None:
        if color != self._color:
            self._color = color
            self._letters.append(f"{color} rg")
        if size != self._size or face.resource != self._font:
            self._letters.append(self._chosen(face.resource, size))
        if line.codes is None:
            self._mixed(f"1 0 0 1 {x:.2f} {height}", face, line.text, size)
        else:
            self._letters.append(f"1 0 0 1 {x:.2f} {height}({line.codes})Tj")

    def _mixed(self, place: str, face: Typeface, text: str, size: float) -> None:
        """Draw text for which the base subset is not enough."""
        self._letters.append(place)
        for resource, codes in self._fonts.runs(face, text):
            self._letters.append(f"{self._chosen(resource, size)}({codes})Tj")

    def _chosen(self, resource: str, size: float) -> str:
        self._font, self._size = resource, size
        return f"/{resource} {size:g} Tf"
