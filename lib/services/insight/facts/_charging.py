"""Charges of closed months, and what is computed from them: balances, accounts, houses."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from lib.domain import periods
from lib.domain.insight.debt_ages import DUE_DAY
from lib.facts import balances, summaries, tables
from lib.services.insight.facts import _month_files
from lib.services.insight.facts._month_files import Unit
from lib.services.insight.facts._work import (
    FORMAT,
    Work,
    get_accounts,
    get_written,
    make_fingerprint,
    mark_accounts,
    read_unit,
)

_CHARGES, _BALANCES = tables.CHARGES.name, tables.BALANCES.name


def write_charges(work: Work, sender: int, closed: Mapping[dt.date, str]) -> None:
    """Write charges, and the balances that depend on them and on the months before."""
    sums: dict[dt.date, pl.DataFrame] = {}
    prints: dict[dt.date, str] = {}
    for period, mark in sorted(closed.items()):
        unit = Unit(_CHARGES, sender, period)
        prints[period] = make_fingerprint(FORMAT, mark, mark_accounts(work, sender, period))
        if not work.keep(unit.name, prints[period]):
            work.advance(f"Начисления за {period:%Y-%m}")
            charges = read_unit(work, unit)
            work.write({_CHARGES: charges}, unit)
            of_houses = summaries.summarize_charges(charges)
            work.write({tables.CHARGES_BY_HOUSE.name: of_houses}, unit)
            sums[period] = summaries.sum_by_group(charges)
        of_accounts = _write_balances(work, Unit(_BALANCES, sender, period), prints, sums)
        _write_houses(work, sender, period, of_accounts)
        # no more than a month waits in memory
        work.wait_for_files()
        sums.pop(periods.add_months(period, -balances.MONTHS), None)


def _write_balances(
    work: Work, unit: Unit, prints: Mapping[dt.date, str], sums: dict[dt.date, pl.DataFrame]
) -> pl.DataFrame | None:
    """Write balances and return «account_months»; None if they are what they were."""
    span = [periods.add_months(unit.period, -back) for back in range(balances.MONTHS)]
    if work.keep(unit.name, make_fingerprint(*(prints.get(month, "") for month in span))):
        return None
    if unit.period not in sums:
        charges = get_written(work, Unit(_CHARGES, unit.sender, unit.period))
        sums[unit.period] = summaries.sum_by_group(charges)
    own = sums[unit.period]
    late = summaries.list_late(own)
    known = {
        month: sums[month] if month in sums else _get_charged(work, unit.sender, month, late)
        for month in span
        if month in prints
    }
    spread = _month_files.spread(known, unit.period, due_day=DUE_DAY)
    of_accounts = summaries.join_months(own, spread)
    frames = {
        _BALANCES: spread,
        tables.BALANCES_BY_HOUSE.name: summaries.summarize_balances(spread),
        tables.ACCOUNT_MONTHS.name: of_accounts,
    }
    work.write(frames, unit)
    return of_accounts


def _get_charged(work: Work, sender: int, month: dt.date, late: pl.DataFrame) -> pl.DataFrame:
    """Return what the accounts in arrears were charged in a month: nobody else owes for it."""
    if late.is_empty():
        return summaries.sum_charged(pl.DataFrame(schema=tables.CHARGES.schema))
    columns = ("account", "service_group", "total", "penalty")
    charges = get_written(work, Unit(_CHARGES, sender, month), columns=columns)
    return summaries.sum_charged(charges.join(late, on="account", how="semi"))


def _write_houses(
    work: Work, sender: int, period: dt.date, of_accounts: pl.DataFrame | None
) -> None:
    """Write what houses owe, apart from balances: residents and areas are those of today."""
    of, kind = Unit(_BALANCES, sender, period), tables.HOUSE_MONTHS.name
    unit = Unit(kind, sender, period)
    if work.keep(unit.name, make_fingerprint(work.units[of.name], _mark_homes(work, sender))):
        return
    if of_accounts is None:
        of_accounts = get_written(work, of, tables.ACCOUNT_MONTHS.name)
    of_houses = summaries.summarize_months(of_accounts, get_accounts(work, sender))
    work.write({kind: of_houses}, unit)


def _mark_homes(work: Work, sender: int) -> str:
    """Return what changes with the residents and the area of any account."""
    homes = get_accounts(work, sender).select("account_id", "residents", "area")
    return str(homes.hash_rows(seed=354).cast(pl.UInt64).sum())
