"""PT Sans, regular and bold: measured, encoded and cut down to the letters a document needs.

Both faces are read once in a process. The letters that every Russian document uses
form one subset prepared beforehand; a document with rarer ones (a Tatar name, say)
gets a second subset of exactly those. Letters that PT Sans does not have become «◊».
"""

import codecs
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from threading import Lock
from typing import Any, NamedTuple

import fontpkg_pt_sans
from reportlab.pdfbase.ttfonts import TTFontFace

from lib.documents.typeface_hints import without_hints

MISSING = "◊"
"""Stands for letters that the face lacks: calmer than its own «.notdef», a crossed black box."""
_RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SIGNS = " \N{NO-BREAK SPACE}0123456789.,:;()/+-%\"'«»–—−№₽·…"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@_&!?*=#²³×"
_MAX_LETTERS = 254
_CODES = 256
_NO_CODE = "\ufffe"
# names and headings return in every document of a run, and figures within one
_REMEMBERED = 8192
_SOFT_HYPHEN, _NO_LETTER = "\u00ad", "\uffff"
_SPACES = str.maketrans(dict.fromkeys("\u202f\u2007\u2009", "\N{NO-BREAK SPACE}"))
# makeSubset() moves a read position inside the face, which all threads share.
_cutting = Lock()


@dataclass(frozen=True, slots=True)
class Subset:
    """Letters of one typeface under one-byte codes: the first has code 1.

    Attributes:
        resource: Name under which pages refer to it.
        face_name: PostScript name of the typeface.
        metrics: The typeface's entries of a font descriptor.
        letters: What is drawn for each code.
        program: The TrueType file of these letters.
        widths: Advance of each letter, thousandths of the size.
    """

    resource: str
    face_name: str
    metrics: str
    letters: str
    program: bytes
    widths: tuple[int, ...]


class Line(NamedTuple):
    """Text as a face prints it.

    Attributes:
        text: One line, composed, without letters that the face cannot draw.
        units: Its width, thousandths of the size.
        codes: Codes of the base subset, ready to stand in a literal string; None where
            the text has letters beyond it.
    """

    text: str
    units: int
    codes: str | None


class Typeface:
    """One face of PT Sans."""

    def __init__(self, *, file_name: str, resource: str, letters: str) -> None:
        path = fontpkg_pt_sans.ROOT / "files" / file_name
        self._face: Any = TTFontFace(BytesIO(without_hints(path.read_bytes())))
        for table in ("name", "OS/2"):  # an embedded font is found by neither
            del self._face.table[table]
        self._name: str = self._face.name.decode("ascii")
        self.resource = resource
        self._widths = {chr(code): int(width) for code, width in self._face.charWidths.items()}
        for undrawn in (_SOFT_HYPHEN, _NO_LETTER):
            self._widths.pop(undrawn, None)
        self.base = self.cut(letters=letters, resource=resource)
        self._base_widths = [0, *self.base.widths]
        spare = _NO_CODE * (_CODES - 1 - len(letters))
        self._map = codecs.charmap_build(f"\0{letters}{spare}")
        self.line = lru_cache(_REMEMBERED)(self._line)
        self.space = self._widths[" "]

    def width(self, text: str, size: float) -> float:
        """Measure any text in points, as it would be printed."""
        return self.line(text).units * size / 1000

    def encode(self, text: str) -> str | None:
        """Write printable text for a literal string; None beyond the base subset."""
        codes = self._codes(text)
        return None if codes is None else escaped(codes)

    def is_in_base(self, letter: str) -> bool:
        """Tell whether the subset that every document carries has a letter."""
        return self._codes(letter) is not None

    def _line(self, text: str) -> Line:
        codes = self._codes(text)
        if codes is not None:
            units = sum(map(self._base_widths.__getitem__, codes))
            return Line(text, units, escaped(codes))
        composed = unicodedata.normalize("NFC", text).translate(_SPACES)
        whole = "".join(map(self._letter, composed))
        return Line(whole, sum(map(self._widths.__getitem__, whole)), self.encode(whole))

    def _codes(self, text: str) -> bytes | None:
        """Encode text that the base subset has whole."""
        try:
            codes, _ = codecs.charmap_encode(text, "strict", self._map)
        except UnicodeEncodeError:
            return None
        return None if b"\0" in codes else codes

    def cut(self, *, letters: str, resource: str) -> Subset:
        """Make the subset of some letters."""
        with _cutting:
            program = bytes(self._face.makeSubset([0, *map(ord, letters)]))
        widths = tuple(self._widths[letter] for letter in letters)
        return Subset(resource, self._name, _metrics(self._face), letters, program, widths)

    def _letter(self, letter: str) -> str:
        if letter in self._widths and letter >= " ":
            return letter
        category = unicodedata.category(letter)
        if category in ("Cc", "Zs", "Zl", "Zp"):
            return " "
        # Joiners and variation selectors draw nothing of their own: one emoji, one box.
        return "" if category in ("Cf", "Mn", "Me") else MISSING


class FontsInUse:
    """The subsets one document needs; pages write their text through it."""

    def __init__(self) -> None:
        self._rare: dict[str, dict[str, int]] = {}

    def runs(self, face: Typeface, text: str) -> list[tuple[str, str]]:
        """Split printable text into pairs of a subset's resource and codes for a literal string."""
        runs: list[tuple[str, str]] = []
        for is_base, letters in groupby(text, key=face.is_in_base):
            run = "".join(letters)
            if is_base:
                runs.append((face.resource, face.encode(run) or ""))
            else:
                runs.append(self._rare_run(face, run))
        return runs

    def rare_subsets(self) -> list[Subset]:
        """List what the file must embed beyond the base subsets, the same for the same text."""
        return [
            face.cut(letters="".join(self._rare[face.resource]), resource=_rare_resource(face))
            for face in (regular(), bold())
            if face.resource in self._rare
        ]

    def _rare_run(self, face: Typeface, run: str) -> tuple[str, str]:
        codes = self._rare.setdefault(face.resource, {})
        for letter in run:
            if letter not in codes and len(codes) < _MAX_LETTERS:
                codes[letter] = len(codes) + 1
        if all(letter in codes for letter in run):
            return _rare_resource(face), escaped(bytes(codes[letter] for letter in run))
        return face.resource, face.encode(MISSING * len(run)) or ""


def escaped(codes: bytes) -> str:
    """Write codes as the inside of a literal string (ISO 32000-1, clause 7.3.4.2)."""
    text = codes.decode("latin-1").replace("\\", "\\\\")
    return text.replace("(", "\\(").replace(")", "\\)").replace("\r", "\\r")


@cache
def regular() -> Typeface:
    """Read the regular face."""
    letters = f"{MISSING}{_SIGNS}{_RUSSIAN}{_LATIN}"
    return Typeface(file_name="PT_Sans-Web-Regular.ttf", resource="R", letters=letters)


@cache
def bold() -> Typeface:
    """Read the bold face; Latin is rare in headings and totals, so its base goes without."""
    letters = f"{MISSING}{_SIGNS}{_RUSSIAN}"
    return Typeface(file_name="PT_Sans-Web-Bold.ttf", resource="B", letters=letters)


def _metrics(face: Any) -> str:
    box = " ".join(f"{edge:.0f}" for edge in face.bbox)
    return (
        f"/FontBBox[{box}]/ItalicAngle 0/Ascent {face.ascent:.0f}/Descent {face.descent:.0f}"
        f"/CapHeight {face.capHeight:.0f}/StemV {face.stemV:.0f}"
    )


def _rare_resource(face: Typeface) -> str:
    return f"{face.resource}2"
