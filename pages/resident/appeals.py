"""Appeals (Обращения): what the resident wrote and the answers; `?id=` opens a thread."""

from lib import links
from lib.access import AccessDenied, Permission
from lib.domain.appeals.rules import Kind
from lib.services.appeals import resident_appeals
from lib.ui import guard, markup, query
from lib.ui.appeals import about_choice, appeal_form, appeal_list, reply_forms
from lib.ui.appeals import thread as appeal_thread

actor = guard.require(Permission.APPEALS_WRITE)
page = query.get_number("page")

if query.get_text("id"):
    appeal_id = query.get_number("id") or 0
    try:
        thread = resident_appeals.get_thread(
            actor=actor, appeal_id=appeal_id, page=page, kind=Kind.APPEAL
        )
    except AccessDenied:
        guard.refuse()
    markup.render_markup(
        markup.build_title(f"Обращение № {thread.summary.number}")
        + markup.build_links([("Все обращения", links.link_to_screen(links.APPEALS))])
        + markup.build_subtitle(thread.summary.topic)
        + appeal_thread.build_facts(thread)
        + appeal_thread.build_entries(thread, address=links.APPEALS)
    )
    reply_forms.render_forms(actor, thread)
elif about_choice.is_new() and actor.accounts:
    appeal_form.render_form(actor)
else:
    found = resident_appeals.list_appeals(actor=actor, page=page or 1)
    markup.render_markup(appeal_list.build_list(found))
