"""Заявки на платные услуги: price lists, own requests; `?id=` opens one, `?service=` orders."""

from lib.access import AccessDenied, Permission
from lib.domain.appeals import Kind
from lib.services import appeals, paid_requests, paid_services
from lib.ui import (
    guard,
    paid_order_form,
    paid_request_view,
    paid_service_list,
    query,
)

actor = guard.require(Permission.PAID_SERVICES_ORDER)

if query.words("id"):
    appeal_id = query.number("id") or 0
    try:
        request = paid_requests.get_request(actor=actor, appeal_id=appeal_id)
        if query.words(paid_request_view.PAYMENT):
            request = paid_request_view.followed(actor, request)
        thread = appeals.get_thread(
            actor=actor, appeal_id=appeal_id, page=query.number("page"), kind=Kind.PAID_SERVICE
        )
    except AccessDenied:
        guard.refuse()
    paid_request_view.show(actor, request, thread)
elif query.words("service"):
    paid_order_form.show(actor, paid_services.list_offers(actor=actor))
else:
    paid_service_list.show(
        paid_services.list_offers(actor=actor), paid_requests.list_requests(actor=actor)
    )
