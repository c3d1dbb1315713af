"""Route to the copy of a login's data: for its owner only."""

from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.access import AccessDenied
from lib.services.people import data_exports, sign_in
from lib.storage import FileGone
from lib.web import answers, cookies
from lib.web.session import get_client_address


async def get_data_export(request: Request) -> Response:
    """Answer with the archive; 404 to everybody but its owner."""
    return await run_in_threadpool(_data_export, request)


def _data_export(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    key: UUID = request.path_params["export_id"]
    if actor is None:
        return answers.render_not_found()
    try:
        archive = data_exports.get_archive(
            actor=actor, export_id=key, address=get_client_address(request)
        )
    except (AccessDenied, FileGone):
        return answers.render_not_found()
    return Response(
        archive,
        media_type="application/zip",
        headers={
            # no personal data in the file name: it may be seen by others
            "Content-Disposition": 'attachment; filename="kabinet-data.zip"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
