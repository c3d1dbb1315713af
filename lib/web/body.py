"""The body of a request, read no further than it may be long."""

from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, *, most: int) -> bytes | None:
    """Return the body, or None where it is longer than ``most`` bytes or breaks off."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                return None
    except ClientDisconnect:
        return None
    return body
