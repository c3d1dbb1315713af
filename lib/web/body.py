"""The body of a request, read up to a limit."""

from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, *, most: int) -> bytes | None:
    """Return the body; None where it is longer than ``most`` bytes or the client disconnects."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                return None
    except ClientDisconnect:
        return None
    return body
