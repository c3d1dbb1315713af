"""The ASGI application: Streamlit's screens and our own routes beside them."""

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

_FAREWELL_SECONDS = 5


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    """End what runs beside the requests; what does not end soon is left where it is."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_FAREWELL_SECONDS)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Connect before the first request; let go after the last."""
    logs.redirect_loggers()
    startup.connect()
    tasks = {asyncio.create_task(startup.watch())}
    working = config.get_settings().works and importlib.import_module("lib.jobs.worker")
    # once, with no session connected: what is loaded now is never looked at again
    gc.collect()
    gc.freeze()
    if working:
        tasks.add(asyncio.create_task(working.work()))
    yield
    await _end(tasks)
    startup.disconnect()


app = st.App(
    Path(__file__).parent / "pages/main.py",
    routes=list(ROUTES),
    middleware=[Middleware(PortalMiddleware)],
    lifespan=lifespan,
    on_script_error=failures.render_failure,
    exception_handlers=HANDLERS,
)
