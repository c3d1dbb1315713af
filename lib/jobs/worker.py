"""The worker: does jobs as they are left; no death, its own or the database's, loses one."""

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
_FAREWELL_SECONDS = 2.0
_POOL_SECONDS = 10.0
_POLL_SECONDS = 10.0
_CONNECTIONS = 3
_WATCH_SECONDS, _SILENT_SECONDS = 2.0, 15.0
_AWAY = (ConnectorException, psycopg.Error, PoolTimeout, OSError)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker works.

    Attributes:
        concurrency: jobs at a time.
        stalled_after: seconds of silence after which another worker counts as dead, and its
            jobs are taken over.
    """

    concurrency: int = 2
    stalled_after: float = 30.0


async def work(pace: Pace = Pace()) -> None:
    """Work until cancelled; when the database goes away, wait and go on.

    Raises:
        SettingsRefused: there is no way to send letters.
    """
    delivery.require_mail_server()
    rest = _FIRST_REST
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            await _watched(pace)
            _LOG.warning("worker interrupted", reason="a connection was lost")
        except _AWAY as failure:
            _LOG.warning("worker interrupted", reason=type(failure).__name__)
        except Exception:  # noqa: BLE001 - a bug in one job must not end the work
            _LOG.exception("worker failed")
        if asyncio.get_running_loop().time() - begun > _LONGEST_REST:
            rest = _FIRST_REST
        await asyncio.sleep(rest)
        rest = min(rest * 2, _LONGEST_REST)


async def _watched(pace: Pace) -> None:
    """Work as long as the library's worker lives.

    One that lost its database while a job was ending has been seen to wait for ever on its own
    way out: it is left there, and its jobs come back as those of a dead one.

    Raises:
        TimeoutError: the worker was silent.
    """
    working = asyncio.create_task(_work(pace))
    silent = 0.0
    try:
        while not working.done():
            await asyncio.wait({working}, timeout=_WATCH_SECONDS)
            silent = 0.0 if _beats() else silent + _WATCH_SECONDS
            if silent > _SILENT_SECONDS and not working.done():
                raise TimeoutError
        working.result()
    finally:
        working.cancel()
        await asyncio.wait({working}, timeout=_POOL_SECONDS)


def _beats() -> bool:
    """Tell whether a worker's heart beats in this loop; the library names the task so."""
    return any(task.get_name() == "update_heartbeats" for task in asyncio.all_tasks())


async def _work(pace: Pace) -> None:
    """Work until cancelled or until the database goes away."""
    app = _application()
    async with app.open_async():
        returning = asyncio.create_task(_return_stalled_jobs(app, pace))
        try:
            await app.run_worker_async(
                concurrency=pace.concurrency,
                fetch_job_polling_interval=min(_POLL_SECONDS, pace.stalled_after / 2),
                update_heartbeat_interval=pace.stalled_after / 3,
                stalled_worker_timeout=pace.stalled_after,
                shutdown_graceful_timeout=_FAREWELL_SECONDS,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                install_signal_handlers=False,
            )
        finally:
            returning.cancel()
            await asyncio.wait({returning})


def _application() -> procrastinate.App:
    """Make the queue's own application of the table of tasks."""
    connector = procrastinate.PsycopgConnector(
        conninfo=database.get_address(database.OPERATOR),
        kwargs={"application_name": "kabinet worker"},
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=_POOL_SECONDS,
    )
    app = procrastinate.App(connector=connector)
    for name, task in tasks.TASKS.items():
        made = app.task(name=name, retry=_GrowingPauses(task.attempts))(_beside(task.function))
        if task.schedule:
            app.periodic(cron=task.schedule)(made)
    return app


def _beside(function: Callable[..., object]) -> Callable[..., Any]:
    """Run a handler in a thread that the end of the process does not wait for.

    What it was doing is then as after ``kill -9``: its transaction is rolled back, its job returns.
    """

    @functools.wraps(function)
    async def run(*, timestamp: int | None = None, **ids: Any) -> None:  # noqa: ARG001 - periodic ones get it
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def tell(failure: Exception | None) -> None:
            if done.done():
                return
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

        def body() -> None:
            failure = None
            try:
                function(**ids)
            except Exception as raised:  # noqa: BLE001 - handed over to the worker
                failure = raised
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, failure)

        threading.Thread(target=body, name=function.__name__, daemon=True).start()
        await done

    return run


class _GrowingPauses(BaseRetryStrategy):
    """Try again after 15 s, 30 s, 1 min … an hour, so many times."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Decide when, or that it has been enough."""
        if isinstance(exception, asyncio.CancelledError):  # the worker stops, not the job
            return RetryDecision()
        if job.attempts + 1 >= self._attempts:
            _LOG.error("job given up", job=job.id, task=job.task_name, attempts=job.attempts + 1)
            return None
        pause = min(_FIRST_PAUSE * 2**job.attempts, _LONGEST_PAUSE)
        return RetryDecision(retry_in={"seconds": pause})


async def _return_stalled_jobs(app: procrastinate.App, pace: Pace) -> None:
    """Give back the jobs of workers that died, now and then; one that kills them all is put aside.

    A task beside the worker and no job in its queue: where every hand is stuck, it still runs.
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
