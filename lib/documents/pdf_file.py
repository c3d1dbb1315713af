"""The file around the pages: fonts, title, language; the same bytes for the same pages.

Written directly (ISO 32000-1, clauses 7.5 and 7.7) because nearly all of such a file is
the same for every receipt: a general library spends most of a receipt's time making it anew.
"""

import hashlib

from lib.documents.pdf_font import font_objects, stream
from lib.documents.pdf_page import HEIGHT, WIDTH, Page
from lib.documents.typeface import FontsInUse

# The second line tells programs that transfer files that this one is binary.
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_LANGUAGE = "ru-RU"


class _Objects:
    """Numbered objects of a file in the making."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def add(self, body: bytes | str) -> str:
        """Append an object and return the reference to it."""
        self.bodies.append(body.encode("ascii") if isinstance(body, str) else body)
        return f"{len(self.bodies)} 0 R"

    def file(self, *, root: str, info: str) -> bytes:
        """Join everything: objects, the table of their places, the trailer."""
        parts, places, place = [_HEADER], [], len(_HEADER)
        for number, body in enumerate(self.bodies, start=1):
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            places.append(place)
            parts.append(part)
            place += len(part)
        digest = hashlib.sha256(b"".join(parts)).hexdigest()[:32]
        table = "".join(f"{offset:010} 00000 n \n" for offset in places)
        size = len(places) + 1
        trailer = (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<</Size {size}/Root {root}/Info {info}/ID[<{digest}><{digest}>]>>\n"
            f"startxref\n{place}\n%%EOF\n"
        )
        return b"".join([*parts, trailer.encode("ascii")])


def write_file(*, pages: list[Page], fonts: FontsInUse, title: str, author: str) -> bytes:
    """Assemble a PDF of finished pages.

    Args:
        pages: In order, drawn through `fonts`.
        fonts: What the pages used.
        title: Shown in the viewer's title bar instead of a file name.
        author: The organisation that issues the document.
    """
    objects = _Objects()
    font_entries = "".join(_embedded(objects, fonts))
    resources = objects.add(f"<</Font<<{font_entries}>>>>")
    contents = [objects.add(stream("\n".join(page.operators).encode("ascii"))) for page in pages]
    tree = f"{len(objects.bodies) + len(pages) + 1} 0 R"
    leaves = [objects.add(_leaf(content, tree)) for content in contents]
    objects.add(
        f"<</Type/Pages/Kids[{' '.join(leaves)}]/Count {len(leaves)}"
        f"/MediaBox[0 0 {WIDTH:.2f} {HEIGHT:.2f}]/Resources {resources}>>"
    )
    root = objects.add(
        f"<</Type/Catalog/Pages {tree}/Lang({_LANGUAGE})"
        "/ViewerPreferences<</DisplayDocTitle true>>>>"
    )
    info = objects.add(f"<</Title {_text(title)}/Author {_text(author)}/Creator {_text(author)}>>")
    return objects.file(root=root, info=info)


def _embedded(objects: _Objects, fonts: FontsInUse) -> list[str]:
    """Add every subset and return the entries by which pages find them."""
    entries = []
    for subset in fonts.subsets():
        made = font_objects(subset)
        descriptor = objects.add(made.descriptor % objects.add(made.program))
        font = objects.add(made.font % (descriptor, objects.add(made.letters)))
        entries.append(f"/{subset.resource} {font}")
    return entries


def _leaf(content: str, tree: str) -> str:
    return f"<</Type/Page/Parent {tree}/Contents {content}>>"


def _text(text: str) -> str:
    """Write a text of the file's description, in any alphabet."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"
