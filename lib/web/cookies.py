"""The two cookies: of the visit, before sign-in, and of the session, after it."""

import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "kabinet_session"
VISIT = "kabinet_visit"
_VISIT_BYTES = 32


def create_visit() -> str:
    """Make a random value for the visit cookie."""
    return secrets.token_urlsafe(_VISIT_BYTES)


def set_cookie(
    response: Response,
    connection: HTTPConnection,
    *,
    name: str,
    value: str,
    max_age: int | None = None,
) -> None:
    """Set an HttpOnly cookie; without ``max_age`` (seconds) it lasts until the browser closes."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=connection.url.scheme in {"https", "wss"},
    )


def delete_cookie(response: Response, connection: HTTPConnection, *, name: str) -> None:
    """Delete a cookie of the browser."""
    response.delete_cookie(
        name,
        path="/",
        httponly=True,
        samesite="lax",
        secure=connection.url.scheme in {"https", "wss"},
    )
