"""The file around the pages: fonts, title, language; the same bytes for the same pages."""

from collections.abc import Sequence
from io import BytesIO
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFInfo, PDFString
from reportlab.pdfgen.canvas import Canvas

from lib.documents.print.flow import Placed
from lib.documents.print.fonts import REGULAR, embed_fonts
from lib.documents.print.page import HEIGHT, QUIET, WIDTH, Page
from lib.documents.print.style import INNER_HEIGHT, MARGIN, RIGHT_EDGE

rl_config.useA85 = 0  # ASCII85 would take a third of a receipt's time and a quarter more bytes

_LANGUAGE = "ru-RU"
FOOTER_HEIGHT = 14.0
"""What the footer takes from the printed area of each of several pages, points."""
_FOOTER_SIZE = 7.0
# Cutting the subset of a rare letter moves a read position in the font, which threads share.
_finishing = Lock()


class _Description(PDFInfo):  # type: ignore[misc] # reportlab ships no types
    """The file's metadata, without the dates that reportlab would invent."""

    def format(self, document: object) -> bytes:
        named = {"Title": self.title, "Author": self.author, "Creator": self.creator}
        entries = PDFDictionary({name: PDFString(text) for name, text in named.items()})
        written: bytes = entries.format(document)
        return written


def write_file(pages: Sequence[Sequence[Placed]], *, title: str, author: str, footer: str) -> bytes:
    """Draw placed blocks and return a PDF; the same blocks give the same bytes.

    Args:
        pages: Blocks of each page.
        title: Shown in the viewer's title bar instead of a file name.
        author: The organisation that issues the document.
        footer: Printed beside the page number where there are several pages.
    """
    canvas = _open_canvas(title=title, author=author)
    for number, blocks in enumerate(pages, start=1):
        page = Page(canvas)
        for block, top in blocks:
            block.draw(page, MARGIN + top)
        if len(pages) > 1:
            _draw_footer(page, footer, number=number, count=len(pages))
        page.finish()
    with _finishing:
        written: bytes = canvas.getpdfdata()
    return written


def _open_canvas(*, title: str, author: str) -> Canvas:
    canvas = Canvas(
        BytesIO(),
        pagesize=(WIDTH, HEIGHT),
        pageCompression=1,
        invariant=1,
        initialFontName=REGULAR,
        lang=_LANGUAGE,
    )
    document = canvas._doc  # noqa: SLF001 - reportlab has no other way to it
    embed_fonts(document)
    document.info = _Description()
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator(author)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _draw_footer(page: Page, words: str, *, number: int, count: int) -> None:
    y = MARGIN + INNER_HEIGHT
    page.text(MARGIN, y, words, size=_FOOTER_SIZE, color=QUIET)
    page.right(RIGHT_EDGE, y, f"страница {number} из {count}", size=_FOOTER_SIZE, color=QUIET)
