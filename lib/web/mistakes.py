"""Routes of reports of mistakes: a script of the page posts them without running a screen."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lib import links
from lib.domain.mistakes import Report, ReportRefused
from lib.errors import PortalError
from lib.services.mistakes import reports
from lib.services.mistakes.reports import TooManyReports
from lib.services.people import sign_in
from lib.web import cookies
from lib.web.body import read_body
from lib.web.session import get_client_address, is_own

# the longest texts of a report, with up to nine bytes a letter («%E2%82%AC»)
_LARGEST = 32 * 1024
_MOST_FIELDS = 8
_OK, _BAD, _FOREIGN, _TOO_LARGE, _TOO_MANY, _AWAY = 200, 400, 403, 413, 429, 503
_THANKS = "Спасибо! Мы передали ваше сообщение тем, кто отвечает за текст."
_NOT_OURS = "Запрос пришёл с чужой страницы. Откройте личный кабинет и сообщите об ошибке там."
_LONG = "Сообщение слишком длинное. Сократите его и отправьте ещё раз."
_OTHER_SCREEN = "Обновите страницу и сообщите об ошибке ещё раз."


async def submit_report(request: Request) -> Response:
    """Accept a report and answer with one sentence as JSON."""
    if not is_own(request):
        return _answer(_NOT_OURS, _FOREIGN)
    body = await read_body(request, most=_LARGEST)
    if body is None:
        return _answer(_LONG, _TOO_LARGE)
    try:
        fields = dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError:  # not UTF-8, or too many fields
        return _answer(_OTHER_SCREEN, _BAD)
    return await run_in_threadpool(_report, request, fields)


def _report(request: Request, fields: Mapping[str, str]) -> Response:
    try:
        found = Report.read(fields)
        if not links.is_screen(found.screen):
            return _answer(_OTHER_SCREEN, _BAD)
        reports.report_mistake(
            reporter=sign_in.find_actor(token=request.cookies.get(cookies.SESSION)),
            report=found,
            address=get_client_address(request),
        )
    except ReportRefused as refusal:
        return _answer(str(refusal), _BAD)
    except TooManyReports as refusal:
        return _answer(str(refusal), _TOO_MANY)
    except PortalError as refusal:
        return _answer(str(refusal), _AWAY)
    return _answer(_THANKS, _OK)


def _answer(words: str, status: int) -> Response:
    return JSONResponse({"said": words}, status_code=status, headers={"Cache-Control": "no-store"})
