"""Routes that open and end a session; only our own pages may post to them."""

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lib import links
from lib.services.people import sign_in
from lib.web import answers, cookies

_SEE_OTHER = 303
_FOREIGN = "Запрос пришёл с чужой страницы. Откройте личный кабинет и повторите вход там."


def is_own(request: Request) -> bool:
    """Tell whether the request's Origin header names this portal; a missing one does not."""
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


def get_client_address(request: Request) -> str:
    """Return the client's address; uvicorn has set it from the headers of a trusted proxy."""
    return request.client.host if request.client else ""


async def open_session(request: Request) -> Response:
    """Open a session with the posted ticket, set its cookie and redirect to a screen."""
    if not is_own(request):
        return answers.render_sentence("Вход не выполнен", _FOREIGN, status=403)
    form = await request.form(max_files=0, max_fields=4)
    ticket, target = str(form.get("ticket", "")), str(form.get("next", ""))
    try:
        opened = await run_in_threadpool(
            sign_in.open_session,
            ticket=ticket,
            visit=request.cookies.get(cookies.VISIT, ""),
            address=get_client_address(request),
            user_agent=request.headers.get("user-agent", ""),
        )
    except sign_in.TicketRefused as refusal:
        return answers.render_sentence("Вход не завершён", str(refusal), status=403)
    address = target if links.is_screen(target) else links.link_to_screen(links.HOME)
    response = RedirectResponse(address, status_code=_SEE_OTHER)
    max_age = int(sign_in.REMEMBERED.total_seconds()) if opened.remembered else None
    cookies.set_cookie(response, request, name=cookies.SESSION, value=opened.token, max_age=max_age)
    # a new visit against session fixation: values set before sign-in are useless after it
    cookies.set_cookie(response, request, name=cookies.VISIT, value=cookies.create_visit())
    return response


async def end_session(request: Request) -> Response:
    """End the browser's session and delete its cookie."""
    if not is_own(request):
        return answers.render_sentence("Выход не выполнен", _FOREIGN, status=403)
    token = request.cookies.get(cookies.SESSION)
    await run_in_threadpool(sign_in.end_session, token=token, address=get_client_address(request))
    response = RedirectResponse(links.link_to_screen(links.HOME), status_code=_SEE_OTHER)
    cookies.delete_cookie(response, request, name=cookies.SESSION)
    return response
