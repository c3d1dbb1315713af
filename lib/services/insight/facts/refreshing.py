"""Writing the facts: what has changed in the ledger is read and written again, nothing else."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from db import session as database
from db.queries.insight import changes
from db.queries.insight.changes import LatestRow
from lib import clock, config
from lib.facts import copy_process, handed_lines, store
from lib.facts.manifest import FactsBroken, Manifest, list_places
from lib.services.insight.facts._work import FORMAT, Work, make_fingerprint
from lib.services.insight.facts._writing import write_changes

_KEPT_HOURS = 24  # readers go on with the version that they began with


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
    with database.transaction(database.OPERATOR, is_frozen=True) as session:
        if not changes.lock_facts(session):
            return Refreshing(is_busy=True)
        previous = _find_previous(is_whole=is_whole)
        before = None if is_whole else previous
        latest = changes.get_latest(session)
        marks = make_fingerprint(FORMAT, latest.others, str(latest.package), str(latest.payment))
        moment = clock.now()
        if before is not None and before.marks == marks:
            store.put_manifest(replace(before, moment=moment))
            return Refreshing(kept=len(before.files))
        zone = config.get_settings().kabinet_time_zone
        with ThreadPoolExecutor(max_workers=1) as writer:
            work = Work(session, writer, zone, before, advance)
            write_changes(work)
        # inside the lock: a slower process must not put its older version over a newer one
        store.put_manifest(_make_manifest(work, latest, marks, moment, previous))
        for sender in work.handed:
            handed_lines.delete_lines(sender)
    return Refreshing(work.written, len(work.files) - work.written)


def keep_fresh() -> None:
    """Write what has changed, and make this machine's copy before the first analyst asks for it.

    Raises:
        DatabaseAway, StorageAway: the old version stays.
        FactsBroken: the manifest cannot be read.
        CalledProcessError: the copy could not be made; the first analyst waits for it.
    """
    refresh_facts()
    manifest = store.find_manifest()
    if manifest is not None:
        copy_process.make_copies(manifest)


def _find_previous(*, is_whole: bool) -> Manifest | None:
    """Return the version before; a broken one is forgotten if everything is written again."""
    try:
        return store.find_manifest()
    except FactsBroken:
        if is_whole:
            return None
        raise


def _make_manifest(
    work: Work, latest: LatestRow, marks: str, moment: dt.datetime, previous: Manifest | None
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
        version=make_fingerprint(*(file.place for file in files)),
        moment=moment,
        last_package=latest.package,
        last_payment=latest.payment,
        marks=marks,
        units=work.units,
        files=files,
        retired=retired,
        check=previous.check if previous else None,
    )
