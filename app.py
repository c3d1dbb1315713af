"""The ASGI application: Streamlit's screens and the portal's own routes."""

import asyncio
import gc
import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import plotly.graph_objects  # noqa: F401 - pages need it; loaded before the heap is frozen
import streamlit as st
from starlette.middleware import Middleware

from lib import config, logs, startup
from lib.ui import failures
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES

_SHUTDOWN_SECONDS = 5


async def _cancel(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel background tasks, and wait a few seconds for them to end."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_SHUTDOWN_SECONDS)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Connect to the database before the first request; disconnect after the last."""
    logs.redirect_loggers()
    startup.connect()
    tasks = {asyncio.create_task(startup.watch())}
    worker = config.get_settings().works and importlib.import_module("lib.jobs.worker")
    # while no session is open: the garbage collector skips all that is loaded by now
    gc.collect()
    gc.freeze()
    if worker:
        tasks.add(asyncio.create_task(worker.work()))
    yield
    await _cancel(tasks)
    startup.disconnect()


app = st.App(
    Path(__file__).parent / "pages/main.py",
    routes=list(ROUTES),
    middleware=[Middleware(PortalMiddleware)],
    lifespan=lifespan,
    on_script_error=failures.render_failure,
    exception_handlers=HANDLERS,
)
