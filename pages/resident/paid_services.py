"""Заявки на платные услуги: price lists, own requests; `?id=` opens one, `?service=` orders."""

from lib.access import AccessDenied, Permission
from lib.domain.appeals.rules import Kind
from lib.services.appeals import resident_appeals
from lib.services.paid_services import ordering, requests
from lib.ui import guard, query
from lib.ui.paid_services import listing, order_form, request_view

actor = guard.require(Permission.PAID_SERVICES_ORDER)

if query.words("id"):
    appeal_id = query.number("id") or 0
    try:
        request = requests.get_request(actor=actor, appeal_id=appeal_id)
        if query.words(request_view.PAYMENT):
            request = request_view.followed(actor, request)
        thread = resident_appeals.get_thread(
            actor=actor, appeal_id=appeal_id, page=query.number("page"), kind=Kind.PAID_SERVICE
        )
    except AccessDenied:
        guard.refuse()
    request_view.show(actor, request, thread)
elif query.words("service"):
    order_form.show(actor, ordering.list_offers(actor=actor))
else:
    listing.show(ordering.list_offers(actor=actor), requests.list_requests(actor=actor))
