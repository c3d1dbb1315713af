"""Writing the facts: what has changed in the ledger is read and written again, nothing else."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl
from sqlalchemy.orm import Session

from db import session as database
from db.queries.insight import ledger
from db.queries.insight.ledger import LatestRow
from lib import clock, config
from lib.domain import periods
from lib.facts import balances, store, summaries, tables
from lib.facts.manifest import File, Manifest, list_places
from lib.secret import get_secret
from lib.services.insight import _month_files
from lib.services.insight._month_files import Unit

_FORMAT = "1"  # a change of what is written makes everything be written again
_DUE_DAY = 10  # ЖК РФ ст. 155 ч. 1
_KEPT_HOURS = 24  # readers go on with the version that they began with
_CHARGES, _BALANCES = "charges", "balances"
_SMALL = ("organizations", "houses", "groups", "services")
_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Refreshing:
    """What a refresh has done.

    Attributes:
        written: files that were written.
        kept: files of the version before that are still right.
        is_busy: another process is writing; nothing was done.
    """

    written: int = 0
    kept: int = 0
    is_busy: bool = False


@dataclass(slots=True)
class _Work:
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


def refresh_facts(
    *, is_whole: bool = False, advance: Callable[[str], None] = lambda _: None
) -> Refreshing:
    """Write what has changed in the ledger since the last version, and swap the version.

    A process that is killed leaves the old version. Two at a time: the second does nothing.

    Args:
        is_whole: write everything again.
        advance: called with a Russian sentence about each step.

    Raises:
        DatabaseAway, StorageAway: the old version stays.
        FactsBroken: the manifest cannot be read, and not everything is written again.
    """
    before = None if is_whole else store.find_manifest()
    with database.transaction(database.OPERATOR, is_frozen=True) as session:
        if not ledger.lock_facts(session):
            return Refreshing(is_busy=True)
        latest = ledger.get_latest(session)
        marks = _hash(_FORMAT, latest.others, str(latest.package), str(latest.payment))
        moment = clock.now()
        if before is not None and before.marks == marks:
            store.put_manifest(replace(before, moment=moment))
            return Refreshing(kept=len(before.files))
        work = _Work(session, config.get_settings().kabinet_time_zone, before, advance)
        _write_all(work)
    previous = before or (_find_previous() if is_whole else None)
    manifest = _make_manifest(work, latest, marks, moment, previous)
    store.put_manifest(manifest)
    return Refreshing(work.written, len(work.files) - work.written)


def _find_previous() -> Manifest | None:
    """Return the version before, for its files to be deleted; a broken one is forgotten."""
    try:
        return store.find_manifest()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, a new one is written
        return None


def _make_manifest(
    work: _Work, latest: LatestRow, marks: str, moment: dt.datetime, previous: Manifest | None
) -> Manifest:
    files = tuple(sorted(work.files, key=lambda file: file.place))
    needed = list_places(files)
    retired = dict(previous.retired) if previous else {}
    for place in list_places(previous.files) - needed if previous else ():
        retired.setdefault(place, moment.isoformat())
    old = moment - dt.timedelta(hours=_KEPT_HOURS)
    for place, since in list(retired.items()):
        if place in needed:
            del retired[place]
        elif dt.datetime.fromisoformat(since) < old:
            store.delete_file(place)
            del retired[place]
    return Manifest(
        version=_hash(*(file.place for file in files)),
        moment=moment,
        last_package=latest.package,
        last_payment=latest.payment,
        marks=marks,
        units=work.units,
        files=files,
        retired=retired,
        check=previous.check if previous else None,
    )


def _write_all(work: _Work) -> None:
    closed: dict[int, dict[dt.date, str]] = {}
    for row in ledger.list_closed(work.session):
        closed.setdefault(row.sender, {})[row.period] = row.mark
    marks = {kind: _list_marks(work, kind) for kind in ("payments", "submissions", "appeals")}
    for sender in ledger.list_senders(work.session):
        _write_small(work, sender)
        _write_charges(work, sender, closed.get(sender, {}))
        for period, mark in closed.get(sender, {}).items():
            for kind in ("readings", "house_volumes"):
                _write_plain(work, Unit(kind, sender, period), mark)
        for kind, known in marks.items():
            for period, mark in known.get(sender, {}).items():
                _write_plain(work, Unit(kind, sender, period), mark)
    _write_calendar(work)


def _list_marks(work: _Work, kind: str) -> Mapping[int, Mapping[dt.date, str]]:
    found: dict[int, dict[dt.date, str]] = {}
    for sender, period, mark in ledger.fetch_marks(
        work.session, kind=kind, zone=work.zone
    ).iter_rows():
        found.setdefault(sender, {})[period] = mark
    return found


def _get_accounts(work: _Work, sender: int) -> pl.DataFrame:
    if sender not in work.accounts:
        accounts = ledger.fetch_accounts(work.session, sender=sender)
        work.accounts[sender] = _month_files.add_account_keys(accounts, secret=get_secret())
    return work.accounts[sender]


def _mark_accounts(work: _Work, sender: int, period: dt.date) -> str:
    """Return what changes when an account of that time moves to another organisation or house."""
    opened = _get_accounts(work, sender).filter(pl.col("opened_on") < periods.add_months(period, 1))
    hashed = opened.select("account_id", "organization", "house").hash_rows(seed=354)
    return f"{opened.height} {hashed.cast(pl.UInt64).sum()}"


def _write_charges(work: _Work, sender: int, closed: Mapping[dt.date, str]) -> None:
    """Write charges, and the balances that depend on them and on the months before."""
    sums: dict[dt.date, pl.DataFrame] = {}
    prints: dict[dt.date, str] = {}
    for period, mark in sorted(closed.items()):
        unit = Unit(_CHARGES, sender, period)
        prints[period] = _hash(_FORMAT, mark, _mark_accounts(work, sender, period))
        charges = None
        if not work.keep(unit.name, prints[period]):
            work.advance(f"Начисления за {period:%Y-%m}")
            charges = _read(work, unit)
            work.add(_month_files.write_unit(_month_files.summarize(_CHARGES, charges), unit))
            sums[period] = summaries.sum_by_group(charges)
        _write_balances(work, Unit(_BALANCES, sender, period), prints, sums, charges)
        sums.pop(periods.add_months(period, -balances.MONTHS), None)


def _write_balances(
    work: _Work,
    unit: Unit,
    prints: Mapping[dt.date, str],
    sums: dict[dt.date, pl.DataFrame],
    charges: pl.DataFrame | None,
) -> None:
    months = [periods.add_months(unit.period, -back) for back in range(balances.MONTHS)]
    if work.keep(unit.name, _hash(*(prints.get(month, "") for month in months))):
        return
    for month in months:
        if month not in prints:
            break
        if month not in sums:
            sums[month] = summaries.sum_by_group(
                _get_written(work, Unit(_CHARGES, unit.sender, month))
            )
    if charges is None:
        charges = _get_written(work, Unit(_CHARGES, unit.sender, unit.period))
    spread = _month_files.spread(sums, unit.period, due_day=_DUE_DAY)
    of_accounts = summaries.join_months(charges, spread)
    of_houses = summaries.summarize_months(of_accounts, _get_accounts(work, unit.sender))
    frames = {
        _BALANCES: spread,
        tables.BALANCES_BY_HOUSE.name: summaries.summarize_balances(spread),
        tables.ACCOUNT_MONTHS.name: of_accounts,
        tables.HOUSE_MONTHS.name: of_houses,
    }
    work.add(_month_files.write_unit(frames, unit))


def _get_written(work: _Work, unit: Unit) -> pl.DataFrame:
    """Return the rows of a unit from its files."""
    files = [file for file in work.files if file.unit == unit.name and file.kind == unit.kind]
    schema = tables.KINDS[unit.kind].schema
    return pl.concat([pl.DataFrame(schema=schema), *map(store.get_file, files)])


def _write_plain(work: _Work, unit: Unit, mark: str) -> None:
    fingerprint = _hash(_FORMAT, mark, _mark_accounts(work, unit.sender, unit.period))
    if work.keep(unit.name, fingerprint):
        return
    rows = _read(work, unit)
    if rows.height:
        work.add(_month_files.write_unit(_month_files.summarize(unit.kind, rows), unit))


def _read(work: _Work, unit: Unit) -> pl.DataFrame:
    """Read a unit of the ledger, with the keys of the facts instead of the ledger's."""
    rows = ledger.fetch_month(
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


def _write_small(work: _Work, sender: int) -> None:
    """Write what a sender's rows refer to, for each of its organisations: it sees no other."""
    frames = {kind: ledger.fetch_small(work.session, kind=kind, sender=sender) for kind in _SMALL}
    frames = {kind: frame.sort(frame.columns) for kind, frame in frames.items()}
    unit = f"names {sender}"
    if work.keep(unit, _hash(_FORMAT, *(frame.write_csv() for frame in frames.values()))):
        return
    frames["houses"] = _month_files.name_houses(frames["houses"])
    frames["groups"] = _month_files.add_purposes(frames["groups"])
    for organization in frames["houses"]["organization"].unique().sort():
        for kind, frame in frames.items():
            is_own = pl.col("organization") == organization
            own = frame.filter(is_own) if "organization" in frame.columns else frame
            work.add([_put_small(own, kind, organization, unit)])


def _write_calendar(work: _Work) -> None:
    days = ledger.fetch_calendar(work.session).sort("day")
    if not work.keep("calendar", _hash(_FORMAT, days.write_csv())):
        work.add([_put_small(_month_files.add_seasons(days), "calendar", None, "calendar")])


def _put_small(frame: pl.DataFrame, kind: str, organization: int | None, unit: str) -> File:
    return store.put_file(
        frame, kind=kind, organization=organization, month=tables.ALL_MONTHS, unit=unit
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]
