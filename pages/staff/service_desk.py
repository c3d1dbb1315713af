"""Обращения: one queue of what residents write; `?id=` opens a thread."""

from lib.access import AccessDenied, Permission
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

actor = guard.require(Permission.APPEALS_ANSWER)

if query.words("id"):
    account_id, appeal_id = desk_thread.asked()
    try:
        found = desk_threads.get_thread(
            actor=actor, account_id=account_id, appeal_id=appeal_id, page=query.number("page")
        )
    except AccessDenied:
        guard.refuse()
    desk_thread.show(actor, found)
elif query.words("incident"):
    try:
        incident = incidents.get_incident(actor=actor, incident_id=query.number("incident") or 0)
    except AccessDenied:
        guard.refuse()
    desk_incident.show(actor, incident)
elif query.words("section") == "templates":
    desk_templates.show(actor, templates.list_templates(actor=actor))
else:
    filters = desk_filters.asked()
    queue = desk_queue.list_queue(actor=actor, filters=filters)
    markup.show(desk_table.head(filters, queue))
    desk_filters.search(filters)
    if desk_batch.is_asked() and queue.rows:
        desk_batch.show(actor, filters, queue)
    else:
        markup.show(desk_table.rows(filters, queue))
