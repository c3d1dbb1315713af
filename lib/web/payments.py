"""Routes of payments: start an online payment, receive notices of the bank, payment codes."""

import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from lib import links
from lib.access import AccessDenied, Actor
from lib.acquiring.bank import BankUnavailable, Method
from lib.documents.payment_code.picture import draw_picture
from lib.domain import typed
from lib.errors import PortalError
from lib.services.paid_services import request_payments
from lib.services.payments import paying, quotes, settlement
from lib.services.people import sign_in
from lib.web import answers, cookies
from lib.web.body import read_body
from lib.web.session import is_own

_SEE_OTHER, _OK, _BAD, _UNKNOWN, _TOO_LARGE, _AWAY = 303, 200, 400, 404, 413, 503
_LARGEST_NOTICE = 64 * 1024
_LARGEST_KEY = 2**63 - 1
_NOTICES_AT_ONCE = 4  # limits the load that forged notices can cause
_MOST_FIELDS = 60
_GROUP = re.compile(r"group\.([0-9]{1,18})")
_FOREIGN = "Запрос пришёл с чужой страницы. Откройте личный кабинет и начните оплату там."


async def pay_online(request: Request) -> Response:
    """Start an online payment and redirect the payer to the bank's page."""
    if not is_own(request):
        return answers.render_sentence("Платёж не начат", _FOREIGN, status=403)
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    fields = {name: str(value) for name, value in form.items()}
    return await run_in_threadpool(_begin, request, fields)


def _begin(request: Request, fields: Mapping[str, str]) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    if actor is None:
        return answers.render_not_found()
    try:
        account_id, key = int(fields["account"]), UUID(fields["key"])
        method = Method(fields["way"])
        appeal_id = _key(fields["appeal"]) if "appeal" in fields else None
    except (KeyError, ValueError):
        return answers.render_not_found()
    try:
        if appeal_id is not None:
            return _begin_for_request(actor, account_id, appeal_id, method, key)
        payment = paying.begin_payment(
            actor=actor,
            account_id=account_id,
            sums=_sums(fields.items()),
            method=method,
            request_key=key,
        )
    except AccessDenied:
        return answers.render_not_found()
    except PortalError as refusal:
        return answers.render_sentence("Платёж не начат", str(refusal), status=_BAD)
    pay_screen = links.link_to_screen(links.PAY, account=account_id, payment=payment.payment_id)
    return RedirectResponse(payment.pay_url or pay_screen, status_code=_SEE_OTHER)


def _begin_for_request(
    actor: Actor, account_id: int, appeal_id: int, method: Method, key: UUID
) -> Response:
    payment_id, pay_url = request_payments.begin_payment(
        actor=actor,
        account_id=account_id,
        appeal_id=appeal_id,
        method=method,
        request_key=key,
    )
    request_screen = links.link_to_screen(links.PAID_SERVICES, id=appeal_id, payment=payment_id)
    return RedirectResponse(pay_url or request_screen, status_code=_SEE_OTHER)


def _key(text: str) -> int:
    """Parse a primary key.

    Raises:
        ValueError: it is not a positive 64-bit integer.
    """
    key = int(text)
    if not 0 < key <= _LARGEST_KEY:
        raise ValueError
    return key


async def receive_notice(request: Request) -> Response:
    """Accept a notice of the bank; 200 means that its payment is updated."""
    body = await read_body(request, most=_LARGEST_NOTICE)
    if body is None:
        return PlainTextResponse("too large", status_code=_TOO_LARGE)
    try:
        is_written = await anyio.to_thread.run_sync(
            functools.partial(settlement.handle_notice, body=body), limiter=_limiter()
        )
    except BankUnavailable:
        return PlainTextResponse("later", status_code=_AWAY, headers={"Retry-After": "60"})
    return PlainTextResponse("ok" if is_written else "?", _OK if is_written else _UNKNOWN)


@functools.cache
def _limiter() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(_NOTICES_AT_ONCE)


async def get_payment_code(request: Request) -> Response:
    """Answer with the picture of a payment code; 404 to everybody but holders of the account."""
    return await run_in_threadpool(_payment_code, request)


def _payment_code(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    try:
        content = _picture(actor, request) if actor else None
    except PortalError:
        content = None
    if content is None:
        return answers.render_not_found()
    return Response(
        content,
        media_type="image/png",
        headers={
            # no personal data in the file name: it may be seen by others
            "Content-Disposition": 'attachment; filename="kod-oplaty.png"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _picture(actor: Actor, request: Request) -> bytes:
    code = quotes.get_code(
        actor=actor,
        account_id=int(request.path_params["account_id"]),
        recipient_id=int(request.path_params["recipient_id"]),
        sums=_sums(request.query_params.multi_items()),
    )
    return draw_picture(code.payload)


def _sums(fields: Iterable[tuple[str, str]]) -> dict[int, Decimal]:
    """Read sums in roubles from fields like «group.12=88,53»; keys are groups.

    Raises:
        TypedRefused: a sum is not well formed.
    """
    matches = ((_GROUP.fullmatch(name), value) for name, value in fields)
    return {int(found[1]): typed.parse_money(value) for found, value in matches if found}
