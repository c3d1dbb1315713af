"""Words of paid requests that residents and staff share: the price, the payment, the facts."""

from collections.abc import Iterable

from lib.domain import formats
from lib.domain.appeals import rules
from lib.domain.appeals.rules import Kind, Status
from lib.services.paid_services import price_list
from lib.services.paid_services.requests import PaidRequest
from lib.ui.markup import text


def status(request: PaidRequest) -> str:
    """Name how far a request has come."""
    return rules.status(Kind.PAID_SERVICE, request.status)


def price(request: PaidRequest) -> str:
    """Say what it costs: agreed, offered, or by the price list."""
    if request.price is not None:
        return f"{formats.money(request.price)} ₽, согласована"
    if request.offered is not None:
        return f"{formats.money(request.offered)} ₽, предложена организацией"
    return f"{price_list.format_price(request.list_price)} {request.unit}, по прейскуранту"


def payment(request: PaidRequest) -> str:
    """Say whether it is paid."""
    back = f", возвращено {formats.money(request.refunded)} ₽" if request.refunded else ""
    if request.is_disputed:
        return "банк прислал другую сумму, разбираемся"
    if request.is_paid:
        return f"оплачена{back}"
    if request.waiting is not None:
        return "начата, ждём банк"
    return f"не оплачена{back}"


def facts(told: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a list; the values are markup already."""
    items = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told)
    return f'<dl class="kb-facts">{items}</dl>'


def known(request: PaidRequest) -> list[tuple[str, str]]:
    """Return what both sides see of a request."""
    is_declined = request.status is Status.DECLINED and request.reason
    reason = f" – {text(request.reason)}" if is_declined else ""
    return [
        ("Состояние", f"<strong>{text(status(request))}</strong>{reason}"),
        ("Услуга", f"{text(request.name)}, {text(request.unit)}"),
        ("Желаемый день", formats.day(request.wanted_on)),
        ("Цена", text(price(request))),
        ("Оплата", text(payment(request))),
    ]
