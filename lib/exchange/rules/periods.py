"""Periods: files that are replaced monthly must belong to the month of the package."""

import polars as pl

from lib.exchange.findings import Severity
from lib.exchange.reading import ParsedPackage
from lib.exchange.table import ROW

# rows of other months are errors here; payments and readings may come late
_OF_THE_PERIOD = ("accruals", "recalculations", "penalties", "documents", "house_volumes")


def check_periods(package: ParsedPackage) -> None:
    """Report every row whose period is not the manifest's."""
    period = package.manifest.period
    for stem in _OF_THE_PERIOD:
        frame = package.frames.get(stem)
        if frame is None:
            continue
        rows = frame.filter(pl.col("period") != period)
        package.findings.add_rows(
            rows.select(ROW, value=pl.col("period").dt.strftime("%Y-%m")),
            Severity.ERROR,
            file=f"{stem}.csv",
            column="period",
            code="other-period",
            reason=f"период не тот, что в manifest.json ({period:%Y-%m}): "
            "передайте его отдельным пакетом",
        )
