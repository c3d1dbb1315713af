"""The service desk (Обращения): one queue of what residents write; `?id=` opens a thread."""

from lib.access import AccessDenied, Permission
from lib.domain.appeals.rules import Kind
from lib.services.appeals import desk_queue, desk_threads, incidents, templates
from lib.ui import guard, markup, query
from lib.ui.appeals import (
    desk_batch,
    desk_filters,
    desk_incident,
    desk_table,
    desk_templates,
    desk_thread,
)
from lib.ui.paid_services import request_card

actor = guard.require(Permission.APPEALS_ANSWER)

if query.get_text("id"):
    account_id, appeal_id = desk_thread.get_asked_keys()
    try:
        found = desk_threads.get_thread(
            actor=actor, account_id=account_id, appeal_id=appeal_id, page=query.get_number("page")
        )
    except AccessDenied:
        guard.refuse()
    desk_thread.render_thread(actor, found)
    if found.thread.summary.kind is Kind.PAID_SERVICE:
        request_card.render_card(actor, found.thread)
    desk_thread.render_forms(actor, found)
elif query.get_text("incident"):
    incident_id = query.get_number("incident") or 0
    try:
        incident = incidents.get_incident(actor=actor, incident_id=incident_id)
    except AccessDenied:
        guard.refuse()
    desk_incident.render_incident(actor, incident)
elif query.get_text("section") == "templates":
    desk_templates.render_templates(actor, templates.list_templates(actor=actor))
else:
    filters = desk_filters.get_filters()
    queue = desk_queue.list_queue(actor=actor, filters=filters)
    markup.render_markup(desk_table.build_head(filters, queue))
    desk_filters.render_search(filters)
    if desk_batch.is_asked() and queue.rows:
        desk_batch.render_batch(actor, filters, queue)
    else:
        markup.render_markup(desk_table.build_rows(filters, queue))
