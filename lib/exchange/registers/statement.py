"""What every register is read into, whatever it was written in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from lib.exchange.findings import Findings
from lib.exchange.registers.formats import RegisterFormat

# one payment a row; ``doc_key`` names it where the format knows a name that is no reference
ROWS: Mapping[str, Any] = {
    "_row": pl.Int64(),
    "doc_key": pl.String(),
    "account": pl.String(),
    "reference": pl.String(),
    "document": pl.String(),
    "payee_account": pl.String(),
    "payer": pl.String(),
    "paid_on": pl.Date(),
    "amount": pl.Decimal(14, 2),
    "fee": pl.Decimal(14, 2),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A register that was read.

    Attributes:
        format: by which it was read.
        file: its name.
        digest: identifies its content.
        registry_no: the bank's number of it; the file's name where it has none.
        registry_on: its date, if it says one.
        rows: by the columns of ``ROWS``; rows with a bad cell are left out.
        findings: everything wrong; errors refuse the register.
    """

    format: RegisterFormat
    file: str
    digest: str
    registry_no: str
    registry_on: dt.date | None
    rows: pl.DataFrame
    findings: Findings


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of itself besides its payments."""

    registry_no: str | None = None
    registry_on: dt.date | None = None


def no_rows() -> pl.DataFrame:
    """Return a frame of no payment."""
    return pl.DataFrame(schema=dict(ROWS))
