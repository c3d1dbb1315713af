"""Readings of a package: warnings where the form would refuse or question them."""

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from lib.exchange.findings import Findings, Severity
from lib.exchange.rules import check_readings
from lib.exchange.table import ROW

_VOLUME = pl.Decimal(15, 6)
LIMITS = pl.DataFrame(
    {"resource": ["cold_water"], "per_day": [5], "soft": [50], "hard": [100]},
    schema={"resource": pl.String, "per_day": _VOLUME, "soft": _VOLUME, "hard": _VOLUME},
)


def found(*values: str | tuple[str, str], resource: str | None = "cold_water") -> list[str]:
    """Check monthly readings of one dial, optionally with the use that billing counted."""
    pairs = [value if isinstance(value, tuple) else (value, None) for value in values]
    readings = pl.DataFrame(
        {
            ROW: list(range(len(pairs))),
            "meter_id": ["m"] * len(pairs),
            "zone": [1] * len(pairs),
            "taken_on": [dt.date(2026, 1 + at, 24) for at in range(len(pairs))],
            "period": [dt.date(2026, 1 + at, 1) for at in range(len(pairs))],
            "value": [Decimal(value) for value, _ in pairs],
            "consumption": [Decimal(used) if used else None for _, used in pairs],
        },
        schema_overrides={"value": _VOLUME, "consumption": _VOLUME},
    )
    dials = pl.DataFrame(
        {"meter_id": ["m"], "capacity": [5], "resource": [resource]},
        schema={"meter_id": pl.String, "capacity": pl.Int64, "resource": pl.String},
    )
    findings = Findings()
    check_readings(readings, dials, LIMITS, findings)
    assert findings.count(Severity.WARNING) == len(findings)  # no error
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (("10", "13"), []),
        (("100000",), ["reading-digits"]),
        (("10", "9"), ["reading-backwards"]),
        (("99999", "4"), []),  # rolled over
        (("1", "0"), []),  # set to zero at the start
        (("2", "0"), ["reading-backwards"]),
        (("10", "70"), ["reading-per-month"]),
        (("10", "200"), ["reading-per-day", "reading-per-month"]),
        ((("70", "60"),), ["reading-per-month"]),  # the use that billing counted
        ((("70", "-1"),), ["reading-backwards"]),
    ],
)
def test_a_reading_that_a_resident_must_confirm_is_a_warning(
    values: tuple[str, ...], codes: list[str]
) -> None:
    assert sorted(found(*values)) == codes


def test_without_a_resource_only_the_dial_is_checked() -> None:
    assert found("10", "5000", resource=None) == []
    assert found("10", "9", resource=None) == ["reading-backwards"]


def test_house_meters_are_not_checked() -> None:
    findings = Findings()
    readings = pl.DataFrame(
        {
            ROW: [0],
            "meter_id": ["house"],
            "zone": [1],
            "taken_on": [dt.date(2026, 1, 24)],
            "period": [dt.date(2026, 1, 1)],
            "value": [Decimal(10**8)],
            "consumption": [None],
        },
        schema_overrides={"value": _VOLUME, "consumption": _VOLUME},
    )
    empty = pl.DataFrame(
        schema={"meter_id": pl.String, "capacity": pl.Int64, "resource": pl.String}
    )

    check_readings(readings, empty, LIMITS, findings)

    assert len(findings) == 0
