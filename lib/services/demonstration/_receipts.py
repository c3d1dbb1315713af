"""Payments of the month that is not over: registers of the ways of paying, imported as usual."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

from db import session
from db.models import RegisterFormat, RegisterFormatColumn
from db.queries import demonstration as queries
from lib.demo import registers
from lib.demo.registers import Way
from lib.errors import PortalError
from lib.exchange.verdict import Verdict
from lib.services.registers import importing


class ReceiptsRefused(PortalError):
    """A register of the demonstration was refused."""


def has_receipts(day: dt.date) -> bool:
    """Tell whether the registers of a day were imported before, all of them.

    A start that was killed between two of them imports the others the next time.
    """
    with session.transaction(session.OPERATOR) as opened:
        names = {registers.name_file(way, day) for way in registers.WAYS}
        return queries.list_registers(opened, names=list(names)) == names


def import_receipts(written: Iterable[tuple[str, Path]], *, advance: Callable[[str], None]) -> None:
    """Import registers; payments that an earlier one had change nothing.

    Args:
        written: the code of the format and the file of each.
        advance: called with a Russian sentence about each.

    Raises:
        ReceiptsRefused: a register was refused.
    """
    with session.transaction(session.OWNER) as opened:
        if not queries.has_format(opened, code=registers.WAYS[0].code):
            opened.add_all(_make_format(way) for way in registers.WAYS)
            opened.flush()
            opened.add_all(_list_columns())
    for code, path in written:
        outcome = importing.import_register(path, format_code=code)
        if outcome.verdict is Verdict.REFUSED:
            reasons = "; ".join(finding.reason for finding in outcome.findings)
            raise ReceiptsRefused(f"Реестр демонстрации {path.name} не принят: {reasons}")
        advance(f"Реестр {path.name}")


def _make_format(way: Way) -> RegisterFormat:
    return RegisterFormat(
        code=way.code,
        name=f"Демонстрация, {way.source.lower()}",
        layout="delimited",
        bank=way.source,
        channel=way.channel,
        is_acquirer=False,
        encoding="utf-8",
        separator=registers.SEPARATOR,
        is_quoted=False,
        decimal_sign=".",
        date_format="%d.%m.%Y",
        header_lines=0,
        trailer_mark=way.trailer_mark,
    )


def _list_columns() -> list[RegisterFormatColumn]:
    return [
        RegisterFormatColumn(format_code=way.code, part=part, field=field, position=position)
        for way in registers.WAYS
        for part, fields in registers.COLUMNS.items()
        for field, position in fields.items()
    ]
