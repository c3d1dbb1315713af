"""A page to draw on: text, rules, boxes and codes, in points from its upper left corner."""

from lib.documents import typeface
from lib.documents.typeface import FontsInUse, Typeface

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM

INK = "0.09 0.13 0.17"
QUIET = "0.33 0.38 0.43"
RULE = "0.74 0.78 0.81"
DEBT = "0.64 0.23 0.10"
ADVANCE = "0.10 0.42 0.24"
_BINARY_DIGITS = bytes.maketrans(b"\0\1", b"01")


def face_of(*, bold: bool) -> Typeface:
    """Choose the weight."""
    return typeface.bold() if bold else typeface.regular()


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Measure text as `Page.text` would draw it, in points."""
    face = face_of(bold=bold)
    return face.width(face.printable(text), size)


class Page:
    """One A4 page; `operators` is its finished content."""

    def __init__(self, fonts: FontsInUse) -> None:
        self.operators: list[str] = []
        self._fonts = fonts

    def text(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: str = INK
    ) -> None:
        """Draw one line of text that begins at `x`, its baseline at `y`."""
        if not text:
            return
        face = face_of(bold=bold)
        shown = [
            f"/{resource} {size:g} Tf <{codes}> Tj"
            for resource, codes in self._fonts.runs(face, face.printable(text))
        ]
        place = f"{color} rg 1 0 0 1 {x:.2f} {HEIGHT - y:.2f} Tm"
        self.operators.append(f"BT {place} {' '.join(shown)} ET")

    def right(
        self, x: float, y: float, text: str, *, size: float, bold: bool = False, color: str = INK
    ) -> None:
        """Draw one line of text that ends at `x`."""
        start = x - text_width(text, size=size, bold=bold)
        self.text(start, y, text, size=size, bold=bold, color=color)

    def rule(
        self, x: float, y: float, length: float, *, weight: float = 0.4, color: str = RULE
    ) -> None:
        """Draw a horizontal line."""
        self.operators.append(
            f"{color} RG {weight:g} w {x:.2f} {HEIGHT - y:.2f} m {x + length:.2f} "
            f"{HEIGHT - y:.2f} l S"
        )

    def dashes(self, x: float, y: float, length: float) -> None:
        """Draw the line to cut along."""
        self.operators.append("[3 3] 0 d")
        self.rule(x, y, length, weight=0.5, color=QUIET)
        self.operators.append("[] 0 d")

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """Draw an empty box to write in; `y` is its upper edge."""
        self.operators.append(
            f"{QUIET} RG 0.5 w {x:.2f} {HEIGHT - y - height:.2f} {width:.2f} {height:.2f} re S"
        )

    def modules(
        self, x: float, y: float, side: float, matrix: tuple[tuple[bool, ...], ...]
    ) -> None:
        """Draw a QR code, without its quiet zone, as one mask of a bit for each module.

        Thousands of little rectangles would take longer and show hairlines between them.
        """
        count = len(matrix)
        padding = -count % 8
        rows = (int(bytes(row).translate(_BINARY_DIGITS), 2) << padding for row in matrix)
        digits = (count + padding) // 4
        bits = "".join(f"{row:0{digits}x}" for row in rows)
        self.operators.append(
            f"q 0 0 0 rg {side:.3f} 0 0 {side:.3f} {x:.3f} {HEIGHT - y - side:.3f} cm\n"
            f"BI /W {count} /H {count} /BPC 1 /IM true /D [1 0] /F /AHx ID\n{bits}>\nEI Q"
        )
