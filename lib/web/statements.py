"""Route to statements of payments: for holders of the account."""

import datetime as dt
import re
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.access import AccessDenied
from lib.services.payments import statements
from lib.services.payments.statements import StatementKind, StatementNotFound
from lib.services.people import sign_in
from lib.web import answers, cookies

_SPAN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{4})-(0[1-9]|1[0-2])")
_LARGEST_KEY = 2**63 - 1
_MEDIA: Mapping[StatementKind, str] = {
    StatementKind.PDF: "application/pdf",
    StatementKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    StatementKind.CSV: "text/csv; charset=utf-8",
}


async def get_statement(request: Request) -> Response:
    """Answer with a statement; 404 to everybody but holders of the account."""
    return await run_in_threadpool(_statement, request)


def _statement(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    account_id = int(request.path_params["account_id"])
    span = _span(request.path_params["span"])
    kind = request.path_params["kind"]
    if (
        actor is None
        or account_id > _LARGEST_KEY
        or span is None
        or kind not in list(StatementKind)
    ):
        return answers.render_not_found()
    since, until = span
    try:
        document = statements.render_statement(
            actor=actor, account_id=account_id, since=since, until=until, kind=StatementKind(kind)
        )
    except AccessDenied:
        return answers.render_not_found()
    except StatementNotFound as refusal:
        return answers.render_sentence(
            "Выписки нет", f"{refusal} Выберите другие месяцы.", status=404
        )
    return Response(
        document,
        media_type=_MEDIA[StatementKind(kind)],
        headers={
            # no personal data in the file name: it may be seen by others
            "Content-Disposition": (
                f'attachment; filename="statement-{since:%Y-%m}-{until:%Y-%m}.{kind}"'
            ),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _span(words: str) -> tuple[dt.date, dt.date] | None:
    """Parse «2014-01-2014-06»; None where it is not two months in order."""
    found = _SPAN.fullmatch(words)
    if found is None or "0000" in (found[1], found[3]):
        return None
    since, until = (dt.date(int(found[at]), int(found[at + 1]), 1) for at in (1, 3))
    return (since, until) if since <= until else None
