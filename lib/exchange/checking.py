"""Checking: all rules over one package, with what the portal already has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from lib.exchange import rules
from lib.exchange.reading import ParsedPackage

_SERVICES = {"service_id": pl.String(), "group_id": pl.String(), "name": pl.String()}
_DIALS = {"meter_id": pl.String(), "capacity": pl.Int64(), "resource": pl.String()}
_AREAS = {"account_id": pl.String(), "area": pl.Decimal(21, 6)}


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal already has of a sender; everything can be empty.

    Attributes:
        ids: external ids by file («accounts»).
        services: ``service_id``, ``group_id``, ``name``.
        areas: ``account_id``, ``area`` (m²).
        previous: ``account_id``, ``service_id``, ``line``, ``closing`` of the month before.
        owners: by file of ``references.OWNED``, the ids that the package names and their owners.
        dials: ``meter_id``, ``capacity``, ``resource`` of the meters that the package names.
        limits: ``resource``, ``per_day``, ``soft``, ``hard`` of the package's month.
    """

    ids: Mapping[str, pl.Series] = field(default_factory=dict)
    services: pl.DataFrame | None = None
    areas: pl.DataFrame | None = None
    previous: pl.DataFrame | None = None
    owners: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    dials: pl.DataFrame | None = None
    limits: pl.DataFrame | None = None


def check_package(package: ParsedPackage, known: Known) -> None:
    """Run every rule that the package's files allow, and add the findings to its own.

    The package must have no reading errors: rows that were left out would be missing in
    references and sums.
    """
    rules.check_periods(package)
    rules.check_references(package.frames, known.ids, package.findings)
    rules.check_owners(package.frames, known.owners, package.findings)
    _check_reference_files(package)
    _check_payments(package)
    _check_lines(package, known)
    _check_readings(package, known)


def _check_reference_files(package: ParsedPackage) -> None:
    checks = {
        "organizations": rules.check_requisites,
        "accounts": rules.check_accounts,
        "meters": rules.check_meters,
    }
    for stem, check in checks.items():
        if stem in package.frames:
            check(package.frames[stem], package.findings)


def _check_payments(package: ParsedPackage) -> None:
    frames, findings = package.frames, package.findings
    payments = frames.get("payments")
    if payments is not None:
        rules.check_payments(payments, findings)
    if "payment_parts" in frames:
        rules.check_payment_parts(frames["payment_parts"], payments, findings)
    if payments is not None and "accruals" in frames:
        rules.check_paid(frames["accruals"], payments, package.manifest.period, findings)


def _check_readings(package: ParsedPackage, known: Known) -> None:
    readings, meters = package.frames.get("readings"), package.frames.get("meters")
    if readings is None or known.limits is None:
        return
    services = package.frames.get("services")
    carried = None
    if meters is not None and services is not None:
        kinds = services.select("service_id", resource="meter_kind")
        of_flats = meters.filter(pl.col("account_id").is_not_null())
        carried = of_flats.join(kinds, on="service_id", how="left")
    dials = _merge(carried, known.dials, _DIALS)
    rules.check_readings(readings, dials, known.limits, package.findings)


def _check_lines(package: ParsedPackage, known: Known) -> None:
    frames, findings = package.frames, package.findings
    accruals = frames.get("accruals")
    services = _merge(frames.get("services"), known.services, _SERVICES)
    if "penalties" in frames:
        rules.check_penalties(frames["penalties"], accruals, services, findings)
    if accruals is None:
        return
    rules.check_lines(accruals, findings)
    if "recalculations" in frames:
        rules.check_recalculations(accruals, frames["recalculations"], findings)
    if known.previous is not None:
        rules.check_continuity(accruals, known.previous, findings)
    areas = _merge(frames.get("accounts"), known.areas, _AREAS)
    rules.check_tariffs(accruals, areas, services, findings)


def _merge(
    carried: pl.DataFrame | None, known: pl.DataFrame | None, columns: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """Join the package's and the known rows; of rows with one id, keep the package's."""
    typed = [pl.col(name).cast(dtype) for name, dtype in columns.items()]
    parts = [frame.select(typed) for frame in (carried, known) if frame is not None]
    if not parts:
        return pl.DataFrame(schema=columns)
    return pl.concat(parts).unique(next(iter(columns)), keep="first", maintain_order=True)
