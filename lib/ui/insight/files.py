"""Links to files: the whole screen as a workbook, each table as CSV and Parquet."""

from collections.abc import Mapping

from markupsafe import Markup

from lib import links
from lib.domain.insight.answers import Panel
from lib.domain.insight.view import write_view
from lib.services.insight.exports import FileKind
from lib.services.insight.screens import Insight
from lib.ui.markup import EMPTY, fill, join_pieces

_LINK = Markup('<a href="{}" download>{}<span class="kb-unseen"> {}</span></a>')
_LINE = Markup('<p class="kb-downloads">{}</p>')
_NAMES = {FileKind.CSV: "CSV", FileKind.XLSX: "XLSX", FileKind.PARQUET: "Parquet"}


def build_book_link(found: Insight) -> Markup:
    """Return the link to all tables of a screen; empty if it has none."""
    if not any(panel.table for panel in found.page.panels):
        return EMPTY
    query = write_view(found.view)
    return build_links(found.path, query, [FileKind.XLSX], about="все таблицы экрана")


def build_panel_links(found: Insight, panel: Panel) -> Markup:
    """Return the links to the table of a panel."""
    kinds = [FileKind.CSV, FileKind.PARQUET]
    query = write_view(found.view)
    return build_links(found.path, query, kinds, panel=panel.key, about=panel.question)


def build_links(
    path: str, query: Mapping[str, str], kinds: list[FileKind], *, about: str, panel: str = ""
) -> Markup:
    """Return links to files of a view, in a line.

    Args:
        path: the screen.
        query: the view.
        kinds: of files.
        about: what is in them, for a screen reader.
        panel: key of the panel; empty: all of the screen.
    """
    anchors = [
        fill(
            _LINK,
            links.link_to_insight_file(path=path, kind=kind, query=query, panel=panel),
            _NAMES[kind],
            about,
        )
        for kind in kinds
    ]
    return fill(_LINE, join_pieces(anchors))
