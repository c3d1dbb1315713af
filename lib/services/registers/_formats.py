"""The formats of registers, read from their tables."""

from collections import defaultdict

from sqlalchemy.orm import Session

from db.models import RegisterFormat as FormatModel
from db.queries.registers import files as queries
from lib.exchange.registers.formats import Layout, Place, RegisterFormat


def list_formats(session: Session) -> tuple[RegisterFormat, ...]:
    """Return every format, within the caller's transaction.

    Raises:
        FormatBroken: the tables describe a format that cannot be used.
    """
    formats, columns = queries.list_formats(session)
    places = defaultdict[str, dict[str, dict[str, Place]]](lambda: defaultdict(dict))
    for column in columns:
        places[column.format_code][column.part][column.field] = Place(column.position, column.label)
    return tuple(_make_format(model, places[model.code]) for model in formats)


def _make_format(model: FormatModel, places: dict[str, dict[str, Place]]) -> RegisterFormat:
    return RegisterFormat(
        code=model.code,
        name=model.name,
        layout=Layout(model.layout),
        bank=model.bank,
        channel=model.channel,
        is_acquirer=model.is_acquirer,
        encoding=model.encoding,
        separator=model.separator,
        is_quoted=model.is_quoted,
        decimal_sign=model.decimal_sign,
        date_format=model.date_format,
        header_lines=model.header_lines,
        comment_mark=model.comment_mark,
        trailer_mark=model.trailer_mark,
        account_pattern=model.account_pattern,
        document_pattern=model.document_pattern,
        header=places["header"],
        row=places["row"],
        trailer=places["trailer"],
    )
