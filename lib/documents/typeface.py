"""PT Sans, regular and bold: measured, encoded and cut down to the letters a document needs.

Both faces are read once in a process. The letters that every Russian document uses
form one subset prepared beforehand; a document with rarer ones (a Tatar name, say)
gets a second subset of exactly those. Letters that PT Sans does not have become «◊».
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import groupby
from threading import Lock
from typing import Any

import fontpkg_pt_sans
from reportlab.pdfbase.ttfonts import TTFontFace

from lib.documents.typeface_hints import without_hints

MISSING = "◊"
"""Stands for letters that the face lacks: calmer than its own «.notdef», a crossed black box."""
_RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SIGNS = " \N{NO-BREAK SPACE}0123456789.,:;()/+-%\"'«»–—−№₽·…"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@_&!?*=#²³×"
_MAX_LETTERS = 254
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


class Typeface:
    """One face of PT Sans."""

    def __init__(self, *, file_name: str, resource: str, letters: str) -> None:
        path = fontpkg_pt_sans.ROOT / "files" / file_name
        self._face: Any = TTFontFace(BytesIO(without_hints(path.read_bytes())))
        for table in ("name", "OS/2"):  # an embedded font is found by neither
            del self._face.table[table]
        self._name: str = self._face.name.decode("ascii")
        self.resource = resource
        self._widths = {chr(code): width for code, width in self._face.charWidths.items()}
        for undrawn in (_SOFT_HYPHEN, _NO_LETTER):
            self._widths.pop(undrawn, None)
        self.base = self.cut(letters=letters, resource=resource)
        self._codes = {letter: f"{code:02x}" for code, letter in enumerate(letters, start=1)}
        self._base_letters = frozenset(letters)

    def width(self, text: str, size: float) -> float:
        """Measure printable text in points."""
        return float(sum(map(self._widths.__getitem__, text))) * size / 1000

    def printable(self, text: str) -> str:
        """Prepare any text for this face: one line, composed, without letters it cannot draw."""
        if self.is_in_base(text):
            return text
        composed = unicodedata.normalize("NFC", text).translate(_SPACES)
        return "".join(map(self._letter, composed))

    def is_in_base(self, text: str) -> bool:
        """Tell whether the subset that every document carries has all the letters."""
        return self._base_letters.issuperset(text)

    def encode(self, text: str) -> str:
        """Write text of the base subset as hexadecimal codes."""
        return "".join(map(self._codes.__getitem__, text))

    def cut(self, *, letters: str, resource: str) -> Subset:
        """Make the subset of some letters."""
        with _cutting:
            program = bytes(self._face.makeSubset([0, *map(ord, letters)]))
        widths = tuple(round(self._widths[letter]) for letter in letters)
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
        self._rare: dict[str, dict[str, str]] = {}

    def runs(self, face: Typeface, text: str) -> list[tuple[str, str]]:
        """Split printable text into pairs of a subset's resource and hexadecimal codes."""
        if face.is_in_base(text):
            return [(face.resource, face.encode(text))]
        runs: list[tuple[str, str]] = []
        for is_base, letters in groupby(text, key=face.is_in_base):
            run = "".join(letters)
            if is_base:
                runs.append((face.resource, face.encode(run)))
            else:
                runs += self._rare_runs(face, run)
        return runs

    def subsets(self) -> list[Subset]:
        """List what the file must embed, the same for the same text."""
        subsets = [regular().base, bold().base]
        for face in (regular(), bold()):
            rare = self._rare.get(face.resource)
            if rare:
                subsets.append(face.cut(letters="".join(rare), resource=_rare_resource(face)))
        return subsets

    def _rare_runs(self, face: Typeface, run: str) -> list[tuple[str, str]]:
        codes = self._rare.setdefault(face.resource, {})
        for letter in run:
            if letter not in codes and len(codes) < _MAX_LETTERS:
                codes[letter] = f"{len(codes) + 1:02x}"
        if all(letter in codes for letter in run):
            return [(_rare_resource(face), "".join(codes[letter] for letter in run))]
        return [(face.resource, face.encode(MISSING * len(run)))]


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
