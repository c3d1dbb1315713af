"""Judging: all rules over one delivery, with what the portal already knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from lib.exchange import rules
from lib.exchange.reading import Delivery

_SERVICES = {"service_id": pl.String(), "group_id": pl.String(), "name": pl.String()}
_DIALS = {"meter_id": pl.String(), "capacity": pl.Int64(), "resource": pl.String()}
_AREAS = {"account_id": pl.String(), "area": pl.Decimal(21, 6)}


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal already has of this sender; everything may be empty.

    Attributes:
        ids: External ids by stem («accounts»).
        services: `service_id`, `group_id`, `name`.
        areas: `account_id`, `area` (m²).
        previous: `account_id`, `service_id`, `line`, `closing` of the month before.
        owners: By stem of `references.OWNED`, the ids that the package names and whose
            they are.
        dials: `meter_id`, `capacity`, `resource` of the meters that the package names.
        limits: `resource`, `per_day`, `soft`, `hard` of its month.
    """

    ids: Mapping[str, pl.Series] = field(default_factory=dict)
    services: pl.DataFrame | None = None
    areas: pl.DataFrame | None = None
    previous: pl.DataFrame | None = None
    owners: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    dials: pl.DataFrame | None = None
    limits: pl.DataFrame | None = None


def judge(delivery: Delivery, known: Known) -> None:
    """Run every rule that the carried files allow; findings go to the delivery.

    Meant for a delivery without reading errors: rows that were left out would be
    missed by references and sums.
    """
    rules.check_periods(delivery)
    rules.check_references(delivery.frames, known.ids, delivery.findings)
    rules.check_owners(delivery.frames, known.owners, delivery.findings)
    _judge_reference_files(delivery)
    _judge_payments(delivery)
    _judge_lines(delivery, known)
    _judge_readings(delivery, known)


def _judge_reference_files(delivery: Delivery) -> None:
    checks = {
        "organizations": rules.check_requisites,
        "accounts": rules.check_accounts,
        "meters": rules.check_meters,
    }
    for stem, check in checks.items():
        if stem in delivery.frames:
            check(delivery.frames[stem], delivery.findings)


def _judge_payments(delivery: Delivery) -> None:
    frames, findings = delivery.frames, delivery.findings
    payments = frames.get("payments")
    if payments is not None:
        rules.check_payments(payments, findings)
    if "payment_parts" in frames:
        rules.check_payment_parts(frames["payment_parts"], payments, findings)
    if payments is not None and "accruals" in frames:
        rules.check_paid(frames["accruals"], payments, delivery.manifest.period, findings)


def _judge_readings(delivery: Delivery, known: Known) -> None:
    readings, meters = delivery.frames.get("readings"), delivery.frames.get("meters")
    if readings is None or known.limits is None:
        return
    services = delivery.frames.get("services")
    carried = None
    if meters is not None and services is not None:
        kinds = services.select("service_id", resource="meter_kind")
        of_flats = meters.filter(pl.col("account_id").is_not_null())
        carried = of_flats.join(kinds, on="service_id", how="left")
    dials = _merged(carried, known.dials, _DIALS)
    rules.check_readings(readings, dials, known.limits, delivery.findings)


def _judge_lines(delivery: Delivery, known: Known) -> None:
    frames, findings = delivery.frames, delivery.findings
    accruals = frames.get("accruals")
    services = _merged(frames.get("services"), known.services, _SERVICES)
    if "penalties" in frames:
        rules.check_penalties(frames["penalties"], accruals, services, findings)
    if accruals is None:
        return
    rules.check_lines(accruals, findings)
    if "recalculations" in frames:
        rules.check_recalculations(accruals, frames["recalculations"], findings)
    if known.previous is not None:
        rules.check_continuity(accruals, known.previous, findings)
    areas = _merged(frames.get("accounts"), known.areas, _AREAS)
    rules.check_tariffs(accruals, areas, services, findings)


def _merged(
    carried: pl.DataFrame | None, known: pl.DataFrame | None, columns: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """Put what is carried over what was known; the first column is the key."""
    typed = [pl.col(name).cast(dtype) for name, dtype in columns.items()]
    parts = [frame.select(typed) for frame in (carried, known) if frame is not None]
    if not parts:
        return pl.DataFrame(schema=columns)
    return pl.concat(parts).unique(next(iter(columns)), keep="first", maintain_order=True)
