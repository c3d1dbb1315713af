"""Route to the files of appeals: for the resident and staff of the organisation that answers."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.access import AccessDenied
from lib.documents.upload import MediaType
from lib.services.appeals import files
from lib.services.people import sign_in
from lib.storage import FileGone, StorageAway
from lib.web import answers, cookies
from lib.web.session import get_client_address

_AWAY = 503


async def get_appeal_file(request: Request) -> Response:
    """Answer with a file; 404 to everybody who may not see its appeal."""
    return await run_in_threadpool(_appeal_file, request)


def _appeal_file(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    if actor is None:
        return answers.render_not_found()
    try:
        file = files.get_file(
            actor=actor,
            account_id=int(request.path_params["account_id"]),
            file_id=int(request.path_params["file_id"]),
            address=get_client_address(request),
        )
    except (AccessDenied, FileGone):
        return answers.render_not_found()
    except StorageAway as refusal:
        return answers.render_sentence("Файл не открылся", str(refusal), status=_AWAY)
    # a PDF may contain scripts: it is downloaded, never opened within the portal
    kind = "attachment" if file.media_type is MediaType.PDF else "inline"
    return Response(
        file.content,
        media_type=file.media_type.value,
        headers={
            "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
