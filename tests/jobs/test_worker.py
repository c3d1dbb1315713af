"""The worker: runs queued jobs, retries, and survives failures around it."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from procrastinate.jobs import Job
from sqlalchemy import text

from db import session as database
from lib import queue
from lib.jobs import tasks, worker
from lib.jobs.tasks import Task
from lib.jobs.worker import Pace
from tests.kit.embedded import PATIENCE, eventually
from tests.kit.faults import fetch_tuples

PACE = Pace(concurrency=2, stalled_after=1)
Register = Callable[..., None]
pytestmark = pytest.mark.usefixtures("empty")


@contextmanager
def working(pace: Pace = PACE) -> Iterator[None]:
    """Run a worker in a separate thread, like the web process."""
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []
    started = threading.Event()

    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        running.append((asyncio.get_running_loop(), task))
        started.set()
        await worker.work(pace)

    def body() -> None:
        # run() also ends tasks that the worker leaves behind: a task that is garbage-collected
        # while it waits would fail the test that runs at that moment
        with suppress(asyncio.CancelledError):
            asyncio.run(work())

    thread = threading.Thread(target=body)
    thread.start()
    assert started.wait(PATIENCE)
    ((loop, task),) = running
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Register a handler for one test."""

    def add(
        function: Callable[..., None], *, attempts: int = 3, schedule: str | None = None
    ) -> None:
        table = {**tasks.TASKS, "try_it": Task(function, attempts, schedule)}
        monkeypatch.setattr(tasks, "TASKS", table)

    monkeypatch.setattr(worker, "_FIRST_PAUSE", 0)
    return add


def defer(name: str = "try_it", **ids: Any) -> None:
    with database.transaction(database.GATE) as session:
        queue.defer(session, name, **ids)


def record_calls(done: list[int]) -> Callable[..., None]:
    """Make a handler that records its calls."""

    def note(n: int) -> None:
        done.append(n)

    return note


def status() -> list[tuple[str, int]]:
    rows = fetch_tuples(
        "SELECT status::text, attempts FROM procrastinate_jobs "
        "WHERE task_name IN ('try_it', 'no_such_handler') ORDER BY id"
    )
    return [(row[0], row[1]) for row in rows]


def test_does_a_job_at_once(register: Register) -> None:
    done: list[tuple[float, int]] = []
    register(lambda number: done.append((time.monotonic(), number)))

    with working(Pace(stalled_after=60)):
        assert eventually(lambda: fetch_tuples("SELECT id FROM procrastinate_workers") != [])
        time.sleep(0.3)
        left_at = time.monotonic()
        defer(number=7)
        assert eventually(lambda: bool(done))

    moment, number = done[0]
    assert number == 7
    assert moment - left_at < worker._POLL_SECONDS / 2  # well before the next poll of the queue
    assert eventually(lambda: status() == [])


def test_does_jobs_queued_before_its_start(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done))
    for number in range(20):
        defer(n=number)

    with working():
        assert eventually(lambda: len(done) == 20)

    assert sorted(done) == list(range(20))


def test_a_job_of_a_rolled_back_transaction_is_never_done(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done))
    with pytest.raises(KeyError), database.transaction(database.GATE) as session:
        queue.defer(session, "try_it", n=1)
        raise KeyError

    with working():
        defer(n=2)
        assert eventually(lambda: bool(done))

    assert done == [2]


def test_retries_and_then_marks_the_job_as_failed(register: Register) -> None:
    attempts: list[int] = []

    def fail(n: int) -> None:
        attempts.append(n)
        raise ZeroDivisionError

    register(fail, attempts=3)
    with working():
        defer(n=1)
        assert eventually(lambda: status() == [("failed", 3)])

    assert attempts == [1, 1, 1]


def test_pauses_between_retries_grow_to_an_hour() -> None:
    strategy = worker._GrowingPauses(20)

    def pause(attempts: int) -> float:
        job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
        decision = strategy.get_retry_decision(exception=OSError(), job=job)
        assert decision
        assert decision.retry_at
        return decision.retry_at.timestamp() - time.time()

    assert [round(pause(attempts)) for attempts in (0, 1, 2, 7, 8, 18)] == [
        15,
        30,
        60,
        1920,
        3600,
        3600,
    ]


def test_a_job_without_a_handler_does_not_stop_the_others(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done))
    defer("no_such_handler")

    with working():
        defer(n=1)
        assert eventually(lambda: done == [1])
        assert eventually(lambda: status() == [("failed", 1)])


def test_takes_over_the_job_of_a_worker_that_died(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done))
    queue_abandoned_job(attempts=0)

    with working():
        assert eventually(lambda: done == [1])


def test_a_job_that_kills_its_workers_is_marked_as_failed(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done), attempts=3)
    queue_abandoned_job(attempts=2)

    with working():
        assert eventually(lambda: status() == [("failed", 3)])

    assert done == []


def queue_abandoned_job(*, attempts: int) -> None:
    """Queue a job in the state left by a worker killed long ago."""
    defer(n=1)
    with database.transaction(database.OPERATOR) as session:
        session.execute(
            text(
                "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - interval '1 hour') RETURNING id) "
                "UPDATE procrastinate_jobs SET status = 'doing', attempts = :attempts, "
                "worker_id = dead.id FROM dead"
            ),
            {"attempts": attempts},
        )


def test_survives_the_loss_of_its_connections(register: Register) -> None:
    done: list[int] = []
    register(record_calls(done))
    with working():
        defer(n=1)
        assert eventually(lambda: done == [1])
        with database.transaction(database.OPERATOR) as session:
            session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE application_name = 'kabinet worker' AND datname = current_database()"
                )
            )
        defer(n=2)

        assert eventually(lambda: 2 in done)


def test_stops_soon_even_if_a_job_is_stuck(register: Register) -> None:
    started, may_continue = threading.Event(), threading.Event()

    def stick() -> None:
        started.set()
        may_continue.wait(30)

    register(stick)
    defer()
    with working():
        assert started.wait(10)
        requested_at = time.monotonic()
    took = time.monotonic() - requested_at
    may_continue.set()

    assert took < 5
    assert status() == [("todo", 1)]


def test_periodic_handlers_run_by_themselves(register: Register) -> None:
    ran = threading.Event()
    register(ran.set, schedule="* * * * * *")  # the last field means each second

    with working():
        assert ran.wait(20)


def test_a_worker_that_hangs_while_stopping_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Pace] = []
    again = asyncio.Event()

    async def hang(pace: Pace) -> None:
        started.append(pace)
        if len(started) > 1:
            again.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "_work", hang)
    monkeypatch.setattr(worker, "_WATCH_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_SILENT_SECONDS", 0.05)
    monkeypatch.setattr(worker, "_FIRST_REST", 0.01)
    monkeypatch.setattr("lib.mail.delivery.require_mail_server", lambda: None)

    async def until_replaced() -> None:
        working = asyncio.create_task(worker.work())
        await asyncio.wait_for(again.wait(), PATIENCE)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working

    asyncio.run(until_replaced())
