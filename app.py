"""The ASGI application: Streamlit's screens and our own routes beside them."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import plotly.graph_objects  # noqa: F401 - pages need it; loaded before the heap is frozen
import streamlit as st
from starlette.middleware import Middleware

from lib import logs, startup
from lib.ui import failures
from lib.web.failures import HANDLERS
from lib.web.middleware import PortalMiddleware
from lib.web.routes import ROUTES

_WATCH_SECONDS = 1


async def _watch() -> None:
    """Start the embedded database again when it dies under us."""
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        await asyncio.to_thread(startup.revive)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Connect before the first request; let go after the last."""
    logs.adopt()
    startup.connect()
    watch = asyncio.create_task(_watch())
    # once, with no session connected: what is loaded now is never looked at again
    gc.collect()
    gc.freeze()
    yield
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    startup.disconnect()


app = st.App(
    Path(__file__).parent / "pages/main.py",
    routes=list(ROUTES),
    middleware=[Middleware(PortalMiddleware)],
    lifespan=lifespan,
    on_script_error=failures.show,
    exception_handlers=HANDLERS,
)
