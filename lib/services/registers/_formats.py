"""The formats of registers, as their tables describe them."""

from collections import defaultdict

from sqlalchemy.orm import Session

from db.models import RegisterFormat as FormatRow
from db.queries.registers import finding as queries
from lib.exchange.registers.formats import Layout, Place, RegisterFormat


def list_formats(session: Session) -> tuple[RegisterFormat, ...]:
    """Return every format, within the caller's transaction.

    Raises:
        FormatBroken: a description cannot be read by.
    """
    rows, columns = queries.formats(session)
    places = defaultdict[str, dict[str, dict[str, Place]]](lambda: defaultdict(dict))
    for column in columns:
        places[column.format_code][column.part][column.field] = Place(column.position, column.label)
    return tuple(_format(row, places[row.code]) for row in rows)


def _format(row: FormatRow, places: dict[str, dict[str, Place]]) -> RegisterFormat:
    return RegisterFormat(
        code=row.code,
        name=row.name,
        layout=Layout(row.layout),
        bank=row.bank,
        channel=row.channel,
        is_acquirer=row.is_acquirer,
        encoding=row.encoding,
        separator=row.separator,
        is_quoted=row.is_quoted,
        decimal_sign=row.decimal_sign,
        date_format=row.date_format,
        header_lines=row.header_lines,
        comment_mark=row.comment_mark,
        trailer_mark=row.trailer_mark,
        account_pattern=row.account_pattern,
        document_pattern=row.document_pattern,
        header=places["header"],
        row=places["row"],
        trailer=places["trailer"],
    )
