"""Route to files of analysts: the figures of a screen as CSV, XLSX or Parquet."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lib import links
from lib.access import AccessDenied
from lib.facts.free_query.asking import QueryRefused
from lib.facts.manifest import FactsBroken
from lib.services.insight import exports
from lib.services.insight.exports import FileKind, FileRefused
from lib.services.insight.screens import FactsAway, FactsMissing
from lib.services.people import sign_in
from lib.web import answers, cookies
from lib.web.session import get_client_address

_MEDIA: Mapping[FileKind, str] = {
    FileKind.CSV: "text/csv; charset=utf-8",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PARQUET: "application/vnd.apache.parquet",
}
_PANEL, _AWAY = "panel", 503


async def get_insight_file(request: Request) -> Response:
    """Answer with a file of the figures of a screen; 404 to everybody but analysts."""
    return await run_in_threadpool(_insight_file, request)


def _insight_file(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    kind = request.path_params["kind"]
    if actor is None or kind not in list(FileKind):
        return answers.render_not_found()
    query = dict(request.query_params)
    panel = query.pop(_PANEL, "")
    try:
        file = exports.render_file(
            actor=actor,
            path=links.read_insight_path(request.path_params["path"]),
            query=query,
            kind=FileKind(kind),
            panel=panel,
            address=get_client_address(request),
        )
    except AccessDenied:
        return answers.render_not_found()
    except (FactsMissing, FileRefused, QueryRefused) as refusal:
        return answers.render_sentence("Файла нет", str(refusal), status=404)
    except (FactsAway, FactsBroken) as failure:
        return answers.render_sentence("Файл не готов", str(failure), status=_AWAY)
    return StreamingResponse(
        file.pieces,
        media_type=_MEDIA[FileKind(kind)],
        headers={
            # keys of panels are Latin words of ours
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
