"""A print run: all receipts of a closed month as files, written by several processes.

A file is named after the account's key and the month, never after a person or an account
number. It is written under another name first, so that a killed run leaves no half file.
The time of a file is not when it was written but the moment of the last import that it
knows of: the next run skips what that import has not changed, and so goes on where the
last one stopped. Any later import, of whatever month, makes all receipts anew: payments
and the following months change what is to be paid and whether there are codes at all.
"""

import datetime as dt
import fcntl
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

from db import session as database
from db.queries.billing import receipt_run as queries
from lib.documents.receipt import document as receipt
from lib.domain import formats
from lib.errors import PortalError
from lib.services.billing import receipts

_BATCH = 200
_MICROSECONDS = 1_000_000


class RunRefused(PortalError):
    """There is nothing to print, or nowhere to print to."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How many receipts were written, how many were there, how many lack a payment code."""

    written: int = 0
    skipped: int = 0
    without_code: int = 0

    def __add__(self, other: "RunSummary") -> "RunSummary":
        return RunSummary(
            self.written + other.written,
            self.skipped + other.skipped,
            self.without_code + other.without_code,
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """What one worker is told to write.

    Attributes:
        period: The month.
        folder: Where the files go.
        stamp: The last import's moment, nanoseconds since 1970.
        accounts: Their keys.
    """

    period: dt.date
    folder: Path
    stamp: int
    accounts: tuple[int, ...]


def write_receipts(
    *,
    period: dt.date,
    folder: Path,
    connect: Callable[[], None],
    workers: int = 1,
    again: bool = False,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> RunSummary:
    """Write a receipt for every account with a closed bill of the month.

    Args:
        period: First day of the month.
        folder: Made if it is not there.
        connect: Connects a worker process to the database; the caller's is connected.
        workers: Processes that write; a single one is this process itself.
        again: Write what is there already, too.
        advance: Told how many of how many receipts are done.

    Raises:
        RunRefused: the month is open or unknown, or the folder cannot be written to.
    """
    accounts, stamp = _order(period)
    with _held(folder):
        done = set() if again else _written_since(stamp, folder, period, accounts)
        missing = [account for account in accounts if account not in done]
        batches = [
            _Batch(period, folder, stamp, tuple(missing[start : start + _BATCH]))
            for start in range(0, len(missing), _BATCH)
        ]
        summary = RunSummary(skipped=len(done))
        advance(len(done), len(accounts))
        # closed at once when something stops the run, not when memory is collected
        with closing(_outcomes(batches, workers=workers, connect=connect)) as outcomes:
            for outcome in outcomes:
                summary += outcome
                advance(summary.skipped + summary.written, len(accounts))
    return summary


def _order(period: dt.date) -> tuple[list[int], int]:
    """Return the accounts to print, and when the last import was, in nanoseconds."""
    with database.transaction(database.OPERATOR) as session:
        accounts = queries.list_billed_accounts(session, period=period)
        imported_at = queries.find_last_import(session)
        statuses = queries.list_period_statuses(session, period=period)
    if not accounts or imported_at is None:
        month = formats.format_month(period)
        if "open" in statuses:
            raise RunRefused(f"Квитанций за {month} ещё нет: месяц не закрыт.")
        raise RunRefused(f"Квитанций за {month} нет: начислений за этот месяц не загружали.")
    return accounts, int(imported_at.timestamp() * _MICROSECONDS) * 1000


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep the folder for this run; what is made anew is closed to other people."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as failure:
        raise _unwritten(folder, failure) from failure
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as taken:
        raise RunRefused(f"В папку {folder} уже пишет другой запуск: дождитесь его.") from taken
    finally:
        os.close(descriptor)


def _written_since(
    stamp: int, folder: Path, period: dt.date, accounts: Sequence[int]
) -> frozenset[int]:
    times = {entry.name: entry.stat().st_mtime_ns for entry in os.scandir(folder)}
    return frozenset(key for key in accounts if times.get(_name(key, period), -1) >= stamp)


def _outcomes(
    batches: Sequence[_Batch], *, workers: int, connect: Callable[[], None]
) -> Generator[RunSummary]:
    """Have the batches written, and return what came of each as it is finished."""
    if workers == 1 or len(batches) <= 1:
        yield from map(_write_batch, batches)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(workers, len(batches)), context, initializer=_begin, initargs=(connect,)
    )
    try:
        for finished in as_completed([pool.submit(_write_batch, batch) for batch in batches]):
            yield finished.result()
    except BrokenProcessPool as broken:
        raise RunRefused(
            "Рабочий процесс остановился. Запустите ещё раз: готовые квитанции останутся."
        ) from broken
    finally:
        # whatever stops the run, batches begun are finished and the others left
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(connect: Callable[[], None]) -> None:
    """Prepare a worker: Ctrl+C is the first process's affair, and its death ours too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_die_with_parent, daemon=True).start()
    connect()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _write_batch(batch: _Batch) -> RunSummary:
    """Read the batch in one transaction, then draw and write."""
    viewer = replace(database.OPERATOR, accounts=batch.accounts)
    try:
        with database.transaction(viewer) as session:
            composed = receipts.compose_receipts(session, viewer=viewer, period=batch.period)
    except PortalError as refusal:
        # between processes an exception travels as its message alone
        raise RunRefused(str(refusal)) from None
    for account_id, made in composed.items():
        path = batch.folder / _name(account_id, batch.period)
        try:
            _write(path, receipt.render(made), stamp=batch.stamp)
        except OSError as failure:
            raise _unwritten(batch.folder, failure) from None
    lacking = sum(1 for made in composed.values() if made.code_refusals)
    return RunSummary(written=len(composed), without_code=lacking)


def _write(path: Path, document: bytes, *, stamp: int) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(document)
    os.utime(unfinished, ns=(stamp, stamp))
    unfinished.replace(path)


def _name(account_id: int, period: dt.date) -> str:
    return f"{period:%Y-%m}-{account_id}.pdf"


def _unwritten(folder: Path, failure: OSError) -> RunRefused:
    return RunRefused(f"Не удалось записать в папку {folder}: {failure.strerror}.")
