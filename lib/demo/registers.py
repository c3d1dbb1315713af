"""Registers: what came in of the month that is not over, a file for each way of paying."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lib.demo.billing.payments import CHANNELS

SEPARATOR, _TRAILER = "|", "ИТОГО"
# parts of a file: fields and the columns that they stand in
COLUMNS: Mapping[str, Mapping[str, int]] = {
    "row": {"account": 1, "paid_on": 2, "amount": 3, "reference": 4},
    "trailer": {"count": 2, "amount": 3, "registry_on": 4},
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way of paying, and the format of its registers.

    Attributes:
        code: of the format.
        channel: how its payments were made, in the words of billing's packages.
        source: who takes them in, as the city's packages say it.
    """

    code: str
    channel: str
    source: str

    @property
    def trailer_mark(self) -> str:
        """Return how the last line begins; it tells the formats apart."""
        return f"{_TRAILER} {self.channel}"


WAYS = tuple(Way(f"demo-{channel}", channel, source) for channel, _, source in CHANNELS)


def name_file(way: Way, day: dt.date) -> str:
    """Return the name of a way's register of a day."""
    return f"{way.code}-{day}.txt"


def write_registers(
    folder: Path, receipts: pl.DataFrame, *, day: dt.date
) -> list[tuple[str, Path]]:
    """Write a register for each way of paying that somebody used.

    Args:
        folder: where to write.
        receipts: payments with ``number``, ``paid_on``, ``amount``, ``channel``, ``payment_id``.
        day: of the registers.

    Returns:
        The code of the format and the file of each.
    """
    written = []
    for way in WAYS:
        rows = receipts.filter(channel=way.channel)
        if rows.height:
            path = folder / name_file(way, day)
            path.write_text("\n".join(_list_lines(way, rows, day)), encoding="utf-8")
            written.append((way.code, path))
    return written


def _list_lines(way: Way, rows: pl.DataFrame, day: dt.date) -> list[str]:
    lines = [
        SEPARATOR.join((number, f"{paid_on:%d.%m.%Y}", f"{amount:.2f}", f"{number}-{payment}"))
        for number, paid_on, amount, payment in rows.select(
            "number", "paid_on", "amount", "payment_id"
        ).iter_rows()
    ]
    total = f"{rows['amount'].sum():.2f}"
    lines.append(SEPARATOR.join((way.trailer_mark, str(rows.height), total, f"{day:%d.%m.%Y}")))
    return lines
