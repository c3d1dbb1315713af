"""A refresh under way: what was written, what is kept, and how a unit of the ledger is read."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl
from sqlalchemy.orm import Session

from db.queries.insight import months, names
from db.queries.packages import importing as packages
from lib.domain import periods
from lib.facts import handed_lines, store, tables
from lib.facts.manifest import File, Manifest
from lib.secret import get_secret
from lib.services.insight.facts import _month_files
from lib.services.insight.facts._month_files import Unit

FORMAT = "2"  # a change of what is written makes everything be written again
_DIGITS = 32


@dataclass(slots=True)
class Work:
    """A refresh under way.

    Attributes:
        session: the operator's, frozen.
        writer: writes files, while the next ones are computed.
        zone: the centre's time zone.
        before: the version before, if its files may be kept.
        advance: called with a Russian sentence about each step.
        units: fingerprints by unit.
        files: what the new version consists of.
        written: how many of them are new.
        accounts: the accounts by sender.
        handed: senders whose lines were not read from the ledger.
        pending: files that are being written.
    """

    session: Session
    writer: ThreadPoolExecutor
    zone: str
    before: Manifest | None
    advance: Callable[[str], None]
    units: dict[str, str] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    written: int = 0
    accounts: dict[int, pl.DataFrame] = field(default_factory=dict)
    handed: set[int] = field(default_factory=set)
    pending: list[Future[list[File]]] = field(default_factory=list)

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

    def write(self, frames: Mapping[str, pl.DataFrame], unit: Unit) -> None:
        """Begin to write the files of a unit."""
        self.pending.append(self.writer.submit(_month_files.write_unit, frames, unit))

    def wait_for_files(self) -> None:
        """Wait until all files that were begun are there.

        Raises:
            StorageAway: one of them could not be stored.
        """
        for files in self.pending:
            self.add(files.result())
        self.pending.clear()


def get_accounts(work: Work, sender: int) -> pl.DataFrame:
    """Return the accounts of a sender, with their keys in the facts, in the order of files."""
    if sender not in work.accounts:
        accounts = names.fetch_accounts(work.session, sender=sender)
        work.accounts[sender] = _month_files.add_account_keys(accounts, secret=get_secret())
    return work.accounts[sender]


def mark_accounts(work: Work, sender: int, period: dt.date) -> str:
    """Return what changes when an account of that time moves to another organisation or house."""
    opened = get_accounts(work, sender).filter(pl.col("opened_on") < periods.add_months(period, 1))
    hashed = opened.select("account_id", "organization", "house").hash_rows(seed=354)
    return f"{opened.height} {hashed.cast(pl.UInt64).sum()}"


def read_unit(work: Work, unit: Unit) -> pl.DataFrame:
    """Read a unit of the ledger, with the keys of the facts instead of the ledger's."""
    rows = _find_charges(work, unit) if unit.kind == tables.CHARGES.name else None
    if rows is None:
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
        rows = _month_files.join_accounts(rows, get_accounts(work, unit.sender), unit.period)
    else:
        rows = rows.with_columns(period=pl.lit(unit.period, dtype=tables.DAY))
    return _month_files.mark_first_parts(rows) if unit.kind == "payments" else rows


def _find_charges(work: Work, unit: Unit) -> pl.DataFrame | None:
    """Return charges from the lines that the import has left, if they are those of the ledger.

    A version without one before it, and one that is written again as a whole, are read from the
    ledger alone.
    """
    if work.before is None:
        return None
    mark = packages.find_latest_mark(work.session, sender_id=unit.sender, period=unit.period)
    lines = handed_lines.find_lines(sender=unit.sender, mark=mark) if mark else None
    if lines is None:
        return None
    work.handed.add(unit.sender)
    return months.complete_charges(work.session, lines, sender=unit.sender, period=unit.period)


def get_written(
    work: Work, unit: Unit, kind: str = "", *, columns: Sequence[str] = ()
) -> pl.DataFrame:
    """Return the rows of a unit from its files of a kind, by default of its own.

    Args:
        work: its files are there.
        unit: the unit.
        kind: of the files.
        columns: the columns to read, by default all.
    """
    kind = kind or unit.kind
    files = [file for file in work.files if file.unit == unit.name and file.kind == kind]
    nothing = pl.DataFrame(schema=tables.KINDS[kind].schema)
    frames = [store.get_file(file, columns=columns) for file in files]
    return pl.concat([nothing.select(columns or nothing.columns), *frames])


def make_fingerprint(*parts: str) -> str:
    """Return a hash of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]
