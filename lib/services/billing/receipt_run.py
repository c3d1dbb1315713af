"""A print run: all receipts of a closed month as files, written by several processes.

A file is named after the account's key and the month, never after a person or an account number.
It is written under another name first, so that a killed run leaves no incomplete file. The time
of a file is the moment of the last import that it includes, not the moment of writing: the next
run skips the files that are still right, and so continues an interrupted run. After any later
import, of whatever month, all receipts are written again, because payments and the following
months change what is to be paid and the payment codes.
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

_BATCH = 100
_MICROSECONDS = 1_000_000


class RunRefused(PortalError):
    """There is nothing to print, or the folder cannot be written to."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """How many receipts were written, how many existed already, how many lack a payment code."""

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
    """The receipts that one worker writes.

    Attributes:
        period: The month.
        folder: The folder of the files.
        stamp: The last import's moment, nanoseconds since 1970.
        accounts: The keys of the accounts.
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
        folder: Created if it is missing.
        connect: Connects a worker process to the database; the caller's is connected.
        workers: How many processes write; 1 means this process itself.
        again: Write existing receipts, too.
        advance: Called with the number of receipts that are done and the number of all.

    Raises:
        RunRefused: the month is open or unknown, or the folder cannot be written to.
    """
    accounts, stamp = _find_accounts(period)
    with _lock_folder(folder):
        done = set() if again else _written_since(stamp, folder, period, accounts)
        missing = [account for account in accounts if account not in done]
        batches = [
            _Batch(period, folder, stamp, tuple(missing[start : start + _BATCH]))
            for start in range(0, len(missing), _BATCH)
        ]
        summary = RunSummary(skipped=len(done))
        advance(len(done), len(accounts))
        # closes the generator as soon as the run stops, not when it is garbage collected
        with closing(_outcomes(batches, workers=workers, connect=connect)) as outcomes:
            for outcome in outcomes:
                summary += outcome
                advance(summary.skipped + summary.written, len(accounts))
    return summary


def _find_accounts(period: dt.date) -> tuple[list[int], int]:
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
def _lock_folder(folder: Path) -> Iterator[None]:
    """Lock the folder for this run; a new folder is closed to other users."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as failure:
        raise _make_refusal(folder, failure) from failure
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
    """Write the batches and yield the summary of each as it is finished."""
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
        # if the run stops, the batches that have begun are finished and the others are dropped
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(connect: Callable[[], None]) -> None:
    """Prepare a worker: it ignores Ctrl+C, which stops the parent, and ends with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_die_with_parent, daemon=True).start()
    connect()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _write_batch(batch: _Batch) -> RunSummary:
    """Read the data of a batch in one transaction, then render and write its receipts."""
    viewer = replace(database.OPERATOR, accounts=batch.accounts)
    try:
        with database.transaction(viewer) as session:
            composed = receipts.compose_receipts(session, viewer=viewer, period=batch.period)
    except PortalError as refusal:
        # an exception is passed between processes by its message only
        raise RunRefused(str(refusal)) from None
    for account_id, data in composed.items():
        path = batch.folder / _name(account_id, batch.period)
        try:
            _write(path, receipt.render(data), stamp=batch.stamp)
        except OSError as failure:
            raise _make_refusal(batch.folder, failure) from None
    without_code = sum(1 for data in composed.values() if data.code_refusals)
    return RunSummary(written=len(composed), without_code=without_code)


def _write(path: Path, document: bytes, *, stamp: int) -> None:
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(document)
    os.utime(unfinished, ns=(stamp, stamp))
    unfinished.replace(path)


def _name(account_id: int, period: dt.date) -> str:
    return f"{period:%Y-%m}-{account_id}.pdf"


def _make_refusal(folder: Path, failure: OSError) -> RunRefused:
    return RunRefused(f"Не удалось записать в папку {folder}: {failure.strerror}.")
