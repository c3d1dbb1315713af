"""Writing the parts of the ledger that have changed; a part that has not keeps its files."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy.orm import Session

from db.queries.insight import changes, months, names
from lib.domain import periods
from lib.domain.insight.debt_ages import DUE_DAY
from lib.facts import balances, store, summaries, tables
from lib.facts.manifest import File, Manifest
from lib.secret import get_secret
from lib.services.insight.facts import _month_files
from lib.services.insight.facts._month_files import Unit

FORMAT = "1"  # a change of what is written makes everything be written again
_CHARGES, _BALANCES = "charges", "balances"
_SMALL = ("organizations", "houses", "groups", "services")
_DIGITS = 32


@dataclass(slots=True)
class Work:
    """A refresh under way."""

    session: Session
    zone: str
    before: Manifest | None
    advance: Callable[[str], None]
    units: dict[str, str] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    written: int = 0
    accounts: dict[int, pl.DataFrame] = field(default_factory=dict)

    def keep(self, name: str, fingerprint: str) -> bool:
        """Take over the files of a unit that has not changed; tell whether it has not."""
        self.units[name] = fingerprint
        if self.before is None or self.before.units.get(name) != fingerprint:
            return False
        self.files += [file for file in self.before.files if file.unit == name]
        return True

    def add(self, files: Iterable[File]) -> None:
        """Add files that were written."""
        added = list(files)
        self.files += added
        self.written += len(added)


def write_changes(work: Work) -> None:
    """Go through all senders and months of the ledger."""
    closed: dict[int, dict[dt.date, str]] = {}
    for row in changes.list_closed(work.session):
        closed.setdefault(row.sender, {})[row.period] = row.mark
    marks = {kind: _list_marks(work, kind) for kind in ("payments", "submissions", "appeals")}
    for sender in changes.list_senders(work.session):
        _write_small(work, sender)
        _write_charges(work, sender, closed.get(sender, {}))
        for period, mark in closed.get(sender, {}).items():
            for kind in ("readings", "house_volumes"):
                _write_plain(work, Unit(kind, sender, period), mark)
        for kind, known in marks.items():
            for period, mark in known.get(sender, {}).items():
                _write_plain(work, Unit(kind, sender, period), mark)
    _write_calendar(work)


def _list_marks(work: Work, kind: str) -> Mapping[int, Mapping[dt.date, str]]:
    found: dict[int, dict[dt.date, str]] = {}
    for sender, period, mark in changes.fetch_marks(
        work.session, kind=kind, zone=work.zone
    ).iter_rows():
        found.setdefault(sender, {})[period] = mark
    return found


def _get_accounts(work: Work, sender: int) -> pl.DataFrame:
    if sender not in work.accounts:
        accounts = names.fetch_accounts(work.session, sender=sender)
        work.accounts[sender] = _month_files.add_account_keys(accounts, secret=get_secret())
    return work.accounts[sender]


def _mark_accounts(work: Work, sender: int, period: dt.date) -> str:
    """Return what changes when an account of that time moves to another organisation or house."""
    opened = _get_accounts(work, sender).filter(pl.col("opened_on") < periods.add_months(period, 1))
    hashed = opened.select("account_id", "organization", "house").hash_rows(seed=354)
    return f"{opened.height} {hashed.cast(pl.UInt64).sum()}"


def _mark_homes(work: Work, sender: int) -> str:
    """Return what changes with the residents and the area of any account."""
    homes = _get_accounts(work, sender).select("account_id", "residents", "area")
    return str(homes.hash_rows(seed=354).cast(pl.UInt64).sum())


def _write_charges(work: Work, sender: int, closed: Mapping[dt.date, str]) -> None:
    """Write charges, and the balances that depend on them and on the months before."""
    sums: dict[dt.date, pl.DataFrame] = {}
    prints: dict[dt.date, str] = {}
    for period, mark in sorted(closed.items()):
        unit = Unit(_CHARGES, sender, period)
        prints[period] = make_fingerprint(FORMAT, mark, _mark_accounts(work, sender, period))
        charges = None
        if not work.keep(unit.name, prints[period]):
            work.advance(f"Начисления за {period:%Y-%m}")
            charges = _read(work, unit)
            work.add(_month_files.write_unit(_month_files.summarize(_CHARGES, charges), unit))
            sums[period] = summaries.sum_by_group(charges)
        _write_balances(work, Unit(_BALANCES, sender, period), prints, sums, charges)
        _write_houses(work, sender, period)
        sums.pop(periods.add_months(period, -balances.MONTHS), None)


def _write_balances(
    work: Work,
    unit: Unit,
    prints: Mapping[dt.date, str],
    sums: dict[dt.date, pl.DataFrame],
    charges: pl.DataFrame | None,
) -> None:
    span = [periods.add_months(unit.period, -back) for back in range(balances.MONTHS)]
    if work.keep(unit.name, make_fingerprint(*(prints.get(month, "") for month in span))):
        return
    for month in span:
        if month not in prints:
            break
        if month not in sums:
            sums[month] = summaries.sum_by_group(
                _get_written(work, Unit(_CHARGES, unit.sender, month))
            )
    if charges is None:
        charges = _get_written(work, Unit(_CHARGES, unit.sender, unit.period))
    spread = _month_files.spread(sums, unit.period, due_day=DUE_DAY)
    of_accounts = summaries.join_months(charges, spread)
    frames = {
        _BALANCES: spread,
        tables.BALANCES_BY_HOUSE.name: summaries.summarize_balances(spread),
        tables.ACCOUNT_MONTHS.name: of_accounts,
    }
    work.add(_month_files.write_unit(frames, unit))


def _write_houses(work: Work, sender: int, period: dt.date) -> None:
    """Write what houses owe, apart from balances: residents and areas are those of today."""
    of, kind = Unit(_BALANCES, sender, period), tables.HOUSE_MONTHS.name
    unit = Unit(kind, sender, period)
    if work.keep(unit.name, make_fingerprint(work.units[of.name], _mark_homes(work, sender))):
        return
    of_accounts = _get_written(work, of, tables.ACCOUNT_MONTHS.name)
    of_houses = summaries.summarize_months(of_accounts, _get_accounts(work, sender))
    work.add(_month_files.write_unit({kind: of_houses}, unit))


def _get_written(work: Work, unit: Unit, kind: str = "") -> pl.DataFrame:
    """Return the rows of a unit from its files of a kind, by default of its own."""
    kind = kind or unit.kind
    files = [file for file in work.files if file.unit == unit.name and file.kind == kind]
    schema = tables.KINDS[kind].schema
    return pl.concat([pl.DataFrame(schema=schema), *map(store.get_file, files)])


def _write_plain(work: Work, unit: Unit, mark: str) -> None:
    fingerprint = make_fingerprint(FORMAT, mark, _mark_accounts(work, unit.sender, unit.period))
    if work.keep(unit.name, fingerprint):
        return
    rows = _read(work, unit)
    if rows.height:
        work.add(_month_files.write_unit(_month_files.summarize(unit.kind, rows), unit))


def _read(work: Work, unit: Unit) -> pl.DataFrame:
    """Read a unit of the ledger, with the keys of the facts instead of the ledger's."""
    rows = months.fetch_month(
        work.session,
        kind=unit.kind,
        sender=unit.sender,
        period=unit.period,
        until=periods.add_months(unit.period, 1),
        zone=work.zone,
    )
    for name in ("meter", "payment", "appeal"):
        if name in rows.columns:
            rows = _month_files.replace_key(rows, name, secret=get_secret())
    if "account_id" in rows.columns:
        rows = _month_files.join_accounts(rows, _get_accounts(work, unit.sender), unit.period)
    else:
        rows = rows.with_columns(period=pl.lit(unit.period, dtype=tables.DAY))
    return _month_files.mark_first_parts(rows) if unit.kind == "payments" else rows


