"""What happens to every request: pre-session cookie, unknown addresses, safe headers."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib import links
from lib.web import answers, cookies

# Streamlit's own addresses and ours; whatever else is asked for is no screen
_SERVED = ("/_stcore/", "/static/", "/media/", "/component/", "/session", "/documents/", "/fonts/")
_FILES = ("/healthz", "/readyz", "/favicon.png", "/favicon.ico", "/manifest.json", "/robots.txt")
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


class PortalMiddleware:
    """Gives each browser its visit cookie and answers unknown addresses in Russian."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; websockets and the lifespan pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        is_screen = path.strip("/") in links.SCREENS
        visit = None
        if is_screen and request.method == "GET" and cookies.VISIT not in request.cookies:
            visit = cookies.new_visit()
        known = is_screen or path in _FILES or path.startswith(_SERVED)
        answer = self._app if known else answers.not_found()
        await answer(scope, receive, _finished(send, request, visit))


def _finished(send: Send, connection: HTTPConnection, visit: str | None) -> Send:
    """Add our headers to the answer as it leaves."""

    async def finished(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _SAFE_HEADERS.items():
                headers.setdefault(name, value)
            if visit:
                headers.append("set-cookie", _cookie(connection, visit))
        await send(message)

    return finished


def _cookie(connection: HTTPConnection, visit: str) -> str:
    carrier = Response()
    cookies.put(carrier, connection, name=cookies.VISIT, value=visit)
    return carrier.headers["set-cookie"]
