"""The statement as CSV for Russian spreadsheets: a byte order mark, «;», decimal commas."""

import csv
import io

from lib.documents.statement import rows
from lib.documents.statement.data import Statement
from lib.domain import spreadsheet


def render(statement: Statement) -> bytes:
    """Write the facts about the account and the two tables, with empty lines between."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for name, value in statement.facts:
        # name and number in one cell: alone the number would lose its leading zeros
        writer.writerow([spreadsheet.format_cell(f"{name}: {value}")])
    for sheet in (rows.list_movements(statement), rows.list_payments(statement)):
        writer.writerow([])
        writer.writerow([sheet.name])
        writer.writerow([spreadsheet.format_cell(heading) for heading in sheet.headings])
        writer.writerows([spreadsheet.format_cell(cell) for cell in row] for row in sheet.rows)
    return written.getvalue().encode("utf-8-sig")
