"""Statement: a register that was read, whatever its format."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from lib.exchange.findings import Findings
from lib.exchange.registers.formats import RegisterFormat

# one payment in each row; ``doc_key`` is an id that some formats have besides the reference
ROWS: Mapping[str, pl.DataType] = {
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
        format: its format.
        file: the file's name.
        digest: identifies its content.
        registry_no: the bank's number of it, or else the file's name.
        registry_on: its date, if the file has one.
        rows: by ``ROWS``; rows with a wrong cell are left out.
        findings: everything that is wrong; errors refuse the register.
    """

    format: RegisterFormat
    file: str
    digest: str
    registry_no: str
    registry_on: dt.date | None
    rows: pl.DataFrame
    findings: Findings


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The number and the date that a register gives itself."""

    registry_no: str | None = None
    registry_on: dt.date | None = None


def make_empty_rows() -> pl.DataFrame:
    """Return an empty frame by ``ROWS``."""
    return pl.DataFrame(schema=dict(ROWS))
