"""The two cookies: a browser's visit before sign-in, and its session after."""

import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "kabinet_session"
VISIT = "kabinet_visit"
_VISIT_BYTES = 32


def create_visit() -> str:
    """Return a fresh value for the pre-session cookie."""
    return secrets.token_urlsafe(_VISIT_BYTES)


def set_cookie(
    response: Response,
    connection: HTTPConnection,
    *,
    name: str,
    value: str,
    max_age: int | None = None,
) -> None:
    """Set a cookie that no script can read; without ``max_age`` (s) it ends with the browser."""
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
    """Make the browser forget a cookie."""
    response.delete_cookie(
        name,
        path="/",
        httponly=True,
        samesite="lax",
        secure=connection.url.scheme in {"https", "wss"},
    )
