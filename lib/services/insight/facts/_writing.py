"""Writing the parts of the ledger that have changed; a part that has not keeps its files."""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from db.queries.insight import changes, names
from lib.facts import store, tables
from lib.facts.manifest import File
from lib.services.insight.facts import _month_files
from lib.services.insight.facts._charging import write_charges
from lib.services.insight.facts._month_files import Unit
from lib.services.insight.facts._work import (
    FORMAT,
    Work,
    make_fingerprint,
    mark_accounts,
    read_unit,
)

_SMALL = ("organizations", "houses", "groups", "services")


def write_changes(work: Work) -> None:
    """Go through all senders and months of the ledger."""
    closed: dict[int, dict[dt.date, str]] = {}
    for row in changes.list_closed(work.session):
        closed.setdefault(row.sender, {})[row.period] = row.mark
    marks = {kind: _list_marks(work, kind) for kind in ("payments", "submissions", "appeals")}
    for sender in changes.list_senders(work.session):
        _write_small(work, sender)
        write_charges(work, sender, closed.get(sender, {}))
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


def _write_plain(work: Work, unit: Unit, mark: str) -> None:
    fingerprint = make_fingerprint(FORMAT, mark, mark_accounts(work, unit.sender, unit.period))
    if work.keep(unit.name, fingerprint):
        return
    rows = read_unit(work, unit)
    if rows.height:
        work.write(_month_files.summarize(unit.kind, rows), unit)
        work.wait_for_files()


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
