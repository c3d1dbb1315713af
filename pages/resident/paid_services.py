"""Paid services (Платные услуги): price lists and requests; `?id=` opens, `?service=` orders."""

from lib.access import AccessDenied, Permission
from lib.domain.appeals.rules import Kind
from lib.services.appeals import resident_appeals
from lib.services.paid_services import ordering, requests
from lib.ui import guard, markup, query
from lib.ui.paid_services import offer_list, order_form, request_view

actor = guard.require(Permission.PAID_SERVICES_ORDER)

if query.get_text("id"):
    appeal_id = query.get_number("id") or 0
    try:
        request = requests.get_request(actor=actor, appeal_id=appeal_id)
        if query.get_text(request_view.PAYMENT):
            request = request_view.refresh_payment(actor, request)
        thread = resident_appeals.get_thread(
            actor=actor, appeal_id=appeal_id, page=query.get_number("page"), kind=Kind.PAID_SERVICE
        )
    except AccessDenied:
        guard.refuse()
    request_view.render_request(actor, request, thread)
elif query.get_text("service"):
    order_form.render_form(actor, ordering.list_offers(actor=actor))
else:
    offers = ordering.list_offers(actor=actor)
    markup.render_markup(offer_list.build_list(offers, requests.list_requests(actor=actor)))