def _write_small(work: Work, sender: int) -> None:
    """Write what a sender's rows refer to, for each of its organisations: it sees no other."""
    frames = {kind: names.fetch_small(work.session, kind=kind, sender=sender) for kind in _SMALL}
    frames = {kind: frame.sort(frame.columns) for kind, frame in frames.items()}
    unit = f"names {sender}"
    if work.keep(unit, make_fingerprint(FORMAT, *(frame.write_csv() for frame in frames.values()))):
        return
    frames["houses"] = _month_files.name_houses(frames["houses"])
    frames["groups"] = _month_files.add_purposes(frames["groups"])
    for organization in frames["houses"]["organization"].unique().sort():
        for kind, frame in frames.items():
            is_own = pl.col("organization") == organization
            own = frame.filter(is_own) if "organization" in frame.columns else frame
            work.add([_put_small(own, kind, organization, unit)])


def _write_calendar(work: Work) -> None:
    days = names.fetch_calendar(work.session).sort("day")
    if not work.keep("calendar", make_fingerprint(FORMAT, days.write_csv())):
        work.add([_put_small(_month_files.add_seasons(days), "calendar", None, "calendar")])


def _put_small(frame: pl.DataFrame, kind: str, organization: int | None, unit: str) -> File:
    return store.put_file(
        frame, kind=kind, organization=organization, month=tables.ALL_MONTHS, unit=unit
    )


def make_fingerprint(*parts: str) -> str:
    """Return a hash of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]
