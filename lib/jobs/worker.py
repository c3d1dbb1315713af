"""The worker: runs the jobs of the queue. A crash of it or of the database loses none."""

import asyncio
import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job
from psycopg_pool import PoolTimeout

from db import session as database
from lib.jobs import tasks
from lib.mail import delivery

_LOG = structlog.get_logger("worker")
_FIRST_PAUSE, _LONGEST_PAUSE = 15, 3600  # s, between attempts of a job
_FIRST_REST, _LONGEST_REST = 0.5, 30.0  # s, while the database is away
_SHUTDOWN_SECONDS = 2.0
_POOL_SECONDS = 10.0
_POLL_SECONDS = 10.0
_CONNECTIONS = 3
_WATCH_SECONDS, _SILENT_SECONDS = 2.0, 15.0
_AWAY = (ConnectorException, psycopg.Error, PoolTimeout, OSError)


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits of a worker.

    Attributes:
        concurrency: jobs at a time.
        stalled_after: seconds of silence after which another worker counts as dead, and its
            jobs are taken over.
    """

    concurrency: int = 2
    stalled_after: float = 30.0


async def work(pace: Pace = Pace()) -> None:
    """Run jobs until cancelled; wait while the database does not answer.

    Raises:
        SettingsRefused: no mail server is set.
    """
    delivery.require_mail_server()
    rest = _FIRST_REST
    while True:
        started_at = asyncio.get_running_loop().time()
        try:
            await _run_watched(pace)
            _LOG.warning("worker interrupted", reason="a connection was lost")
        except _AWAY as failure:
            _LOG.warning("worker interrupted", reason=type(failure).__name__)
        except Exception:  # noqa: BLE001 - a bug in one job must not end the work
            _LOG.exception("worker failed")
        if asyncio.get_running_loop().time() - started_at > _LONGEST_REST:
            rest = _FIRST_REST
        await asyncio.sleep(rest)
        rest = min(rest * 2, _LONGEST_REST)


async def _run_watched(pace: Pace) -> None:
    """Run the library's worker and watch its heartbeats.

    A worker that lost the database while a job was ending may never stop. It is then left
    behind, and its jobs are returned like those of a dead worker.

    Raises:
        TimeoutError: the worker was silent.
    """
    worker = asyncio.create_task(_work(pace))
    silent_seconds = 0.0
    try:
        while not worker.done():
            await asyncio.wait({worker}, timeout=_WATCH_SECONDS)
            silent_seconds = 0.0 if _has_heartbeats() else silent_seconds + _WATCH_SECONDS
            if silent_seconds > _SILENT_SECONDS and not worker.done():
                raise TimeoutError
        worker.result()
    finally:
        worker.cancel()
        await asyncio.wait({worker}, timeout=_POOL_SECONDS)


def _has_heartbeats() -> bool:
    """Tell whether this loop has the task that sends heartbeats; the library names it."""
    return any(task.get_name() == "update_heartbeats" for task in asyncio.all_tasks())


async def _work(pace: Pace) -> None:
    """Run jobs until cancelled or until the database does not answer."""
    app = _make_application()
    async with app.open_async():
        returning = asyncio.create_task(_return_stalled_jobs(app, pace))
        try:
            await app.run_worker_async(
                concurrency=pace.concurrency,
                fetch_job_polling_interval=min(_POLL_SECONDS, pace.stalled_after / 2),
                update_heartbeat_interval=pace.stalled_after / 3,
                stalled_worker_timeout=pace.stalled_after,
                shutdown_graceful_timeout=_SHUTDOWN_SECONDS,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                install_signal_handlers=False,
            )
        finally:
            returning.cancel()
            await asyncio.wait({returning})


def _make_application() -> procrastinate.App:
    """Make the library's application from the table of tasks."""
    connector = procrastinate.PsycopgConnector(
        conninfo=database.get_address(database.OPERATOR),
        kwargs={"application_name": "kabinet worker"},
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=_POOL_SECONDS,
    )
    app = procrastinate.App(connector=connector)
    for name, task in tasks.TASKS.items():
        handler = app.task(name=name, retry=_GrowingPauses(task.attempts))(
            _run_in_thread(task.function)
        )
        if task.schedule:
            app.periodic(cron=task.schedule)(handler)
    return app


def _run_in_thread(function: Callable[..., object]) -> Callable[..., Any]:
    """Run a handler in a thread that the process does not wait for when it ends.

    Then it is as after ``kill -9``: the transaction is rolled back, the job runs again.
    """

    @functools.wraps(function)
    async def run(*, timestamp: int | None = None, **ids: Any) -> None:  # noqa: ARG001 - periodic tasks get it
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def report(failure: Exception | None) -> None:
            if done.done():
                return
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

        def call() -> None:
            failure = None
            try:
                function(**ids)
            except Exception as raised:  # noqa: BLE001 - passed on to the worker
                failure = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(report, failure)

        threading.Thread(target=call, name=function.__name__, daemon=True).start()
        await done

    return run


class _GrowingPauses(BaseRetryStrategy):
    """Try again after 15 s, 30 s, 1 min … an hour, up to a number of attempts."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again; None after the last attempt."""
        if isinstance(exception, asyncio.CancelledError):  # the worker stops, not the job
            return RetryDecision()
        if job.attempts + 1 >= self._attempts:
            _LOG.error("job given up", job=job.id, task=job.task_name, attempts=job.attempts + 1)
            return None
        pause = min(_FIRST_PAUSE * 2**job.attempts, _LONGEST_PAUSE)
        return RetryDecision(retry_in={"seconds": pause})


async def _return_stalled_jobs(app: procrastinate.App, pace: Pace) -> None:
    """Return the jobs of dead workers to the queue regularly; fail one that was tried enough.

    This is no job of the queue, so that it runs even if all jobs hang.
    """
    while True:
        try:
            await _return_once(app, pace.stalled_after)
        except _AWAY:
            _LOG.info("stalled jobs not looked at: the database is away")
        await asyncio.sleep(pace.stalled_after / 2)


async def _return_once(app: procrastinate.App, stalled_after: float) -> None:
    manager = app.job_manager
    await manager.prune_stalled_workers(stalled_after)
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
        task = tasks.TASKS.get(job.task_name)
        if task is None or job.attempts + 1 >= task.attempts:
            _LOG.error("job given up", job=job.id, task=job.task_name, attempts=job.attempts + 1)
            await manager.finish_job(job, status=procrastinate.jobs.Status.FAILED, delete_job=False)
        else:
            _LOG.warning("job returned", job=job.id, task=job.task_name)
            await manager.retry_job(job)
