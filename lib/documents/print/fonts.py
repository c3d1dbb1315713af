"""PT Sans, regular and bold: measures text, writes it for a page, embeds the letters.

Every document carries the same two subsets with the letters of everyday Russian text; they
are prepared once in a process. reportlab cuts a further subset for a document with rarer
letters (of a Tatar name, say). A letter that PT Sans lacks is printed as «◊».
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple

import fontpkg_pt_sans
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObjectReference
from reportlab.pdfbase.pdfdoc import format as format_object
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "PT_Sans-Web-Regular"
"""The name of the regular face, of its file and in reportlab."""
MISSING = "◊"
"""Printed for letters that the face lacks: calmer than its own «.notdef», a crossed black box."""
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_SIGNS = "\N{NO-BREAK SPACE}.,–−«»:;()/+-%\"'—№₽·…"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@_&!?*=#²³×"
# Codes that need no escape in a content stream come first: the frequent letters get them.
_PLAIN_CODES = [code for code in range(32, 127) if chr(code) not in "()\\"]
_CODES = [*_PLAIN_CODES, *range(127, 256), *range(1, 32)]
# Names and headings repeat in all documents of a print run, and figures within a document.
_REMEMBERED = 8192
_UNDRAWN = "\u00ad\uffff"  # the soft hyphen and a code point that is no letter
_SPACES = str.maketrans(dict.fromkeys("\u202f\u2007\u2009", "\N{NO-BREAK SPACE}"))
# reportlab names the first subset of any font «AAAAAA»; ours must have another name.
_REPORTLAB_TAG, _TAG = b"AAAAAA+", b"KABINE+"
_FONTS = "BasicFonts"
_NAMES = [1, 2, 6]  # family, weight, name in PDF


class Line(NamedTuple):
    """Text as a face prints it.

    Attributes:
        text: One line, composed, without letters that the face cannot draw.
        units: Its width, thousandths of the font size.
        codes: The inside of a PDF string in the everyday subset; None where the text has
            rarer letters.
    """

    text: str
    units: int
    codes: str | None


class Face:
    """One weight of PT Sans.

    Attributes:
        resource: The name of the everyday subset in content streams, without the slash.
        space: The width of a space, thousandths of the font size.
    """

    def __init__(self, *, name: str, resource: str, letters: str) -> None:
        self._font: Any = TTFont(name, BytesIO(read_font(name)), asciiReadable=False)
        pdfmetrics.registerFont(self._font)
        self._widths = {chr(code): int(width) for code, width in self._font.face.charWidths.items()}
        for letter in _UNDRAWN:
            self._widths.pop(letter, None)
        self._codes = dict(zip(letters, _CODES, strict=False))
        self._everyday = {letter: self._widths[letter] for letter in letters}
        self._written = str.maketrans(
            {letter: _write_code(code) for letter, code in self._codes.items()}
        )
        self.resource = f"{resource}+0"
        self.space = self._widths[" "]
        self.line = lru_cache(_REMEMBERED)(self._line)

    def measure(self, text: str, size: float) -> float:
        """Measure any text as it would be printed, points."""
        return self.line(text).units * size / 1000

    def split_runs(self, text: str, document: PDFDocument) -> Iterator[tuple[str, str]]:
        """Split printable text into pairs of a subset's resource and the inside of a string."""
        for is_everyday, letters in groupby(text, key=self._everyday.__contains__):
            run = "".join(letters)
            if is_everyday:
                yield self.resource, run.translate(self._written)
                continue
            for number, codes in self._font.splitString(run, document):
                resource = self._font.getSubsetInternalName(number, document)
                yield resource.removeprefix("/"), "".join(map(_write_code, codes))

    def add_everyday_subset(self, document: PDFDocument) -> None:
        """Let reportlab make the objects of the everyday subset."""
        points = [0] * (1 + max(self._codes.values()))
        for letter, code in self._codes.items():
            points[code] = ord(letter)
        state = TTFont.State(asciiReadable=False)
        state.subsets = [points]
        state.internalName = self.resource.removesuffix("+0")
        self._font.state[document] = state
        self._font.addObjects(document)

    def _line(self, text: str) -> Line:
        try:
            units = sum(map(self._everyday.__getitem__, text))
        except KeyError:
            return self._rare_line(text)
        return Line(text, units, text.translate(self._written))

    def _rare_line(self, text: str) -> Line:
        composed = unicodedata.normalize("NFC", text).translate(_SPACES)
        whole = "".join(map(self._replace_letter, composed))
        is_everyday = all(letter in self._everyday for letter in whole)
        codes = whole.translate(self._written) if is_everyday else None
        return Line(whole, sum(map(self._widths.__getitem__, whole)), codes)

    def _replace_letter(self, letter: str) -> str:
        if letter in self._widths and letter >= " ":
            return letter
        category = unicodedata.category(letter)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            return " "
        # Joiners and variation selectors draw nothing of their own: one emoji, one box.
        return "" if category in ("Cf", "Mn", "Me") else MISSING


def get_face(*, bold: bool) -> Face:
    """Choose the weight."""
    return _bold() if bold else _regular()


def embed_fonts(document: PDFDocument) -> None:
    """Add the prepared everyday subsets to a new document."""
    for name, body in _prepare_objects(document.objectcounter + 1):
        document.Reference(body, name)
    fonts = document.idToObject[_FONTS].dict
    for face in (_regular(), _bold()):
        fonts[face.resource] = PDFObjectReference(face.resource)


def read_font(name: str) -> bytes:
    """Read a font without its hinting for coarse screens, which is half of the file."""
    from fontTools import subset  # slow as ten receipts, and most processes print none

    options = subset.Options(hinting=False, layout_features=[], name_IDs=_NAMES)
    written = BytesIO()
    path = fontpkg_pt_sans.ROOT / "files" / f"{name}.ttf"
    with subset.load_font(str(path), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=font.getBestCmap())
        subsetter.subset(font)
        font.save(written)
    return written.getvalue()


@cache
def _regular() -> Face:
    letters = f" 0123456789{_RUSSIAN}{_SIGNS}{MISSING}{_LATIN}"
    return Face(name=REGULAR, resource="R", letters=letters)


@cache
def _bold() -> Face:
    """Read the bold face; Latin is rare in headings and totals, so its subset has none."""
    letters = f" 0123456789{_RUSSIAN}{_SIGNS}{MISSING}"
    return Face(name="PT_Sans-Web-Bold", resource="B", letters=letters)


@cache
def _prepare_objects(first: int) -> tuple[tuple[str, bytes], ...]:
    """Make the objects of both everyday subsets once, numbered from `first`.

    Cutting and packing fonts takes longer than all the rest of a receipt.
    """
    document = PDFDocument(compression=1, invariant=1)
    for face in (_regular(), _bold()):
        face.add_everyday_subset(document)
    names = [name for name in document.numberToId.values() if name != _FONTS]
    for number, name in enumerate(names, start=first):
        document.idToObjectNumberAndVersion[name] = (number, 0)
    return tuple(
        (
            name.replace(_REPORTLAB_TAG.decode(), _TAG.decode()),
            format_object(document.idToObject[name], document, toplevel=1).replace(
                _REPORTLAB_TAG, _TAG
            ),
        )
        for name in names
    )


def _write_code(code: int) -> str:
    """Write a code inside a PDF string: reportlab takes content streams in ASCII only."""
    return chr(code) if code in _PLAIN_CODES else f"\\{code:03o}"
