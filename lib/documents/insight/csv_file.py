"""A table as CSV for Russian spreadsheets: a byte order mark, «;», decimal commas."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from lib.documents.insight.data import Sheet
from lib.domain import spreadsheet

_ROWS = 1_000


def render_pieces(sheet: Sheet) -> Iterator[bytes]:
    """Yield the file some rows at a time."""
    rows = iter((sheet.headings, *sheet.rows))
    mark = "\N{BYTE ORDER MARK}"
    while some := list(islice(rows, _ROWS)):
        written = io.StringIO()
        writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
        writer.writerows([spreadsheet.format_cell(cell) for cell in row] for row in some)
        yield (mark + written.getvalue()).encode()
        mark = ""
