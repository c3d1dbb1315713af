"""Обращения: what was written to organisations and what they answered; `?id=` opens a thread."""

from lib import links
from lib.access import AccessDenied, Permission
from lib.domain.appeals.rules import Kind
from lib.services.appeals import resident_appeals
from lib.ui import guard, markup, query
from lib.ui.appeals import answers, asked, form, listing
from lib.ui.appeals import thread as appeal_thread

actor = guard.require(Permission.APPEALS_WRITE)
page = query.number("page")

if query.words("id"):
    try:
        thread = resident_appeals.get_thread(
            actor=actor, appeal_id=query.number("id") or 0, page=page, kind=Kind.APPEAL
        )
    except AccessDenied:
        guard.refuse()
    one = thread.summary
    back = f'<p class="kb-links"><a href="{links.screen(links.APPEALS)}">Все обращения</a></p>'
    markup.show(
        markup.heading(f"Обращение № {one.number}")
        + back
        + f'<h2 class="kb-subtitle">{markup.text(one.topic)}</h2>'
        + appeal_thread.facts(thread)
        + appeal_thread.lines(thread, address=links.APPEALS)
    )
    answers.show(actor, thread)
elif asked.is_asked() and actor.accounts:
    form.show(actor)
else:
    listing.show(resident_appeals.list_appeals(actor=actor, page=page or 1))
