"""Periods: what is replaced month by month must belong to the package's month."""

import polars as pl

from lib.exchange.findings import Severity
from lib.exchange.reading import Delivery
from lib.exchange.table import ROW

# Payments and readings of other months may come late, these may not.
_OF_THE_PERIOD = ("accruals", "recalculations", "penalties", "documents", "house_volumes")


def check_periods(delivery: Delivery) -> None:
    """Note every row of another period than the manifest's."""
    period = delivery.manifest.period
    for stem in _OF_THE_PERIOD:
        frame = delivery.frames.get(stem)
        if frame is None:
            continue
        rows = frame.filter(pl.col("period") != period)
        delivery.findings.add_rows(
            rows.select(ROW, value=pl.col("period").dt.strftime("%Y-%m")),
            Severity.ERROR,
            file=f"{stem}.csv",
            column="period",
            code="other-period",
            reason=f"период не тот, что в manifest.json ({period:%Y-%m}): "
            "передайте его отдельным пакетом",
        )
