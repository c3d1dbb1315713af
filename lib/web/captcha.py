"""Routes of a captcha: its picture, its sound, new digits; only for the browser it was made for."""

from collections.abc import Callable
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.documents.captcha import picture as captcha_picture
from lib.documents.captcha import sound as captcha_sound
from lib.services import captchas
from lib.web import answers, cookies
from lib.web.session import is_own

_NO_CONTENT = 204


async def get_picture(request: Request) -> Response:
    """Answer with the digits as a picture."""
    return await _render(request, captcha_picture.draw, "image/png")


async def get_sound(request: Request) -> Response:
    """Answer with the digits as sound."""
    return await _render(request, captcha_sound.speak, "audio/wav")


async def renew_captcha(request: Request) -> Response:
    """Give the captcha new digits; the page then loads its picture again."""
    if not is_own(request):
        return answers.render_not_found()
    key, visit = _read_key(request)
    is_renewed = await run_in_threadpool(captchas.renew_captcha, key=key, visit=visit)
    return Response(status_code=_NO_CONTENT) if is_renewed else answers.render_not_found()


async def _render(request: Request, make: Callable[[str], bytes], kind: str) -> Response:
    key, visit = _read_key(request)
    digits = await run_in_threadpool(captchas.find_digits, key=key, visit=visit)
    if digits is None:
        return answers.render_not_found()
    content = await run_in_threadpool(make, digits)
    return Response(content, media_type=kind, headers={"Cache-Control": "no-store"})


def _read_key(request: Request) -> tuple[UUID, str]:
    return request.path_params["key"], request.cookies.get(cookies.VISIT, "")
