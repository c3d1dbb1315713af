"""Words of paid requests that residents and staff share: status, price, payment, facts."""

from markupsafe import Markup

from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import Kind, Status
from lib.services.paid_services import price_list
from lib.services.paid_services.requests import PaidRequest
from lib.ui.markup import fill


def format_status(request: PaidRequest) -> str:
    """Return the name of a request's status."""
    return rules.format_status(Kind.PAID_SERVICE, request.status)


def format_price(request: PaidRequest) -> str:
    """Return the price: agreed, offered, or by the price list."""
    if request.price is not None:
        return f"{formats.format_money(request.price)} ₽, согласована"
    if request.offered is not None:
        return f"{formats.format_money(request.offered)} ₽, предложена организацией"
    return f"{price_list.format_price(request.list_price)} {request.unit}, по прейскуранту"


def format_payment(request: PaidRequest) -> str:
    """Return the state of the payment."""
    refunded = (
        f", возвращено {formats.format_money(request.refunded)} ₽" if request.refunded else ""
    )
    if request.is_disputed:
        return "банк прислал другую сумму, разбираемся"
    if request.is_paid:
        return f"оплачена{refunded}"
    if request.waiting is not None:
        return "начата, ждём банк"
    return f"не оплачена{refunded}"


def list_facts(request: PaidRequest) -> list[tuple[str, str | Markup]]:
    """Return what both sides see of a request: names and values."""
    is_declined = request.status is Status.DECLINED and request.reason
    reason = f" – {request.reason}" if is_declined else ""
    return [
        ("Состояние", fill(Markup("<strong>{}</strong>{}"), format_status(request), reason)),
        ("Услуга", f"{request.name}, {request.unit}"),
        ("Желаемый день", formats.format_date(request.wanted_on)),
        ("Цена", format_price(request)),
        ("Оплата", format_payment(request)),
    ]
