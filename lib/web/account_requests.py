"""Route to the documents of requests for accounts: for staff of the organisation only."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.access import AccessDenied
from lib.documents.upload import MediaType
from lib.services.accounts import request_queue
from lib.services.people import sign_in
from lib.storage import FileGone
from lib.web import answers, cookies
from lib.web.session import get_client_address

_LARGEST_KEY = 2**63 - 1
_SUFFIXES = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}


async def get_document(request: Request) -> Response:
    """Answer with a document; 404 to everybody but staff of its organisation."""
    return await run_in_threadpool(_document, request)


def _document(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    key = int(request.path_params["request_id"])
    if actor is None or key > _LARGEST_KEY:
        return answers.render_not_found()
    try:
        photo = request_queue.get_photo(
            actor=actor, request_id=key, address=get_client_address(request)
        )
    except (AccessDenied, FileGone):
        return answers.render_not_found()
    # a PDF may contain scripts: it is downloaded, never opened within the portal
    kind = "attachment" if photo.media_type is MediaType.PDF else "inline"
    return Response(
        photo.content,
        media_type=photo.media_type.value,
        headers={
            "Content-Disposition": f'{kind}; filename="request.{_SUFFIXES[photo.media_type]}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
