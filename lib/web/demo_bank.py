"""The demonstration bank's own side; its protocol stands in ``lib.acquiring.demonstration``.

It exists in demonstration mode alone. ``kabinet web`` serves it beside the portal, under an
address of its own; it shares nothing with the portal but the process, and runs as well without it:
``uvicorn --factory lib.web.demo_bank:application``.
"""

import html
import json
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import requests
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from lib import config, links
from lib.demo.bank import book as demo_bank_book
from lib.demo.bank.book import CANCELLED, PAID, PENDING, Payment
from lib.domain import formats
from lib.web import answers
from lib.web.session import is_own

_SEE_OTHER, _BAD, _NOT_FOUND, _CONFLICT = 303, 400, 404, 409
_NOTICE_SECONDS = 5
_NOTICE_PAUSES = (0, 0.5, 2, 5, 15)
_OK = 200
_DECISIONS = {"pay": PAID, "refuse": CANCELLED}
_STATES = {
    PENDING: "ждёт оплаты",
    PAID: "оплачен",
    CANCELLED: "отменён",
}
_PAGE = """<!DOCTYPE html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Демонстрационный банк</title>
<style>
@font-face {{ font-family: "PT Sans"; src: url("/fonts/PTSans-Regular.ttf"); }}
body {{ font: 17px/1.5 "PT Sans", sans-serif; max-width: 30rem; margin: 12vh auto; padding: 0 1rem;
color: light-dark(#1b2733, #e6ebf0); background: light-dark(#f2f6f8, #10171e); }}
main {{ background: light-dark(#fff, #18222b); border-radius: 12px; padding: 1.5rem; }}
h1 {{ font-size: 1.1rem; margin: 0; color: light-dark(#5b6b7a, #9aa9b8); font-weight: 400; }}
.sum {{ font-size: 2.4rem; margin: .5rem 0; white-space: nowrap; }}
form {{ display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 1rem; }}
button {{ font: inherit; padding: .7rem 1.5rem; border-radius: 8px; cursor: pointer;
border: 1px solid light-dark(#aab4bd, #5a6875); background: none; color: inherit; }}
button.main {{ background: #1c6b3c; border-color: #1c6b3c; color: #fff; }}
a {{ color: light-dark(#0f5c8e, #7fbde8); }}
</style></head>
<body><main><h1>Демонстрационный банк</h1>
<p class="sum">{amount} ₽</p><p>{description}</p>
{what}
<p><a href="{back}">Вернуться в личный кабинет, ничего не делая</a></p>
<p>Это не настоящий банк: денег здесь нет, и данных карты он не спрашивает.</p>
</main></body></html>
"""
_BUTTONS = (
    '<form method="post"><button class="main" name="decision" value="pay">Оплатить</button>'
    '<button name="decision" value="refuse">Отказать</button></form>'
)

_Handler = Callable[[Request], Awaitable[Response]]


def _in_demonstration(handler: _Handler) -> _Handler:
    """Answer in demonstration mode alone: elsewhere there is no such address."""

    async def guarded(request: Request) -> Response:
        if not config.settings().kabinet_demo:
            return answers.render_not_found()
        return await handler(request)

    return guarded


async def _create(request: Request) -> Response:
    try:
        asked = json.loads(await request.body())
        made = demo_bank_book.make(key=request.headers["idempotence-key"], asked=asked)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return JSONResponse({"error": "no payment can be made of this"}, status_code=_BAD)
    return JSONResponse(_shown(made, request))


async def _status(request: Request) -> Response:
    found = demo_bank_book.find(request.path_params["name"])
    return _unknown() if found is None else JSONResponse(_shown(found, request))


async def _refund(request: Request) -> Response:
    name = request.path_params["name"]
    if demo_bank_book.find(name) is None:
        return _unknown()
    try:
        amount = Decimal(json.loads(await request.body())["amount"])
        key = request.headers["idempotence-key"]
        demo_bank_book.give_back(name, key=key, amount=amount)
    except (ValueError, KeyError, TypeError, InvalidOperation):
        return JSONResponse({"error": "there is not so much left"}, status_code=_CONFLICT)
    found = demo_bank_book.find(name)
    assert found is not None  # noqa: S101 - it was there a moment ago, and nothing is deleted
    return JSONResponse(_shown(found, request), background=_notice(found))


async def _page(request: Request) -> Response:
    found = demo_bank_book.find(request.path_params["name"])
    if found is None:
        return answers.render_not_found()
    waits = found["status"] == PENDING
    page = _PAGE.format(
        amount=formats.money(Decimal(found["amount"])),
        description=html.escape(found["description"]),
        what=_BUTTONS if waits else f"<p>Платёж {_STATES[found['status']]}.</p>",
        back=html.escape(found["return_url"]),
    )
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


async def _decide(request: Request) -> Response:
    if not is_own(request):
        return answers.render_not_found()
    name = request.path_params["name"]
    decision = _DECISIONS.get(str((await request.form()).get("decision", "")))
    if decision:
        demo_bank_book.decide(name, decision)
    found = demo_bank_book.find(name)
    if found is None:
        return answers.render_not_found()
    return RedirectResponse(found["return_url"], status_code=_SEE_OTHER, background=_notice(found))


def _shown(payment: Payment, request: Request) -> dict[str, Any]:
    """Return a payment as the protocol has it."""
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


def _unknown() -> Response:
    return JSONResponse({"error": "there is no such payment"}, status_code=_NOT_FOUND)


def _notice(payment: Payment) -> BackgroundTask | None:
    """Send a notice once the answer has gone, in a thread of its own."""
    address = payment["notice_url"]
    return BackgroundTask(_send, address, payment["id"]) if address else None


def _send(address: str, name: str) -> None:
    """Send a notice until it is answered with 200, a few times."""
    for pause in _NOTICE_PAUSES:
        time.sleep(pause)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy stands before this very machine
                answer = session.post(address, json={"id": name}, timeout=_NOTICE_SECONDS)
        except requests.RequestException:
            continue
        if answer.status_code == _OK:
            return


ROUTES = tuple(
    Route(links.DEMO_BANK + path, _in_demonstration(handler), methods=[method])
    for method, path, handler in (
        ("POST", "/payments", _create),
        ("GET", "/payments/{name}", _status),
        ("POST", "/payments/{name}/refunds", _refund),
        ("GET", "/pay/{name}", _page),
        ("POST", "/pay/{name}", _decide),
    )
)


def application() -> Starlette:
    """Return the bank as an application of its own."""
    return Starlette(routes=list(ROUTES))
