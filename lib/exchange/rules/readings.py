"""Readings: warnings where the portal would refuse or question a resident's reading.

Nothing is refused: billing may have other evidence, such as an inspector or a replaced meter.
Consumption is what billing counted, or else the difference to the reading before it in the
package.
"""

import polars as pl

from lib.exchange.findings import Findings, Severity
from lib.exchange.table import ROW

_FILE = "readings.csv"
_DIAL = ("meter_id", "zone")
_NEARLY_ROUND = 0.9
_WATER = ("cold_water", "hot_water")
_CAPACITY, _USED = 10.0 ** pl.col("capacity"), pl.col("use")
_MONTHS = pl.col("period").dt.year() * 12 + pl.col("period").dt.month()


def check_readings(
    readings: pl.DataFrame, dials: pl.DataFrame, limits: pl.DataFrame, findings: Findings
) -> None:
    """Warn of readings with too many digits, readings that go backwards and high consumption.

    Args:
        readings: rows of readings.csv.
        dials: ``meter_id``, ``capacity``, ``resource`` of flats' meters; readings of other
            meters are not checked.
        limits: ``resource``, ``per_day``, ``soft``, ``hard``; null is no limit.
        findings: receives the warnings.
    """
    rows = _with_use(readings.join(dials, on="meter_id").join(limits, on="resource", how="left"))
    for condition, code, reason in (
        (pl.col("dial") >= _CAPACITY, "reading-digits", "цифр больше, чем у счётчика"),
        (pl.col("is_back"), "reading-backwards", "показание меньше предыдущего"),
        (
            _USED / (pl.col("days") + 1) > pl.col("per_day"),
            "reading-per-day",
            "за сутки выходит больше, чем бывает",
        ),
        (
            (_USED / pl.col("months") > pl.col("soft"))
            | (_USED / pl.col("months") > pl.col("hard")),
            "reading-per-month",
            "за месяц выходит больше, чем бывает",
        ),
    ):
        findings.add_rows(
            rows.filter(condition).sort(ROW).select(ROW, value=pl.col("value").cast(pl.String)),
            Severity.WARNING,
            file=_FILE,
            column="value",
            code=code,
            reason=f"{reason}: проверьте показание",
        )


def _with_use(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the reading, the one before it, the consumption, and its days and months."""
    numbers = {name: pl.col(name).cast(pl.Float64) for name in ("per_day", "soft", "hard")}
    rows = rows.sort(*_DIAL, "taken_on").with_columns(
        **numbers, dial=pl.col("value").cast(pl.Float64), counted=pl.col("consumption")
    )
    before = {
        "before": pl.col("dial").shift(),
        "days": (pl.col("taken_on") - pl.col("taken_on").shift()).dt.total_days(),
        "months": _MONTHS - _MONTHS.shift(),
    }
    rows = rows.with_columns(**{name: of.over(_DIAL) for name, of in before.items()})
    difference = pl.col("dial") - pl.col("before")
    turned = pl.when(difference < 0).then(difference + _CAPACITY).otherwise(difference)
    # consumption that billing counted is of one month
    is_counted = pl.col("counted").is_not_null()
    rows = rows.with_columns(
        use=pl.coalesce(pl.col("counted").cast(pl.Float64), turned),
        days=pl.when(is_counted).then(None).otherwise(pl.col("days")),
        months=pl.when(is_counted).then(1).otherwise(pl.max_horizontal("months", 1)),
    )
    rows = rows.with_columns(is_back=_goes_backwards() & ~_was_set())
    wrong = pl.col("is_back") | _was_set()
    return rows.with_columns(use=pl.when(wrong.fill_null(value=False)).then(None).otherwise(_USED))


def _goes_backwards() -> pl.Expr:
    """Tell whether a meter shows less than before and has not passed its highest number."""
    before = pl.col("before")
    went_round = (before > _NEARLY_ROUND * _CAPACITY) & (
        pl.col("soft").is_null() | (_USED / pl.col("months") <= pl.col("soft"))
    )
    return ((pl.col("dial") < before) & ~went_round) | (_USED < 0)


def _was_set() -> pl.Expr:
    """Tell whether a water meter was set to zero soon after its installation."""
    is_water = pl.col("resource").is_in(_WATER).fill_null(value=False)
    return is_water & (pl.col("dial") == 0) & (pl.col("before") <= 1)
