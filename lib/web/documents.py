"""Route to receipts as PDF: for holders of the account."""

import datetime as dt
import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib.access import AccessDenied, Actor
from lib.services.billing import receipts
from lib.services.billing.bills import BillNotFound
from lib.services.people import sign_in
from lib.web import answers, cookies

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_LARGEST_KEY = 2**63 - 1


async def get_receipt(request: Request) -> Response:
    """Answer with a receipt as PDF; 404 to everybody but holders of the account."""
    return await run_in_threadpool(_receipt, request)


def _receipt(request: Request) -> Response:
    actor = sign_in.find_actor(token=request.cookies.get(cookies.SESSION))
    account_id = int(request.path_params["account_id"])
    month = _MONTH.fullmatch(request.path_params["month"])
    if actor is None or month is None or account_id > _LARGEST_KEY or month[1] == "0000":
        return answers.render_not_found()
    period = dt.date(int(month[1]), int(month[2]), 1)
    return _render(actor, account_id, period, save="save" in request.query_params)


def _render(actor: Actor, account_id: int, period: dt.date, *, save: bool) -> Response:
    try:
        document = receipts.render_receipt(actor=actor, account_id=account_id, period=period)
    except AccessDenied:
        return answers.render_not_found()
    except BillNotFound as refusal:
        return answers.render_sentence(
            "Квитанции нет", f"{refusal} Выберите другой месяц.", status=404
        )
    kind = "attachment" if save else "inline"
    return Response(
        document,
        media_type="application/pdf",
        headers={
            # no personal data in the file name: it may be seen by others
            "Content-Disposition": f'{kind}; filename="receipt-{period:%Y-%m}.pdf"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
