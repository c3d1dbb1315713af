"""The file around the pages: fonts, title, language; the same bytes for the same pages.

Written directly (ISO 32000-1, clauses 7.5 and 7.7) because nearly all of such a file is
the same for every receipt: a general library spends most of a receipt's time making it anew.
"""

import hashlib
from functools import cache

from lib.documents.pdf_font import font_objects, stream
from lib.documents.print import fonts as typeface
from lib.documents.print.fonts import FontsInUse, Subset
from lib.documents.print.page import HEIGHT, WIDTH, Page
from lib.domain.payment_code.bitmap import Bitmap

# The second line tells programs that transfer files that this one is binary.
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_LANGUAGE = "ru-RU"
# higher ones take three times as long for a hundredth of the file
_PAGE_LEVEL = 3


class _Objects:
    """Numbered objects of a file in the making."""

    def __init__(self) -> None:
        self._parts = [_HEADER]
        self._places: list[str] = []
        self._length = len(_HEADER)
        self._digest = hashlib.sha256(_HEADER)

    @property
    def count(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def add(self, body: bytes | str) -> str:
        """Append an object and return the reference to it."""
        content = body.encode("ascii") if isinstance(body, str) else body
        part = b"%d 0 obj\n%b\nendobj\n" % (self.count + 1, content)
        self._places.append(f"{self._length:010} 00000 n \n")
        self._parts.append(part)
        self._length += len(part)
        self._digest.update(part)
        return f"{self.count} 0 R"

    def copy(self) -> "_Objects":
        """Return another beginning with the same objects."""
        copied = _Objects()
        copied._parts = [b"".join(self._parts)]
        copied._places = self._places.copy()
        copied._length = self._length
        copied._digest = self._digest.copy()
        return copied

    def file(self, *, root: str, info: str) -> bytes:
        """Join everything: objects, the table of their places, the trailer."""
        digest = self._digest.hexdigest()[:32]
        size = self.count + 1
        trailer = (
            f"xref\n0 {size}\n0000000000 65535 f \n{''.join(self._places)}"
            f"trailer\n<</Size {size}/Root {root}/Info {info}/ID[<{digest}><{digest}>]>>\n"
            f"startxref\n{self._length}\n%%EOF\n"
        )
        return b"".join([*self._parts, trailer.encode("ascii")])


def write_file(*, pages: list[Page], fonts: FontsInUse, title: str, author: str) -> bytes:
    """Assemble a PDF of finished pages.

    Args:
        pages: In order, drawn through `fonts`.
        fonts: What the pages used.
        title: Shown in the viewer's title bar instead of a file name.
        author: The organisation that issues the document.
    """
    beginning, base_entries = _beginning()
    objects = beginning.copy()
    rare_entries = [_embedded(objects, subset) for subset in fonts.rare_subsets()]
    font_entries = objects.add(f"<<{base_entries}{''.join(rare_entries)}>>")
    drawn = [_drawn(objects, page, font_entries) for page in pages]
    tree = f"{objects.count + len(pages) + 1} 0 R"
    leaves = [objects.add(f"<</Type/Page/Parent {tree}{entries}>>") for entries in drawn]
    objects.add(
        f"<</Type/Pages/Kids[{' '.join(leaves)}]/Count {len(leaves)}"
        f"/MediaBox[0 0 {WIDTH:.2f} {HEIGHT:.2f}]>>"
    )
    root = objects.add(
        f"<</Type/Catalog/Pages {tree}/Lang({_LANGUAGE})"
        "/ViewerPreferences<</DisplayDocTitle true>>>>"
    )
    info = objects.add(f"<</Title {_text(title)}/Author {_text(author)}/Creator {_text(author)}>>")
    return objects.file(root=root, info=info)


@cache
def _beginning() -> tuple[_Objects, str]:
    """Write once what every file begins with, the base subsets, and the entries to find them."""
    objects = _Objects()
    faces = (typeface.regular(), typeface.bold())
    entries = "".join(_embedded(objects, face.base) for face in faces)
    return objects.copy(), entries


def _embedded(objects: _Objects, subset: Subset) -> str:
    """Add a subset and return the entry by which pages find it."""
    made = font_objects(subset)
    descriptor = objects.add(made.descriptor % objects.add(made.program))
    font = objects.add(made.font % (descriptor, objects.add(made.letters)))
    return f"/{subset.resource} {font}"


def _drawn(objects: _Objects, page: Page, fonts: str) -> str:
    """Add what a page shows and return the entries of the page."""
    content = objects.add(stream(page.content(), level=_PAGE_LEVEL))
    codes = [f"/Q{number} {objects.add(_code(code))}" for number, code in enumerate(page.codes)]
    pictures = f"/XObject<<{''.join(codes)}>>" if codes else ""
    return f"/Contents {content}/Resources<</Font {fonts}{pictures}>>"


def _code(code: Bitmap) -> bytes:
    """Write a picture in which black modules let the colour through; it would not pack."""
    head = (
        f"<</Type/XObject/Subtype/Image/ImageMask true/Width {code.side}/Height {code.side}"
        f"/BitsPerComponent 1/Decode[1 0]/Length {len(code.rows)}>>\nstream\n"
    )
    return head.encode("ascii") + code.rows + b"\nendstream"


def _text(text: str) -> str:
    """Write a text of the file's description, in any alphabet."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"
