"""`kabinet worker`: run the queue's jobs in a process of its own."""

import asyncio
import signal
from typing import Annotated

import typer

from lib import startup
from lib.cli import console
from lib.jobs import worker as jobs_worker
from lib.jobs.worker import Pace
from lib.mail import delivery

_STOPPED_SECONDS = 5.0


def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="сколько заданий сразу")] = 4,
    stalled_after: Annotated[
        float,
        typer.Option(min=1, help="через сколько секунд молчания задания другого процесса забрать"),
    ] = 30,
) -> None:
    """Отправлять письма и делать другие отложенные дела."""
    with console.run_command():
        delivery.require_mail_server()
        startup.connect()
        startup.check_migrated()
        console.out.print("Работаю. Остановить: Ctrl+C")
        asyncio.run(_work(Pace(concurrency=concurrency, stalled_after=stalled_after)))


async def _work(pace: Pace) -> None:
    """Run jobs until a signal; then cancel the rest and wait for at most five seconds."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    watch = asyncio.create_task(startup.watch())
    jobs = asyncio.create_task(jobs_worker.work(pace))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({jobs, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (jobs, watch, stopping):
        task.cancel()
    await asyncio.wait({jobs, watch, stopping}, timeout=_STOPPED_SECONDS)
    if jobs.done() and not jobs.cancelled():
        jobs.result()
