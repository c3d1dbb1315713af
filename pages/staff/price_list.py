"""The price list (Прейскурант): paid services that residents may order."""

from lib.access import Permission
from lib.services.paid_services import price_list
from lib.ui import guard, markup, query
from lib.ui.paid_services import price_list_form

actor = guard.require(Permission.PAID_SERVICES_MANAGE)
lines = price_list.list_lines(actor=actor)

if query.get_text("id"):
    key = query.get_number("id")
    line = next((line for line in lines if line.service_id == key), None)
    if line is None:
        guard.refuse()
    price_list_form.render_line(actor, line)
elif query.get_text("new"):
    price_list_form.render_new_line(actor)
else:
    markup.render_markup(price_list_form.build_list(lines))
