"""Middleware of every request: a Russian 404 page for unknown addresses, safe headers."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from lib import links
from lib.web import answers

# addresses of Streamlit and of our routes; others are screens or unknown
_SERVED = (
    "/_stcore/",
    "/static/",
    "/media/",
    "/component/",
    "/session",
    "/documents/",
    "/fonts/",
    "/captcha/",
    "/payments/",
    f"{links.DEMO_BANK}/",
    links.MAILBOX,
    f"{links.MISTAKES}/",
    "/guide-pictures/",
)
# Streamlit's API for programs answers with its description even while it is off
_CLOSED = "/_stcore/agent"
_FILES = ("/healthz", "/readyz", "/favicon.png", links.MISTAKES, links.PAGE_SCRIPT)
_POLICY_VIOLATION = 1008
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


class PortalMiddleware:
    """The outermost ASGI middleware of the portal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; refuse a websocket of a foreign page."""
        if scope["type"] == "websocket" and not _is_own(Headers(scope=scope)):
            await WebSocketClose(code=_POLICY_VIOLATION)(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._app if _is_known(scope["path"]) else answers.render_not_found()
        await answer(scope, receive, _with_safe_headers(send))


def _is_own(headers: Headers) -> bool:
    """Tell whether a websocket comes from our own page, or has no Origin header.

    Streamlit's own check would call an external service to find our address first.
    """
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _is_known(path: str) -> bool:
    if path.startswith(_CLOSED):
        return False
    return path.strip("/") in links.SCREENS or path in _FILES or path.startswith(_SERVED)


def _with_safe_headers(send: Send) -> Send:
    """Add our headers to the start of the answer."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
