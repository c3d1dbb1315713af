"""Routes for monitoring: liveness and readiness."""

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from lib import startup
from lib.errors import PortalError

_UNAVAILABLE = 503


async def get_health(_request: Request) -> Response:
    """Answer 200 while the process lives."""
    return PlainTextResponse("ok")


async def get_readiness(_request: Request) -> Response:
    """Answer 200 if the database is reachable and has this version's schema, else 503."""
    checks = await run_in_threadpool(_checks)
    ready = all(checks.values())
    return JSONResponse(checks, status_code=200 if ready else _UNAVAILABLE)


def _checks() -> dict[str, bool]:
    try:
        return {"database": True, "migrations": startup.is_migrated()}
    except (PortalError, SQLAlchemyError):
        return {"database": False, "migrations": False}
