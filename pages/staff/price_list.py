"""Прейскурант: what residents of the organisation's houses may order for money."""

from lib.access import Permission
from lib.services.paid_services import price_list
from lib.ui import guard, query
from lib.ui.paid_services import price_list_form

actor = guard.require(Permission.PAID_SERVICES_MANAGE)
lines = price_list.list_lines(actor=actor)

if query.words("id"):
    key = query.number("id")
    line = next((one for one in lines if one.service_id == key), None)
    if line is None:
        guard.refuse()
    price_list_form.change(actor, line)
elif query.words("new"):
    price_list_form.add(actor)
else:
    price_list_form.show(lines)
