"""Routes of the demonstration bank; its protocol is described in ``lib.acquiring.demonstration``.

The bank exists only in demonstration mode. ``kabinet web`` serves it beside the portal, under an
address of its own. It shares nothing with the portal but the process, and can run without it:
``uvicorn --factory lib.web.demo_bank:create_application``.
"""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lib import config, links
from lib.demo.bank import book
from lib.demo.bank.book import CANCELLED, PAID, PENDING, Payment
from lib.demo.bank.notices import send_notice
from lib.demo.bank.page import render_page
from lib.web import answers
from lib.web.session import is_own

_SEE_OTHER, _BAD, _NOT_FOUND, _CONFLICT = 303, 400, 404, 409
_DECISIONS = {"pay": PAID, "refuse": CANCELLED}

_Handler = Callable[[Request], Awaitable[Response]]


def _in_demonstration(handler: _Handler) -> _Handler:
    """Answer only in demonstration mode; otherwise the address does not exist."""

    async def guarded(request: Request) -> Response:
        if not config.get_settings().kabinet_demo:
            return answers.render_not_found()
        return await handler(request)

    return guarded


async def _create(request: Request) -> Response:
    try:
        order = json.loads(await request.body())
        payment = book.create_payment(key=request.headers["idempotence-key"], order=order)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return JSONResponse({"error": "the order is not valid"}, status_code=_BAD)
    return JSONResponse(_to_json(payment, request))


async def _find(request: Request) -> Response:
    payment = book.find_payment(request.path_params["name"])
    return _no_payment() if payment is None else JSONResponse(_to_json(payment, request))


async def _refund(request: Request) -> Response:
    payment_id = request.path_params["name"]
    if book.find_payment(payment_id) is None:
        return _no_payment()
    try:
        amount = Decimal(json.loads(await request.body())["amount"])
        key = request.headers["idempotence-key"]
        book.refund_payment(payment_id, key=key, amount=amount)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return JSONResponse({"error": "less than this amount is left"}, status_code=_CONFLICT)
    payment = book.find_payment(payment_id)
    assert payment is not None  # noqa: S101 - payments are never deleted
    return JSONResponse(_to_json(payment, request), background=_notice(payment))


async def _show_page(request: Request) -> Response:
    payment = book.find_payment(request.path_params["name"])
    if payment is None:
        return answers.render_not_found()
    return HTMLResponse(render_page(payment), headers={"Cache-Control": "no-store"})


async def _decide(request: Request) -> Response:
    if not is_own(request):
        return answers.render_not_found()
    payment_id = request.path_params["name"]
    status = _DECISIONS.get(str((await request.form()).get("decision", "")))
    if status:
        book.decide_payment(payment_id, status)
    payment = book.find_payment(payment_id)
    if payment is None:
        return answers.render_not_found()
    return RedirectResponse(
        payment["return_url"], status_code=_SEE_OTHER, background=_notice(payment)
    )


def _to_json(payment: Payment, request: Request) -> dict[str, Any]:
    """Return a payment as the protocol describes it."""
    pay_url = f"{request.base_url}{links.DEMO_BANK[1:]}/pay/{payment['id']}"
    return {
        "id": payment["id"],
        "status": payment["status"],
        "amount": payment["amount"],
        "currency": payment["currency"],
        "refunded": payment["refunded"],
        "order": payment["wished"],
        "pay_url": pay_url if payment["status"] == PENDING else None,
    }


def _no_payment() -> Response:
    return JSONResponse({"error": "there is no such payment"}, status_code=_NOT_FOUND)


def _notice(payment: Payment) -> BackgroundTask | None:
    """Return the task that sends a notice once the response has been sent."""
    address = payment["notice_url"]
    return BackgroundTask(send_notice, address, payment["id"]) if address else None


ROUTES = tuple(
    Route(links.DEMO_BANK + path, _in_demonstration(handler), methods=[method])
    for method, path, handler in (
        ("POST", "/payments", _create),
        ("GET", "/payments/{name}", _find),
        ("POST", "/payments/{name}/refunds", _refund),
        ("GET", "/pay/{name}", _show_page),
        ("POST", "/pay/{name}", _decide),
    )
)


def create_application() -> Starlette:
    """Return the bank as an application of its own."""
    return Starlette(routes=list(ROUTES))
